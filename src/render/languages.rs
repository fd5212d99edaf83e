//! The texts in every language. All of them are in this program, unlike in the widget.

use std::rc::Rc;

use crate::words::{CARD, KINDS, Part, Words, nearest};

/// The compiled texts of a language.
struct Language {
    tag: &'static str,
    /// Its facts, an empty line, and what every page needs.
    main: &'static str,
    kinds: &'static str,
    card: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The texts of all parts in the language that is nearest to this tag of BCP 47, such as `de-AT`; English where there is none.
pub fn words(tag: &str) -> Rc<Words> {
    let language = nearest(tag).and_then(|near| LANGUAGES.iter().find(|language| language.tag == near));
    let other = language.and_then(|language| Some((language, Words::read(language.tag, language.main)?)));
    let (mut words, kinds, card) = match other {
        Some((language, words)) => (words, language.kinds, language.card),
        None if nearest(tag) == Some("en") => (Words::regional(tag), KINDS, CARD),
        None => (Words::english(), KINDS, CARD),
    };
    words.add(Part::Kinds, kinds);
    words.add(Part::Card, card);
    Rc::new(words)
}
