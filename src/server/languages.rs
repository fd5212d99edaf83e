//! The languages that a reader asks for, and the texts of the site in the nearest of them.
//!
//! The query parameter `lang` says which language, else the header `Accept-Language` does, by its weights (RFC 9110). A text is
//! looked up by the rules of Unicode's locale inheritance, which are those of RFC 4647 with one reservation: no script is taken
//! for another. `de-AT` falls back to `de`, and `zh-TW`, whose script is the traditional one, does not fall back to `zh`. After
//! that, a text in another region's variety of the language is taken, such as `en-GB` for `en-US`. A reader of none of the
//! text's languages gets the one that the site wrote first.

use std::cmp::Reverse;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use icu_locale_core::{DataLocale, Locale};
use icu_locale_fallback::{LocaleFallbackConfig, LocaleFallbacker};

use crate::contract::{ALL_LANGUAGES, LANGUAGE_QUERY};
use crate::domain::checklist::Checklist;
use crate::domain::poll::{Edited, Poll};
use crate::domain::translation::{Text, Translation, Translations};
use crate::wire;

/// The most languages of a reader that are looked at.
const MOST_WANTED: usize = 20;

/// The languages that a reader asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Languages {
    /// Whether the reader wants the texts as they were written, in all their languages.
    all: bool,
    /// The languages, the most wanted first.
    wanted: Vec<DataLocale>,
}

impl Languages {
    /// The languages of a request with these values of `lang` and of `Accept-Language`.
    fn asked<'a>(lang: Option<&str>, accepted: impl Iterator<Item = &'a str>) -> Self {
        match lang.map(str::trim).filter(|lang| !lang.is_empty()) {
            Some(ALL_LANGUAGES) => Self { all: true, wanted: Vec::new() },
            Some(lang) => Self { all: false, wanted: locale(&lang.replace('_', "-")).into_iter().collect() },
            None => Self { all: false, wanted: weighed(accepted) },
        }
    }

    /// The place among these translations of the one for this reader.
    fn nearest(&self, text: &Translations) -> usize {
        // A translation whose tag is invalid is for no reader.
        let offered = |(place, of): (usize, &Translation)| Some((place, ways(locale(&of.language)?)));
        let offered: Vec<(usize, Vec<DataLocale>)> = text.iter().enumerate().filter_map(offered).collect();
        let found = self.wanted.iter().find_map(|wanted| {
            let wanted = ways(*wanted);
            let is = |way: &DataLocale| offered.iter().find(|(_, ways)| ways.first() == Some(way));
            let is_kin = |(_, ways): &&(usize, Vec<DataLocale>)| ways.last() == wanted.last();
            wanted.iter().find_map(is).or_else(|| offered.iter().find(is_kin))
        });
        found.map_or(0, |(place, _)| *place)
    }

    /// Begins an answer to this reader.
    pub(super) fn answer(&self) -> Answer {
        Answer { languages: self.clone(), known: Vec::new(), used: Vec::new() }
    }
}

impl<S: Sync> FromRequestParts<S> for Languages {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let lang = query.find(|(name, _)| name == LANGUAGE_QUERY).map(|(_, lang)| lang);
        Ok(Self::asked(lang.as_deref(), accepted(&parts.headers)))
    }
}

fn accepted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok())
}

/// The languages in `Accept-Language`, the most wanted first, without those that the reader does not want.
fn weighed<'a>(accepted: impl Iterator<Item = &'a str>) -> Vec<DataLocale> {
    let range = |text: &'a str| {
        let (tag, weight) = text.split_once(';').map_or((text, None), |(tag, weight)| (tag, Some(weight)));
        Some((locale(tag.trim())?, weight.map_or(Some(1000), thousandths)?)).filter(|(_, weight)| *weight > 0)
    };
    let ranges = accepted.flat_map(|list| list.split(',')).filter_map(range);
    let mut ranges: Vec<(DataLocale, u16)> = ranges.take(MOST_WANTED).collect();
    ranges.sort_by_key(|(_, weight)| Reverse(*weight));
    ranges.into_iter().map(|(tag, _)| tag).collect()
}

