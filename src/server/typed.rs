//! Texts that people type: how the host stores them, and whether two of them look the same to a reader. They are stored as
//! typed, except for control characters and the like; they are compared by what they look like.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;

use crate::domain::text::{balanced, is_blank, is_unseen};

/// Cleans a text of one line, such as a name: trims it, turns line breaks into spaces, and removes control characters. Empty
/// where nothing in it is visible.
pub(super) fn line(text: &str) -> String {
    kept(text, |out, _| {
        if !out.ends_with(' ') {
            out.push(' ');
        }
    })
}

/// Cleans a text of several lines, such as a comment: like [`line`], but keeps line breaks, and at most one empty line in a
/// row.
pub(super) fn lines(text: &str) -> String {
    kept(text, |out, c| {
        if c == '\t' {
            out.push(' ');
        } else if !out.ends_with("\n\n") {
            out.push('\n');
        }
    })
}

/// Cleans a text. `gap` appends what replaces a tab or line break.
fn kept(text: &str, gap: impl Fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len());
    for c in balanced(text.replace("\r\n", "\n")).chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => gap(&mut out, c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    if is_blank(&out) { String::new() } else { out.trim().into() }
}

/// Whether two labels look the same to a reader: they differ only in upper and lower case, in white space and invisible
/// characters, in Unicode normalization, or in letters of different scripts that look alike.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    let (small, others) = (small(&one), small(&other));
    small == others
        || imitates(&one, &other) && (looks(&one) == looks(&other) || looks(&small) == looks(&others))
}

/// A label in lower case, letter by letter: a final sigma is like any other.
fn small(folded: &str) -> String {
    folded.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

/// Whether one label may imitate the other: their letters are of different scripts.
fn imitates(one: &str, other: &str) -> bool {
    let (one, other) = (scripts(one), scripts(other));
    !one.is_empty() && !other.is_empty() && one != other
}

/// The skeleton of a label (Unicode Technical Standard #39): look-alikes have the same one.
fn looks(folded: &str) -> String {
    skeleton(folded).collect()
}

/// The scripts of a label's letters, sorted, each once.
fn scripts(folded: &str) -> Vec<Script> {
    let mut scripts: Vec<Script> = folded.chars().map(|c| c.script()).collect();
    scripts.retain(|script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown));
    scripts.sort_unstable_by_key(|script| script.short_name());
    scripts.dedup();
    scripts
}

/// A label with white space, invisible characters, quotation marks and normalization unified; upper and lower case are kept.
fn folded(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut flag = false;
    for c in text.chars() {
        // The flags of England, Scotland and Wales are a black flag followed by invisible letters.
        let tag = matches!(c, '\u{e0020}'..='\u{e007f}');
        flag = c == '\u{1f3f4}' || flag && tag;
        match c {
            '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{115f}' | '\u{1160}' => seen.push(' '),
            c if c.is_whitespace() => seen.push(' '),
            c if is_unseen(c) && !(flag && tag) => {}
            // 10² is not 102.
            '¹' | '²' | '³' | '\u{2070}'..='\u{207f}' => seen.extend(['^', c]),
            '\u{2080}'..='\u{209c}' => seen.extend(['_', c]),
            c => seen.push(plain(c)),
        }
    }
    // Normalization can bring new quotation marks: "ŉ" has an apostrophe.
    let one_form: String = seen.nfkc().map(plain).collect();
    one_form.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Replaces typographic quotation marks and dashes by those of a keyboard.
fn plain(c: char) -> char {
    match c {
        '‘' | '’' | 'ʼ' | '‛' | '′' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '‐'..='―' | '−' => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200b}\u{2800}\u{3164}\r\n\t\0\u{85} ]{0,5}",
            "[aAàÀаАοσςΣßıİiIﬁ²ⅷ\u{301}\u{308}\u{e0067}🏴’-]{0,5}",
            ".{0,5}",
        ];
        proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_as_it_is_and_is_empty_or_seen(text in typed()) {
            for keep in [line, lines] {
                let kept = keep(&text);
                prop_assert_eq!(keep(&kept), kept.clone());
                prop_assert!(kept.is_empty() || !is_blank(&kept), "{kept:?}");
                prop_assert_eq!(kept.is_empty(), is_blank(&text));
                prop_assert!(!kept.contains(|c: char| c.is_control() && c != '\n'), "{kept:?}");
            }
            prop_assert!(!line(&text).contains('\n'));
            prop_assert!(!lines(&text).contains("\n\n\n"));
        }

        #[test]
        fn two_labels_are_the_same_in_either_order(one in typed(), other in typed()) {
            prop_assert_eq!(same(&one, &other), same(&other, &one));
            prop_assert!(same(&one, &one));
            prop_assert!(same(&one, &line(&one)), "{one:?}");
            prop_assert_eq!(folded(&folded(&one)), folded(&one));
        }
    }

    #[test]
    fn embedding_26_what_reads_the_same_is_the_same() {
        for (one, other) in [
            ("By the lake", "By  the lake"),
            ("By the lake", " by\u{a0}the\u{3000}LAKE\u{200b} "),
            ("By the lake", "By\u{2800}the\u{3164}lake"),
            ("Caf\u{e9}", "Cafe\u{301}"),
            ("Pizza", "Ｐｉｚｚａ"),
            ("Pizza", "Pi\u{ad}zza\u{fe0f}"),
            ("Pizza", "\u{202e}Pizza\u{202c}"),
            ("Pizza", "Pizz\u{430}"),
            ("pizza", "\u{420}IZZA"),
            ("COCO", "\u{421}\u{41e}\u{421}\u{41e}"),
            ("Don't", "Don’t"),
            ("'n", "ŉ"),
            ("Sat - Sun", "Sat – Sun"),
            ("ﬁsh", "fish"),
            ("ΣΟΦΟΣ", "σοφος"),
            ("❤", "❤\u{fe0f}"),
        ] {
            assert!(same(one, other) && same(other, one), "{one:?}, {other:?}");
        }
    }

    #[test]
    fn embedding_26_what_reads_otherwise_is_something_else() {
        for (one, other) in [
            ("Pizza", "Pasta"),
            ("Cafe", "Café"),
            ("10²", "102"),
            ("H₂O", "H2O"),
            ("Model I", "Model 1"),
            ("O", "0"),
            ("In Maßen", "In Massen"),
            ("sıra", "sira"),
            ("ו", "ן"),
            ("+", "-"),
            ("A B", "AB"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
                "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            ),
            ("👍🏻", "👍🏿"),
            ("5", "٥"),
        ] {
            assert!(!same(one, other) && !same(other, one), "{one:?}, {other:?}");
        }
    }

    #[test]
    fn embedding_26_lines_are_kept_where_there_are_lines() {
        let typed = "\u{feff} Bring a cup.\r\n\r\n\r\n\r\nThe way:\0 \thome\u{2028}";
        assert_eq!(lines(typed), "\u{feff} Bring a cup.\n\nThe way:  home");
        assert_eq!(line(typed), "\u{feff} Bring a cup. The way: home");
        assert_eq!(line("\u{202e}abc"), "\u{202e}abc\u{202c}");
        assert_eq!(line(" \u{200b}\u{202e}\n"), "");
    }
}
