//! The size report: the bytes that visitors download, and their budgets.

use std::collections::BTreeMap;
use std::fmt;

use super::languages::PSEUDO;
use super::link::REWORD_PART;
use super::split::Split;
use super::{Cost, EMBED, Error, File, Manifest};

/// The budget of the loader, in bytes with brotli.
pub const EMBED_BUDGET: u64 = 3 * 1024;
/// The budget of a page with a choice poll, badges and a checklist, in bytes with brotli.
pub const PAGE_BUDGET: u64 = 128_000;
/// The budget of a page with every kind of poll, in bytes with brotli.
pub const EVERY_KIND_BUDGET: u64 = 165 * 1024;

/// The name of each part, and the budget of all that a page fetches for it, in bytes with brotli.
pub const PARTS: [(&str, u64); 3] = [("kinds", 40 * 1024), ("card", 4 * 1024), (REWORD_PART, 5 * 1024)];

/// The part with all kinds of polls but choice.
const KINDS: &str = PARTS[0].0;

/// Fails where a part has no budget, or a budget has no part.
pub(super) fn budgeted(split: &Split) -> Result<(), Error> {
    let mut made: Vec<&str> = split
        .on_need
        .iter()
        .flat_map(|module| &module.parts)
        .map(String::as_str)
        .chain([REWORD_PART])
        .collect();
    made.sort_unstable();
    made.dedup();
    let mut budgeted = PARTS.map(|(name, _)| name);
    budgeted.sort_unstable();
    if made == budgeted {
        return Ok(());
    }
    let detail = format!(
        "the code marks the parts {made:?}, and src/build/report.rs has budgets for {budgeted:?}: put each part into \
         its table, and nothing else"
    );
    Err(Error::Split { detail })
}

/// The report of a build, for people to read.
#[derive(Clone, Debug)]
pub struct Report {
    /// The files.
    pub files: Vec<File>,
    /// The cost of each kind of poll.
    pub costs: Vec<Cost>,
}

impl From<Manifest> for Report {
    fn from(manifest: Manifest) -> Self {
        Self { files: manifest.files, costs: manifest.costs }
    }
}

/// A budget, and how much of it is used.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// The name of the budget.
    pub what: &'static str,
    /// The bytes used, with brotli.
    pub used: u64,
    /// The most bytes, with brotli.
    pub limit: u64,
}

impl Budget {
    /// Whether the budget is kept.
    pub const fn holds(&self) -> bool {
        self.used <= self.limit
    }
}

impl Report {
    /// All budgets.
    pub fn budgets(&self) -> Vec<Budget> {
        // A page fetches the texts in its language. The longest count, but for those that only tests use.
        let sum = |of: &dyn Fn(&File) -> bool| {
            let mut texts: BTreeMap<&str, u64> = BTreeMap::new();
            let mut code = 0;
            let is_real = |file: &&File| file.language.as_deref() != Some(PSEUDO);
            for file in self.files.iter().filter(|file| of(file)).filter(is_real) {
                let sum = file.language.as_deref().map_or(&mut code, |of| texts.entry(of).or_default());
                *sum += file.brotli;
            }
            code + texts.into_values().max().unwrap_or_default()
        };
        let is_for = |file: &File, part: &str| file.parts.iter().any(|of| of == part);
        let everywhere = |file: &File| file.parts.is_empty();
        let parts = PARTS.map(|(what, limit)| Budget { what, used: sum(&|file| is_for(file, what)), limit });
        [
            Budget { what: EMBED, used: sum(&|file| file.name == EMBED), limit: EMBED_BUDGET },
            Budget { what: "choice", used: sum(&everywhere), limit: PAGE_BUDGET },
            Budget {
                what: "every kind",
                used: sum(&|file| everywhere(file) || is_for(file, KINDS)),
                limit: EVERY_KIND_BUDGET,
            },
        ]
        .into_iter()
        .chain(parts)
        .collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = |of: fn(&File) -> u64| self.files.iter().map(of).sum::<u64>();
        let sum = (
            "sum".to_owned(),
            [total(|file| file.bytes), total(|file| file.gzip), total(|file| file.brotli)],
        );
        let mut rows: Vec<(String, [u64; 3])> = Vec::new();
        for file in &self.files {
            let name =
                file.language.as_ref().map_or_else(|| file.name.clone(), |of| ["texts in ", of].concat());
            let sizes = [file.bytes, file.gzip, file.brotli];
            match rows.last_mut().filter(|(last, _)| *last == name) {
                Some((_, sum)) => sum.iter_mut().zip(sizes).for_each(|(sum, size)| *sum += size),
                None => rows.push((name, sizes)),
            }
        }
        writeln!(f, "{:<32}{:>11}{:>11}{:>11}", "file", "raw", "gzip", "brotli")?;
        for (name, sizes) in rows.into_iter().chain([sum]) {
            let [raw, gzip, brotli] = sizes.map(grouped);
            writeln!(f, "{name:<32}{raw:>11}{gzip:>11}{brotli:>11}")?;
        }
        for cost in &self.costs {
            writeln!(f, "{:<32}{:>33}", ["of it for ", &cost.kind, " alone"].concat(), grouped(cost.brotli))?;
        }
        for budget in self.budgets() {
            let verdict = if budget.holds() { "within" } else { "OVER" };
            let (used, limit) = (grouped(budget.used), grouped(budget.limit));
            writeln!(f, "budget {:<10} {used} of {limit} bytes with brotli: {verdict}", budget.what)?;
        }
        Ok(())
    }
}

/// A number with commas between groups of three digits: `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, brotli: u64) -> File {
        let (media_type, integrity) = (String::new(), String::new());
        File {
            name: name.into(),
            media_type,
            immutable: true,
            parts: name.contains("kinds").then(|| KINDS.into()).into_iter().collect(),
            language: name.strip_suffix(".txt").map(|name| name.chars().rev().take(2).collect()),
            bytes: 1_234_567,
            gzip: 999,
            brotli,
            integrity,
        }
    }

    #[test]
    fn every_file_and_the_sum_have_a_row() {
        let files = [
            (EMBED, 1_000),
            ("folkmoot-0123456789.wasm", 90_000),
            ("folkmoot-kinds-0123456789.wasm", 20_000),
        ];
        let costs = vec![Cost { kind: "rating".into(), brotli: 1_000 }];
        let report = Report { files: files.map(|(name, brotli)| file(name, brotli)).into(), costs };
        let expected = "\
file                                    raw       gzip     brotli
embed.js                          1,234,567        999      1,000
folkmoot-0123456789.wasm          1,234,567        999     90,000
folkmoot-kinds-0123456789.wasm    1,234,567        999     20,000
sum                               3,703,701      2,997    111,000
of it for rating alone                                      1,000
budget embed.js   1,000 of 3,072 bytes with brotli: within
budget choice     91,000 of 128,000 bytes with brotli: within
budget every kind 111,000 of 168,960 bytes with brotli: within
budget kinds      20,000 of 40,960 bytes with brotli: within
budget card       0 of 4,096 bytes with brotli: within
budget reword     0 of 5,120 bytes with brotli: within
";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn a_budget_that_does_not_hold_is_said() {
        let report = Report { files: vec![file(EMBED, EMBED_BUDGET + 1)], costs: Vec::new() };
        assert!(report.to_string().contains("3,073 of 3,072 bytes with brotli: OVER"), "{report}");
    }
}