/// A weight such as `q=0.8`, times 1000.
fn thousandths(text: &str) -> Option<u16> {
    let (name, value) = text.split_once('=')?;
    let (whole, part) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let is_weight = name.trim().eq_ignore_ascii_case("q") && part.len() <= 3 && matches!(whole, "0" | "1");
    let part: u16 = if is_weight { format!("{part:0<3}").parse().ok()? } else { return None };
    Some(whole.parse::<u16>().ok()? * 1000 + part).filter(|weight| *weight <= 1000)
}

/// What a tag says about texts; `None` where it is no tag, or names no language.
fn locale(tag: &str) -> Option<DataLocale> {
    let locale = DataLocale::from(Locale::try_from_str(tag).ok()?);
    Some(locale).filter(|locale| !locale.language.is_unknown())
}

/// The language in its normal form, and then what it falls back to, step by step. The last is the language, with its script
/// where that is not the usual one.
fn ways(locale: DataLocale) -> Vec<DataLocale> {
    let mut steps = LocaleFallbacker::new().for_config(LocaleFallbackConfig::default()).fallback_for(locale);
    let mut ways = Vec::new();
    while !steps.get().is_unknown() {
        ways.push(*steps.get());
        steps.step();
    }
    ways
}

/// An answer to a reader, while its texts are read, or a feed.
pub(super) struct Answer {
    languages: Languages,
    /// Texts that were read, each with the place of its translation for the reader. The texts of a poll are mostly in the same
    /// languages, which are looked up once.
    known: Vec<(Arc<Translations>, usize)>,
    /// The languages of the texts in the answer, each once.
    used: Vec<String>,
}

impl Answer {
    /// A text in the reader's language.
    fn read(&mut self, text: Text) -> String {
        let all = match text {
            Text::Plain(text) => return text,
            Text::Translated(all) => all,
        };
        let is_like =
            |known: &Translations| known.iter().map(|of| &of.language).eq(all.iter().map(|of| &of.language));
        let known = self.known.iter().find(|(known, _)| is_like(known));
        let place = known.map_or_else(|| self.languages.nearest(&all), |(_, place)| *place);
        if known.is_none() {
            self.known.push((Arc::clone(&all), place));
        }
        let read = all.iter().nth(place).unwrap_or(all.first());
        self.note(&read.language);
        read.text.clone()
    }

    /// A text for this reader: in one language, or in all of them.
    fn text(&mut self, text: Text) -> Text {
        if self.languages.all {
            text.translations().for_each(|of| self.note(&of.language));
            text
        } else {
            self.read(text).into()
        }
    }

    fn note(&mut self, language: &str) {
        if !self.used.iter().any(|known| known == language) {
            self.used.push(language.to_owned());
        }
    }

    /// A poll in the reader's language.
    pub(super) fn read_poll(&mut self, poll: Poll<Text>) -> Poll {
        beside(poll.map(&mut |text| self.read(text)))
    }

    /// A poll as the answer has it.
    pub(super) fn poll(&mut self, poll: Poll<Text>) -> wire::Poll {
        beside(poll.map(&mut |text| self.text(text))).into()
    }

    /// A checklist in the reader's language.
    pub(super) fn read_checklist(&mut self, list: Checklist<Text>) -> Checklist {
        list.map(&mut |text| self.read(text))
    }

    /// A checklist as the answer has it.
    pub(super) fn checklist(&mut self, list: Checklist<Text>) -> wire::Checklist {
        list.map(&mut |text| self.text(text)).into()
    }

    /// Tells caches and readers which languages a response is in, and that it depends on the reader's.
    pub(super) fn told(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("accept-language"));
        let used = HeaderValue::try_from(self.used.join(", ")).ok().filter(|used| !used.is_empty());
        headers.extend(used.map(|used| (CONTENT_LANGUAGE, used)));
        response
    }
}

