//! What the widget says in the language of this run, by key: `said!(votes, count = 7)` is "7 votes" in English.
//!
//! A test that names words by key holds in any language, and finds a text that is not from the language's file. Nothing here is
//! the widget's own code: the files are read as translators write them, and ICU chooses the form that a number takes.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use folkmoot::build::languages::PSEUDO;
use folkmoot::build::pseudo::pseudo;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde_json::Value as Json;

use crate::embed::LANG;
use crate::page::plain;

/// The messages of all parts, by their keys.
static MESSAGES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let text = read(&format!("{}.json", language()));
    let text = if *LANG == PSEUDO { pseudo(&text).unwrap() } else { text };
    let parts: HashMap<String, HashMap<String, String>> = serde_json::from_str(&text).unwrap();
    parts.into_values().flatten().collect()
});

/// How the language writes numbers and times; what its region writes in another way counts.
static FACTS: LazyLock<HashMap<String, Json>> = LazyLock::new(|| {
    let mut facts = HashMap::new();
    for tag in [language(), LANG.as_str()] {
        let file = format!("facts/{tag}.json");
        if tag == language() || folder().join(&file).exists() {
            facts.extend(serde_json::from_str::<HashMap<String, Json>>(&read(&file)).unwrap());
        }
    }
    facts
});

fn language() -> &'static str {
    LANG.split('-').next().unwrap()
}

fn locale() -> Locale {
    LANG.parse().unwrap()
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/www/locales"))
}

fn read(file: &str) -> String {
    let path = folder().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is put into a text.
pub enum Value {
    Text(String),
    Number(u32),
    List(Vec<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.try_into().unwrap())
            }
        })*
    };
}
numbers!(i32, u32, u64, usize);

/// A message of the widget, with these values in it: `said!(turnout_of, cast = 24, count = 48)`.
macro_rules! said {
    ($key:ident $(, $name:ident = $value:expr)*) => {
        $crate::said::message(stringify!($key), &[$((stringify!($name), $crate::said::Value::from($value))),*])
    };
}
pub(crate) use said;

/// A message or a fact, whatever is put into it, as a regular expression: `any!(closed_at)`.
macro_rules! any {
    ($key:ident) => {
        $crate::said::pattern(stringify!($key))
    };
}
pub(crate) use any;

/// A pattern of the language's facts, with these values in it: `fact!(percent, n = "29")`.
macro_rules! fact {
    ($key:ident $(, $name:ident = $value:expr)*) => {
        $crate::said::filled(
            stringify!($key),
            $crate::said::fact_text(stringify!($key)),
            &[$((stringify!($name), $crate::said::Value::from($value))),*],
        )
    };
}
pub(crate) use fact;

/// Stands in a message where the test does not know the words: see [`halves`].
pub const GAP: &str = "\u{fffc}";

/// The words before and behind a [`GAP`].
pub fn halves(message: &str) -> (&str, &str) {
    message.split_once(GAP).unwrap()
}

/// What [`said!`] gives.
pub fn message(key: &str, values: &[(&str, Value)]) -> String {
    let text = MESSAGES.get(key).or_else(|| MESSAGES.get(&[key, "_", form(values)?].concat()));
    filled(key, text.unwrap_or_else(|| panic!("{:?} has no text with the key {key}", *LANG)), values)
}

/// The category of the number that chooses the form.
fn form(values: &[(&str, Value)]) -> Option<&'static str> {
    let (_, Value::Number(count)) = values.iter().find(|(name, _)| *name == "count")? else { return None };
    let rules = PluralRules::try_new_cardinal(locale().into()).unwrap();
    Some(match rules.category_for(*count) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    })
}

/// What [`any!`] gives: all forms of the message.
pub fn pattern(key: &str) -> String {
    let forms = ["", "_zero", "_one", "_two", "_few", "_many", "_other"];
    let text = |key: String| {
        let message = MESSAGES.get(&key).map(String::as_str);
        message.or_else(|| FACTS.get(&key)?.as_str())
    };
    let texts = forms.iter().filter_map(|form| text([key, form].concat()));
    let pattern = |text: &str| {
        let words = text.split("{{").map(|piece| escaped(&plain(piece.rsplit("}}").next().unwrap())));
        words.collect::<Vec<_>>().join(".+")
    };
    let patterns: Vec<_> = texts.map(pattern).collect();
    assert!(!patterns.is_empty(), "{:?} has no text with the key {key}", *LANG);
    patterns.join("|")
}

fn escaped(text: &str) -> String {
    let escape = |c: char| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.into() };
    text.chars().map(escape).collect()
}

/// A text with these values in it. Every placeholder has a value, and every value but `count` a placeholder.
pub fn filled(key: &str, text: &str, values: &[(&str, Value)]) -> String {
    let mut pieces = text.split("{{");
    let mut out = pieces.next().unwrap().to_owned();
    let mut put = vec!["count"];
    for piece in pieces {
        let (placeholder, after) = piece.split_once("}}").unwrap();
        let (name, format) = placeholder.split_once(", ").unwrap_or((placeholder, ""));
        let value = values.iter().find(|(given, _)| *given == name);
        let (_, value) = value.unwrap_or_else(|| panic!("{key} needs a value for {name}: {text}"));
        out.push_str(&match value {
            Value::Text(text) => text.clone(),
            Value::Number(n) if format == "percent" => percent(*n),
            Value::Number(n) => number(*n),
            Value::List(names) => list(names),
        });
        out.push_str(after);
        put.push(name);
    }
    for (name, _) in values {
        assert!(put.contains(name), "{key} takes no {name}: {text}");
    }
    plain(&out)
}

