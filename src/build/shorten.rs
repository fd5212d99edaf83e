//! Short names for the exports that glue and parts use, and for the main module's imports of functions that fetch parts. The
//! long names occur in several files, and many end in hashes, which do not compress. What else the main module imports from its
//! glue gets its names in `imports`.

use std::collections::HashMap;

/// The short names so far, by the names that they replace.
#[derive(Debug, Default)]
pub(super) struct Short {
    names: HashMap<String, String>,
}

impl Short {
    /// The short name of a name. Equal names get the same short name.
    pub(super) fn name(&mut self, long: &str) -> String {
        let next = self.names.len();
        self.names.entry(long.to_owned()).or_insert_with(|| nth(next)).clone()
    }

    /// The short name of a name that has one; else the name itself.
    pub(super) fn known(&self, long: &str) -> String {
        self.names.get(long).map_or(long, String::as_str).to_owned()
    }

    /// Replaces names in a script by their short names.
    pub(super) fn script(&self, script: &str) -> String {
        let mut out = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_part) {
            let (before, word) = rest.split_at(start);
            let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            out.push_str(before);
            out.push_str(&self.known(word));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Whether a character may be in a name.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

/// `a`, `b`, … `z`, `a0`, `b0`, … `z0`, `a1`, …
fn nth(n: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
    if n < 26 { letter.to_string() } else { format!("{letter}{}", n / 26 - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_become_short_and_nothing_else() {
        let mut short = Short::default();
        assert_eq!(
            [short.name("__wbg_a_1f"), short.name("__wbg_a_1f2"), short.name("__wbg_a_1f")],
            ["a", "b", "a"]
        );
        let script = "({__wbg_a_1f: x => wasm.__wbg_a_1f2(x), __wbg_a_1f3: '__wbg_a_1f'})";
        assert_eq!(short.script(script), "({a: x => wasm.b(x), __wbg_a_1f3: 'a'})");
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: std::collections::HashSet<_> = (0..2000).map(nth).collect();
        assert_eq!(names.len(), 2000);
    }
}