/// The poll without what staff changed in other languages alone.
fn beside<T: PartialEq>(mut poll: Poll<T>) -> Poll<T> {
    let of = |edited: &mut Option<Edited<T>>, now: &T| *edited = edited.take().and_then(|e| e.beside(now));
    of(&mut poll.title_edited, &poll.title);
    of(&mut poll.description_edited, &poll.description);
    poll.options.iter_mut().for_each(|option| of(&mut option.edited, &option.label));
    poll
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(languages: &[&str]) -> Translations {
        let of = |language: &&str| Translation { language: (*language).into(), text: String::new() };
        Translations::new(languages.iter().map(of).collect()).unwrap()
    }

    /// The language in which a reader with this header gets a text in these languages.
    fn read<'a>(accepted: &str, languages: &[&'a str]) -> &'a str {
        languages[Languages::asked(None, std::iter::once(accepted)).nearest(&text(languages))]
    }

    #[test]
    fn a_reader_gets_the_nearest_language_of_those_that_they_want_most() {
        for (accepted, languages, found) in [
            ("de", &["en", "de"][..], "de"),
            ("de-AT", &["en", "de"], "de"),
            ("de-AT", &["en", "de-DE", "de"], "de"),
            ("de-at", &["en", "DE-AT", "de"], "DE-AT"),
            ("de-CH-1996", &["en", "de-DE", "de-CH"], "de-CH"),
            ("de-Latn-DE", &["en", "de"], "de"),
            ("de-DE-u-co-phonebk", &["en", "de"], "de"),
            ("de", &["en", "de-AT"], "de-AT"),
            ("de-CH", &["en", "de-AT", "de-DE"], "de-AT"),
            ("en-US, de;q=0.5", &["de", "en-GB"], "en-GB"),
            ("es-MX", &["es-ES", "es-419", "en"], "es-419"),
            ("pt-BR", &["en", "pt-PT"], "pt-PT"),
            ("pt-AO", &["en", "pt", "pt-PT"], "pt-PT"),
            ("nb-NO", &["en", "no"], "no"),
            ("fil", &["en", "fi"], "en"),
            // Scripts are told apart.
            ("zh-TW", &["en", "zh"], "en"),
            ("zh-TW", &["en", "zh-Hans"], "en"),
            ("zh-HK, en;q=0.5", &["zh-CN", "en"], "en"),
            ("zh-TW", &["en", "zh", "zh-Hant"], "zh-Hant"),
            ("zh-TW", &["en", "zh-HK"], "zh-HK"),
            ("zh-SG", &["en", "zh"], "zh"),
            ("zh-Hans-CN", &["en", "zh"], "zh"),
            ("zh", &["en", "zh-Hant"], "en"),
            ("sr-Latn", &["en", "sr"], "en"),
            ("sr-ME", &["sr", "sr-Latn"], "sr-Latn"),
        ] {
            assert_eq!(read(accepted, languages), found, "{accepted} of {languages:?}");
        }
    }

    #[test]
    fn weights_order_what_a_reader_wants() {
        let languages = ["en", "de", "fr", "ja"];
        for (accepted, found) in [
            ("de;q=0.3, fr;q=0.8, en;q=0.1", "fr"),
            ("fr;q=0.8,de", "de"),
            ("fr, de", "fr"),
            ("fr; q=0.5, de ; Q=0.75", "de"),
            ("fr;q=0, de;q=0.001", "de"),
            ("fr;q=0.000, ja;q=1.000", "ja"),
            ("it, *, de;q=0.2", "de"),
            ("*", "en"),
            ("", "en"),
            ("it", "en"),
            // What is no weight or no tag counts as not there.
            ("fr;q=2, de;q=0.1", "de"),
            ("fr;q=1.001, de;q=0.1", "de"),
            ("fr;q=-1, de;q=0.1", "de"),
            ("fr;q=nan, de;q=0.1", "de"),
            ("fr;q=0.1234, de;q=0.1", "de"),
            ("fr;level=1, de;q=0.1", "de"),
            ("😀, french language, ;;, , de", "de"),
            ("x-klingon, i-default, und, de", "de"),
        ] {
            assert_eq!(read(accepted, &languages), found, "{accepted}");
        }
        let several = Languages::asked(None, ["fr;q=0.1", "ja;q=0.9"].into_iter());
        assert_eq!(several.nearest(&text(&languages)), 3, "headers of one name are one list");
        let long = "it,".repeat(1000) + "de";
        assert_eq!(read(&long, &languages), "en", "what nobody wants is not looked at");
    }

    #[test]
    fn the_parameter_goes_before_the_header() {
        let languages = text(&["en", "de", "fr"]);
        for (lang, place) in [("de", 1), ("de-CH", 1), ("it", 0), ("de_AT", 1), ("?", 0), (" ", 2), ("", 2)] {
            let asked = Languages::asked(Some(lang), std::iter::once("fr"));
            assert_eq!(asked.nearest(&languages), place, "{lang}");
        }
        assert!(Languages::asked(Some("*"), std::iter::once("fr")).all);
    }
}
