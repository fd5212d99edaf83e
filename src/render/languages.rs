//! The texts in every language. All of them are in this program, unlike in the widget.

use std::rc::Rc;

use crate::words::Words;

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The texts of all parts in the language that is nearest to this tag of BCP 47, such as `de` for `de-AT`. English where there is
/// none, and for Chinese in traditional characters. Pages choose by the expression of `build::link`, which says the
/// same.
pub fn words(tag: &str) -> Rc<Words> {
    let is = |subtag: &str, names: &[&str]| names.iter().any(|name| subtag.eq_ignore_ascii_case(name));
    let subtags: Vec<&str> = tag.split('-').collect();
    let traditional = subtags.iter().skip(1).any(|subtag| is(subtag, &["TW", "HK", "MO", "Hant"]));
    let region = subtags.get(..2).map(|subtags| subtags.join("-")).unwrap_or_default();
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    let find = |tag: &str| LANGUAGES.iter().find(|(known, _)| is(tag, &[known]));
    let found = if traditional { None } else { find(&region).or_else(|| find(language)) };
    let words = Words::default();
    let parts = found.or_else(|| find("en")).map(|(_, parts)| parts);
    for part in parts.into_iter().flatten() {
        words.read(part);
    }
    Rc::new(words)
}
