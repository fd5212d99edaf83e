//! The size report: what every visitor pays.

use std::fmt;

use super::{EMBED, File};

/// Most bytes that the loader may be, with brotli.
pub const EMBED_BUDGET: u64 = 3 * 1024;
/// Most bytes that a page may load in all, with brotli.
pub const SUM_BUDGET: u64 = 125 * 1024;

/// What was built, for a person to read.
#[derive(Clone, Debug)]
pub struct Report {
    /// The files.
    pub files: Vec<File>,
}

/// A limit and how much of it is used.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What is limited.
    pub what: &'static str,
    /// Bytes with brotli.
    pub used: u64,
    /// Most bytes that it may be.
    pub limit: u64,
}

impl Budget {
    /// Whether it holds.
    pub const fn holds(&self) -> bool {
        self.used <= self.limit
    }
}

impl Report {
    /// Both budgets, as they stand.
    pub fn budgets(&self) -> [Budget; 2] {
        let embed = self.files.iter().filter(|file| file.name == EMBED).map(|file| file.brotli).sum();
        let sum = self.files.iter().map(|file| file.brotli).sum();
        [
            Budget { what: EMBED, used: embed, limit: EMBED_BUDGET },
            Budget { what: "sum", used: sum, limit: SUM_BUDGET },
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = |of: fn(&File) -> u64| self.files.iter().map(of).sum::<u64>();
        let sum = ("sum", [total(|file| file.bytes), total(|file| file.gzip), total(|file| file.brotli)]);
        let rows = self.files.iter().map(|file| (file.name.as_str(), [file.bytes, file.gzip, file.brotli]));
        writeln!(f, "{:<28}{:>11}{:>11}{:>11}", "file", "raw", "gzip", "brotli")?;
        for (name, sizes) in rows.chain([sum]) {
            let [raw, gzip, brotli] = sizes.map(grouped);
            writeln!(f, "{name:<28}{raw:>11}{gzip:>11}{brotli:>11}")?;
        }
        for budget in self.budgets() {
            let verdict = if budget.holds() { "within" } else { "OVER" };
            let (used, limit) = (grouped(budget.used), grouped(budget.limit));
            writeln!(f, "budget {:<9} {used} of {limit} bytes with brotli: {verdict}", budget.what)?;
        }
        Ok(())
    }
}

/// 1234567 as `1,234,567`.
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
            bytes: 1_234_567,
            gzip: 999,
            brotli,
            integrity,
        }
    }

    #[test]
    fn every_file_and_the_sum_have_a_row() {
        let report = Report { files: vec![file(EMBED, 1_000), file("folkmoot-0123456789.wasm", 90_000)] };
        let expected = "\
file                                raw       gzip     brotli
embed.js                      1,234,567        999      1,000
folkmoot-0123456789.wasm      1,234,567        999     90,000
sum                           2,469,134      1,998     91,000
budget embed.js  1,000 of 3,072 bytes with brotli: within
budget sum       91,000 of 128,000 bytes with brotli: within
";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn a_budget_that_does_not_hold_is_said() {
        let report = Report { files: vec![file(EMBED, EMBED_BUDGET + 1)] };
        assert!(report.to_string().contains("3,073 of 3,072 bytes with brotli: OVER"), "{report}");
    }
}