/// A fact that is a text.
pub fn fact_text(key: &str) -> &'static str {
    let found = FACTS.get(key).and_then(Json::as_str);
    found.unwrap_or_else(|| panic!("{:?} has no fact {key}", *LANG))
}

/// The index of Saturday among the names of weekdays.
pub const SATURDAY: usize = 5;

/// A name out of a list of the language's facts, such as `months`, from 0.
pub fn name(list: &str, at: usize) -> &'static str {
    FACTS[list][at].as_str().unwrap()
}

/// A whole number: `1,234`.
pub fn number(n: u32) -> String {
    let digits = n.to_string();
    let digit = |key| fact_text(key).parse::<usize>().unwrap();
    let (size, least) = (digit("group_size"), digit("group_least"));
    let Some(at) = digits.len().checked_sub(3).filter(|before| *before >= least) else { return digits };
    let (before, end) = digits.split_at(at);
    let groups = before.as_bytes().rchunks(size).rev().map(|group| str::from_utf8(group).unwrap());
    plain(&groups.chain([end]).collect::<Vec<_>>().join(fact_text("group")))
}

/// A number with two digits behind the point: `-0.75`.
pub fn decimal(n: f64) -> String {
    let written = format!("{:.2}", n.abs());
    let (whole, part) = written.split_once('.').unwrap();
    let sign = if n < 0.0 { fact_text("minus") } else { "" };
    plain(&[sign, &number(whole.parse().unwrap()), fact_text("decimal"), part].concat())
}

/// A place in an order: `1st`.
pub fn ordinal(n: usize) -> String {
    let forms = FACTS["ordinal"].as_array().unwrap();
    let rules = PluralRules::try_new_ordinal(locale().into()).unwrap();
    let form = match rules.category_for(n) {
        _ if forms.len() == 1 => 0,
        PluralCategory::One => 0,
        PluralCategory::Two => 1,
        PluralCategory::Few => 2,
        PluralCategory::Zero | PluralCategory::Many | PluralCategory::Other => forms.len() - 1,
    };
    filled("ordinal", forms[form].as_str().unwrap(), &[("n", n.to_string().into())])
}

/// A percentage: `29%`.
pub fn percent(n: u32) -> String {
    fact!(percent, n = n.to_string())
}

/// Several things: `A, B and C`.
pub fn list(things: &[String]) -> String {
    let Some((first, rest)) = things.split_first() else { return String::new() };
    rest.iter().enumerate().fold(first.clone(), |so_far, (at, thing)| match (rest.len(), at + 1) {
        (1, _) => fact!(list_two, first = so_far, second = thing),
        (all, at) if at == all => fact!(list_end, first = so_far, second = thing),
        _ => fact!(list_middle, first = so_far, second = thing),
    })
}

/// Things one after another: `A, B, C`.
pub fn series(things: &[&str]) -> String {
    let (first, rest) = things.split_first().unwrap();
    let pair = |so_far, thing: &&str| fact!(list_middle, first = so_far, second = *thing);
    rest.iter().fold((*first).to_owned(), pair)
}

/// A day: `6 Dec 2037`.
pub fn date(year: u32, month: usize, day: u32) -> String {
    let (year, day) = (year.to_string(), day.to_string());
    fact!(date_year, day = day, month = name("months", month - 1), year = year)
}

/// A time of day: `18:00`.
pub fn clock(hour: usize, minute: usize) -> String {
    timed("clock", hour, minute)
}

/// A time of day before another one of the same half of the day: `6:00` in `6:00–8:00 pm`.
pub fn clock_bare(hour: usize, minute: usize) -> String {
    timed("clock_bare", hour, minute)
}

fn timed(pattern: &str, hour: usize, minute: usize) -> String {
    let written = [
        ("{{HH}}", format!("{hour:02}")),
        ("{{H}}", hour.to_string()),
        ("{{h}}", ((hour + 11) % 12 + 1).to_string()),
        ("{{mm}}", format!("{minute:02}")),
        ("{{a}}", name("periods", hour / 12).to_owned()),
    ];
    let fill = |text: String, (place, value): &(&str, String)| text.replace(place, value);
    plain(&written.iter().fold(fact_text(pattern).to_owned(), fill))
}

/// How many members of the demo's community voted: `24 of 48 members voted`.
pub fn turnout(cast: u32) -> String {
    said!(turnout_of, cast = cast, count = 48)
}

/// The same where the member's own vote is in: `Saved · 24 of 48 members voted`.
pub fn saved(cast: u32) -> String {
    [said!(saved), turnout(cast)].join(" · ")
}

/// What is announced after a vote, up to the result of the first option.
pub fn voted(option: &str, of_100: u32, votes: u32) -> String {
    let (result, more) = (percent(of_100), said!(votes, count = votes));
    let first = said!(option_result_and_more, option = option, result = result, more = more);
    fact!(sentences, first = said!(vote_saved), second = first)
}
