//! Every state in every language.

use folkmoot::render::words;
use folkmoot::ui::Html;

use crate::outline::drawn;
use crate::states;

const LANGUAGES: [&str; 11] = ["ar", "de", "en-US", "es", "fr", "he", "hi", "ja", "pl", "pt", "zh"];

/// What hosts and members wrote, and numbers and times, which the pseudo-locale has as in English.
const NOT_OURS: [&str; 41] = [
    "What shall we serve?",
    "What?",
    "https://example.com/menu",
    "https://example.com",
    "See",
    "for more.",
    "Look:",
    "Green tea",
    "Tea",
    "Coffee & cake",
    "مقهى",
    "Juice",
    "Ann",
    "Omar",
    "please",
    "Only members of the board vote here.",
    "Vote first.",
    "Green thumb",
    "For showing up.",
    "Helping",
    "Bridge",
    "Answer a newcomer.",
    "First steps",
    "Say hello",
    "Vote",
    "Bring a friend",
    "So that we know you.",
    "Thursday",
    "Tuesday",
    "Fri",
    "Oct",
    "Nov",
    "in 2 days",
    "in 7 days",
    "in 1 hour",
    "and",
    "st",
    "nd",
    "rd",
    "th",
    "b",
];

/// What is read or heard of a tree: texts, labels and descriptions that are not empty.
fn texts(html: &Html) -> Vec<String> {
    match html {
        Html::List(all) => all.iter().flat_map(texts).collect(),
        Html::Node(node) => {
            let line = drawn(node);
            let said = line
                .attributes
                .into_iter()
                .filter(|(name, _)| ["aria-label", "alt", "title"].contains(&&**name));
            let own = said.map(|(_, value)| value).chain([line.text]).filter(|text| !text.is_empty());
            own.chain(node.children.iter().flat_map(texts)).collect()
        }
    }
}

/// A text without what stands in brackets, which may stand in one another, and without what is not the widget's.
fn bare(text: &str) -> String {
    let mut depth = 0;
    let mut rest = String::new();
    for c in text.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            c if depth == 0 => rest.push(c),
            _ => {}
        }
    }
    NOT_OURS.iter().fold(rest, |rest, known| rest.replace(known, ""))
}

#[test]
fn nothing_is_said_that_is_not_in_the_file_of_texts() {
    for (name, mut shown) in states::all() {
        shown.change(|scene| scene.locale.words = words("en-XA"));
        for text in texts(shown.html()) {
            let bare = bare(&text);
            assert!(!bare.chars().any(char::is_alphabetic), "{name}: {text:?} says {bare:?} in English");
        }
    }
}

#[test]
fn every_state_says_as_much_in_every_language() {
    for (name, mut shown) in states::all() {
        let english = texts(shown.html()).len();
        for language in LANGUAGES {
            shown.change(|scene| scene.locale.words = words(language));
            let texts = texts(shown.html());
            assert_eq!(texts.len(), english, "{name} in {language}\n{}", shown.outline());
            assert!(!texts.iter().any(|text| text.contains(['{', '|'])), "{name} in {language}: {texts:?}");
        }
    }
}
