//! Making what people typed safe to show: whether there is anything to see, bidirectional control characters that would
//! reorder the text around it, and the web addresses in it.

use super::link::Link;

/// POP DIRECTIONAL FORMATTING: ends an embedding or an override.
const PDF: char = '\u{202c}';

/// POP DIRECTIONAL ISOLATE: ends an isolate.
const PDI: char = '\u{2069}';

/// FIRST STRONG ISOLATE: begins an isolate, whose direction is that of its first letter.
const FSI: char = '\u{2068}';

/// Whether a character is invisible: white space, a control character, one with the Unicode property
/// `Default_Ignorable_Code_Point`, or one of the few signs that are blank by design.
pub fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}'..='\u{ffff}' | '\u{13430}'..='\u{1343f}'
            | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether every character of a text is invisible.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// The text with every embedding, override and isolate ended in the line where it begins, and without marks that end none:
/// such a text cannot reorder what stands around it (Unicode Standard Annex #9).
pub fn balanced(text: String) -> String {
    if !text.contains(is_direction) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 12);
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            PDF if open.last() != Some(&PDF) => continue,
            PDF => drop(open.pop()),
            PDI if !open.contains(&PDI) => continue,
            PDI => {
                // What is still open in the isolate ends with it.
                while open.last() == Some(&PDF) {
                    out.extend(open.pop());
                }
                open.pop();
            }
            '\u{2066}'..='\u{2068}' => open.push(PDI),
            c if is_direction(c) => open.push(PDF),
            '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.extend(open.drain(..).rev());
            }
            _ => {}
        }
        out.push(c);
    }
    out.extend(open.into_iter().rev());
    out
}

