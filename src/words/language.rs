//! Which of the widget's languages a language tag asks for.

/// The languages that there are texts in.
const LANGUAGES: [&str; 11] = ["en", "de", "es", "fr", "pt", "pl", "ar", "he", "ja", "zh", "hi"];

/// The pseudo-locale, which tests use.
const PSEUDO: &str = "en-XA";

/// The language of the texts for a tag of BCP 47, such as `pt` for `pt-BR`. `None` where there are no such texts: there are none
/// in traditional Chinese.
pub fn nearest(tag: &str) -> Option<&'static str> {
    if tag.eq_ignore_ascii_case(PSEUDO) {
        return Some(PSEUDO);
    }
    let is = |subtag: &str, names: &[&str]| names.iter().any(|name| subtag.eq_ignore_ascii_case(name));
    let mut subtags = tag.split(['-', '_']);
    let first = subtags.next()?;
    // The code that Hebrew had before 1989.
    let first = if is(first, &["iw"]) { "he" } else { first };
    let traditional = subtags.any(|subtag| is(subtag, &["Hant", "TW", "HK", "MO"]));
    let language = LANGUAGES.into_iter().find(|language| is(first, &[language]))?;
    (language != "zh" || !traditional).then_some(language)
}
