use std::time::{Duration, Instant};

use folkmoot::domain::text::{Piece, balanced, for_terminal, is_blank, is_unseen, pieces};
use proptest::prelude::*;

/// POP DIRECTIONAL FORMATTING and POP DIRECTIONAL ISOLATE.
const PDF: char = '\u{202c}';
const PDI: char = '\u{2069}';

/// Whether a character begins or ends an embedding, an override or an isolate.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Texts that consist of difficult parts.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200b}\u{2800}\n a\u{5d0}]{0,6}",
        "(https?://|HTTPS://|://|:|:/|@|/|\\(|\\)|\\[|\\]|\\.|,|example\\.org|\u{fe0f}|é|\\\\){0,6}",
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
}

#[test]
fn a_host_cannot_write_to_the_terminal() {
    assert_eq!(for_terminal(" a\u{1b}[2Jb\r\n\u{202e}c\u{9b}\u{200f}d\u{2028}"), "a [2Jb c d");
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
        ["http://@", "http://", "://", ":", "http", "https://a)", "https://a.(", "http://a@b)", "\u{202e}"]
    {
        let text = part.repeat(1_000_000 / part.len());
        assert!(!pieces(&text).is_empty());
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