/// Whether a character begins or ends an embedding, an override or an isolate.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text in an isolate, where it needs one: in the middle of a sentence it does not reorder the words around it.
pub fn isolated(text: &str) -> String {
    // Hebrew has the first letters of Unicode that run from right to left.
    let plain = text.chars().all(|c| c < '\u{590}');
    if plain { text.into() } else { [FSI.to_string().as_str(), text, PDI.to_string().as_str()].concat() }
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that is not a URL.
    Words(&'a str),
    /// A URL that [`Link`] takes, beginning with `http:` or `https:`.
    Link(&'a str),
}

/// Splits a text into words and URLs. The pieces in order are the whole text.
///
/// A URL ends before white space, invisible characters, and quotation marks and similar signs; full stops, commas and
/// closing brackets after it belong to the sentence. A URL with a user name before its host stays words, since a reader
/// would take the user name for the host.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut look = 0;
    while let Some(found) = text[look..].find("://") {
        let colon = look + found;
        look = colon + 3;
        let Some(start) = scheme(&text[from..colon]).map(|at| from + at) else { continue };
        let run = &text[start..];
        let run = &run[..run.find(|c| !is_of_address(c)).unwrap_or(run.len())];
        let address = without_end(run);
        let host =
            address.get(look - start..).unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
        look = start + run.len();
        if host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[' || !c.is_ascii())
            && !host.contains('@')
            && Link::new(address).is_some()
        {
            if from < start {
                pieces.push(Piece::Words(&text[from..start]));
            }
            pieces.push(Piece::Link(address));
            from = start + address.len();
            look = from;
        }
    }
    if from < text.len() {
        pieces.push(Piece::Words(&text[from..]));
    }
    pieces
}

/// Where `http` or `https` starts, if the text ends with it and no letter or digit stands before it.
fn scheme(before: &str) -> Option<usize> {
    let start = |word: &str| {
        let at = before.len().checked_sub(word.len())?;
        let word_is_there = before.get(at..)?.eq_ignore_ascii_case(word);
        (word_is_there && !before[..at].ends_with(|c: char| c.is_ascii_alphanumeric())).then_some(at)
    };
    start("https").or_else(|| start("http"))
}

/// Whether a character can be part of a URL. Excluded are those that end one in a sentence, and look-alikes of `/`, `.` and
/// other signs that have a meaning in URLs.
fn is_of_address(c: char) -> bool {
    !is_unseen(c)
        && !matches!(c,
            '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^' | '«' | '»' | '\u{2000}'..='\u{2bff}'
            | '\u{3000}'..='\u{303f}' | '\u{fe10}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffff}'
            | '\u{1f000}'..='\u{1faff}')
}

/// A URL without the punctuation at its end that belongs to the sentence.
fn without_end(run: &str) -> &str {
    let count = |bracket| run.matches(bracket).count();
    let mut round = count(')').saturating_sub(count('('));
    let mut square = count(']').saturating_sub(count('['));
    run.trim_end_matches(|c| {
        let spare = match c {
            ')' => &mut round,
            ']' => &mut square,
            _ => return matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~'),
        };
        let closes_more = *spare > 0;
        *spare = spare.saturating_sub(1);
        closes_more
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    /// Texts that consist of difficult parts.
    fn hostile() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200b}\u{2800}\n a\u{5d0}]{0,6}",
            "(https?://|HTTPS://|://|@|/|\\(|\\)|\\[|\\]|\\.|,|example\\.org|\u{fe0f}|é|\\\\){0,6}",
            ".{0,6}",
        ];
        proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn the_pieces_of_a_text_are_the_text_and_links_lead_to_the_web(text in hostile()) {
            let pieces = pieces(&text);
            let whole: String = pieces.iter().map(|p| match p { Piece::Words(t) | Piece::Link(t) => *t }).collect();
            prop_assert_eq!(&whole, &text);
            for piece in pieces {
                if let Piece::Link(link) = piece {
                    let scheme = link.to_ascii_lowercase();
                    prop_assert!(scheme.starts_with("http://") || scheme.starts_with("https://"), "{link:?}");
                    prop_assert!(!link.contains(is_unseen), "{link:?}");
                    let host = link.split("://").nth(1).unwrap().split(['/', '?', '#']).next().unwrap();
                    prop_assert!(!host.is_empty() && !host.contains('@') && !host.contains('\\'), "{link:?}");
                } else if let Piece::Words(words) = piece {
                    prop_assert!(!words.is_empty());
                }
            }
        }

        #[test]
        fn a_balanced_text_leaves_nothing_open_and_says_the_same(text in hostile()) {
            let once = balanced(text.clone());
            prop_assert_eq!(&balanced(once.clone()), &once);
            let words = |text: &str| text.chars().filter(|c| !is_direction(*c)).collect::<String>();
            prop_assert_eq!(words(&once), words(&text));
            for line in once.split('\n') {
                let mut open = Vec::new();
                for c in line.chars().filter(|c| is_direction(*c)) {
                    match c {
                        PDF | PDI => prop_assert_eq!(open.pop(), Some(c), "{:?}", &once),
                        '\u{2066}'..='\u{2068}' => open.push(PDI),
                        _ => open.push(PDF),
                    }
                }
                prop_assert!(open.is_empty(), "{once:?}");
            }
        }
    }

    #[test]
    fn embedding_26_what_nobody_sees_is_blank() {
        for text in [
            "",
            " \n\t",
            "\u{200b}",
            "\u{2800}",
            "\u{202e}",
            "\u{ad}",
            "\u{115f}\u{1160}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{e0067}\u{e007f}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{feff}",
            "\u{2060}",
            "\u{a0}\u{3000}",
            "\u{180e}",
            "\u{1d159}",
            "\0\u{7f}\u{9b}",
            "\u{2069}",
            "\u{34f}",
            "\u{fffc}",
            "\u{61c}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["a", "\u{200b}.", "é", "水", "🍕", "❤\u{fe0f}", "\u{5e9}\u{200f}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn embedding_26_a_direction_that_is_turned_is_turned_back() {
        for (typed, kept) in [
            ("\u{202e}abc", "\u{202e}abc\u{202c}"),
            ("abc\u{2069}\u{202c}", "abc"),
            ("\u{2067}\u{202e}a\u{2069}b", "\u{2067}\u{202e}a\u{202c}\u{2069}b"),
            ("\u{202b}a\nb", "\u{202b}a\u{202c}\nb"),
            ("\u{2066}a\u{202c}\u{2069}", "\u{2066}a\u{2069}"),
            ("a\u{200f}b", "a\u{200f}b"),
        ] {
            assert_eq!(balanced(typed.into()), kept, "{typed:?}");
        }
        assert_eq!(isolated("Café"), "Café");
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn embedding_25_addresses_end_where_people_end_them() {
        let link_in = |text: &'static str| {
            let links = pieces(text).into_iter().filter_map(|p| match p {
                Piece::Link(link) => Some(link),
                Piece::Words(_) => None,
            });
            links.collect::<Vec<_>>().join(" ")
        };
        for (text, link) in [
            ("The way: https://example.org/map", "https://example.org/map"),
            ("See https://example.org/map.", "https://example.org/map"),
            ("(https://example.org/map)", "https://example.org/map"),
            ("(see https://en.example/wiki/Tea_(drink)), then", "https://en.example/wiki/Tea_(drink)"),
            ("[map](https://example.org/map)!", "https://example.org/map"),
            ("<https://example.org/map>", "https://example.org/map"),
            ("“https://example.org/map”", "https://example.org/map"),
            ("HTTP://EXAMPLE.ORG?a=1&b=2#c,", "HTTP://EXAMPLE.ORG?a=1&b=2#c"),
            ("地図https://example.org/map。見て", "https://example.org/map"),
            ("http://[::1]:8080/a", "http://[::1]:8080/a"),
            ("https://müller.example/straße", "https://müller.example/straße"),
            ("https://a.example,https://b.example", "https://a.example,https://b.example"),
            ("https://a.example https://b.example/@ann", "https://a.example https://b.example/@ann"),
            // URLs that lead to another host than they seem to, or nowhere.
            ("https://bank.example@evil.example", ""),
            ("https://bank.example:443@evil.example/https://a.example", ""),
            ("https://bank.example\\@evil.example", "https://bank.example"),
            ("https://bank.example\u{2215}evil.example", "https://bank.example"),
            ("https://bank.example\u{202e}moc.live", "https://bank.example"),
            ("https://bank\u{200b}.example", "https://bank"),
            ("https:// example.org", ""),
            ("https:///example.org", ""),
            ("https://...", ""),
            ("xhttps://example.org", ""),
            ("javascript://example.org/%0aalert(1)", ""),
            ("data:text/html,https:x", ""),
            ("http:/example.org", ""),
        ] {
            assert_eq!(link_in(text), link, "{text}");
        }
        let long = ["https://example.org/", &"x".repeat(2000)].concat();
        assert_eq!(pieces(&long), [Piece::Words(&long)]);
    }

    #[test]
    fn embedding_25_a_hostile_text_takes_no_longer_than_a_long_one() {
        let start = Instant::now();
        for part in
            ["http://@", "http://", "://", "http", "https://a)", "https://a.(", "http://a@b)", "\u{202e}"]
        {
            let text = part.repeat(1_000_000 / part.len());
            assert!(!pieces(&text).is_empty());
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
