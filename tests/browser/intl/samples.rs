//! Samples of what a language writes, each with the question that `Intl` answers with the same text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use folkmoot::build::locales;
use folkmoot::domain::time::Timestamp;
use folkmoot::words::{Unit, Words};
use serde_json::{Map, Value, json};

/// A text of the widget.
pub struct Sample {
    /// What it is a sample of.
    pub of: &'static str,
    pub ours: String,
    pub question: Value,
}

impl Sample {
    const fn new(of: &'static str, ours: String, question: Value) -> Self {
        Self { of, ours, question }
    }
}

const DAY: i64 = 86_400_000;

/// A moment of the year that most dates are in, and not near any of them.
const NOW: &str = "2026-06-29T12:00:00Z";

/// Options of `Intl.DateTimeFormat`.
type Fields = [(&'static str, &'static str)];

const DATE: &Fields = &[("day", "numeric"), ("month", "short")];
const YEAR: &Fields = &[("year", "numeric")];
const SHORT: &Fields = &[("weekday", "short")];
const LONG: &Fields = &[("weekday", "long")];
const TIME: &Fields = &[("hour", "numeric"), ("minute", "2-digit")];
/// The time alone, as the language writes it. With `hour`, Chromium leaves out the zero of `09:05`.
const CLOCK: &Fields = &[("timeStyle", "short")];

/// All samples of a language, or of a region.
pub fn of(tag: &str, words: &Words) -> Vec<Sample> {
    [
        numbers(words),
        lists(words),
        lengths(words),
        ordinals(words),
        categories(tag),
        dates(words),
        weekdays(words),
        clocks(words),
        spans(words),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whole numbers of all categories of plurals.
fn counts() -> impl Iterator<Item = u32> {
    (0..=200).chain([1000, 1001, 1002, 1011, 1_000_000, 1_000_001, 2_000_000])
}

fn numbers(words: &Words) -> Vec<Sample> {
    let asked = |options: &Value, n: f64| json!(["NumberFormat", options, "format", [n]]);
    let mut samples = Vec::new();
    for n in [0, 1, 7, 10, 999, 1000, 1234, 9999, 10_000, 12_345, 123_456, 1_234_567, u32::MAX] {
        samples.push(Sample::new("number", words.number(n), asked(&json!({}), n.into())));
    }
    let plain = json!({"useGrouping": false});
    for n in [0, 7, -3, -1200] {
        samples.push(Sample::new("figure", words.figure(n), asked(&plain, n.into())));
    }
    let exact = json!({"minimumFractionDigits": 2, "maximumFractionDigits": 2});
    for n in [0, 5, -50, 425, 123_405, -123_456_789] {
        let question = asked(&exact, f64::from(n) / 100.0);
        samples.push(Sample::new("hundredths", words.hundredths(n.into()), question));
    }
    let whole = json!({"style": "percent"});
    for n in [0, 1, 56, 100] {
        let question = asked(&whole, f64::from(n) / 100.0);
        samples.push(Sample::new("percentage", words.percent(n), question));
    }
    let exact = json!({"style": "percent", "minimumFractionDigits": 2, "maximumFractionDigits": 2});
    for n in [5, 6551, 10_000] {
        let question = asked(&exact, f64::from(n) / 10_000.0);
        samples.push(Sample::new("percentage", words.percent_of_hundredths(n.into()), question));
    }
    samples
}

fn lists(words: &Words) -> Vec<Sample> {
    let mut samples = Vec::new();
    for names in [["Tea", "Juice", "Coffee", "Ice"], ["תה", "מיץ", "קפה", "מים"]] {
        for length in 1..=names.len() {
            let names: Vec<String> = names[..length].iter().map(|name| (*name).to_owned()).collect();
            let question = json!(["ListFormat", {}, "format", [names]]);
            samples.push(Sample::new("list", words.list(&names), question));
        }
    }
    samples
}

fn lengths(words: &Words) -> Vec<Sample> {
    let units = [
        (Unit::Minutes, "minute"),
        (Unit::Hours, "hour"),
        (Unit::Days, "day"),
        (Unit::Months, "month"),
        (Unit::Years, "year"),
    ];
    let sample = |(unit, name)| {
        counts().map(move |n| {
            // In a language that runs from right to left the number is in an isolate, which `Intl` does without.
            let ours = words.ahead(n, unit).replace(['\u{2068}', '\u{2069}'], "");
            let question = json!(["RelativeTimeFormat", {"numeric": "always"}, "format", [n, name]]);
            Sample::new("length of time", ours, question)
        })
    };
    units.into_iter().flat_map(sample).collect()
}

/// The categories of ordinals, told by the English endings. Another language has one form for every number, as if all were of
/// the category `other`.
fn ordinals(words: &Words) -> Vec<Sample> {
    const ENDINGS: [(&str, &str); 3] = [("st", "one"), ("nd", "two"), ("rd", "few")];
    let sample = |n: u32| {
        let ordinal = words.ordinal(n as usize);
        let category = ENDINGS.iter().find(|(ending, _)| ordinal.ends_with(ending));
        let ours = category.map_or("other", |(_, category)| *category).to_owned();
        Sample::new("ordinal", ours, json!(["PluralRules", {"type": "ordinal"}, "select", [n]]))
    };
    counts().skip(1).map(sample).collect()
}

/// The categories by which numbers choose the form of a message. Regions have those of their language.
fn categories(tag: &str) -> Vec<Sample> {
    const UNIT: &str = "in_days_";
    if tag.contains('-') {
        return Vec::new();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/locales/facts").join([tag, ".json"].concat());
    let mut facts: Map<String, Value> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    // Each form says which category it is for.
    let mut names = Vec::new();
    for (fact, form) in &mut facts {
        if let Some(category) = fact.strip_prefix(UNIT) {
            *form = category.into();
            names.push(category.to_owned());
        }
    }
    names.sort_unstable();
    let facts = locales::facts(tag, &[(tag, &Value::Object(facts).to_string())]).unwrap();
    let words = Words::default();
    assert!(words.read(["0\n", &facts].concat().leak()));
    let all = json!(["PluralRules", {}, "resolvedOptions", []]);
    let chosen = counts().map(|n| {
        Sample::new("category", words.ahead(n, Unit::Days), json!(["PluralRules", {}, "select", [n]]))
    });
    [Sample::new("categories", names.join(" "), all)].into_iter().chain(chosen).collect()
}

fn utc(_: Timestamp) -> i32 {
    0
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A time in each month, on a day of one digit and of two.
fn on(month: u32, time: &str) -> Timestamp {
    at(&format!("2026-{month:02}-{day:02}T{time}:00Z", day = 2 * month + 1))
}

/// The question how one moment is written in UTC, or the time between two.
fn asked(fields: &[&Fields], moments: &[Timestamp]) -> Value {
    let mut options: BTreeMap<&str, &str> = fields.concat().into_iter().collect();
    options.insert("timeZone", "UTC");
    let method = if moments.len() == 1 { "format" } else { "formatRange" };
    let moments: Vec<i64> = moments.iter().map(|moment| moment.0).collect();
    json!(["DateTimeFormat", options, method, moments])
}

fn dates(words: &Words) -> Vec<Sample> {
    let now = at(NOW);
    let mut samples = Vec::new();
    for month in 1..=12 {
        let this_year = on(month, "18:05");
        let next_year = this_year.plus(365 * DAY);
        samples.push(Sample::new("date", words.day(this_year, &utc), asked(&[DATE, YEAR], &[this_year])));
        for (of, moment, year) in
            [("weekday and date", this_year, &[][..]), ("weekday and date with year", next_year, YEAR)]
        {
            let ours = words.weekday(moment.civil(0), now, &utc);
            samples.push(Sample::new(of, ours, asked(&[SHORT, DATE, year], &[moment])));
            let ours = words.moment(moment, None, now, &utc);
            samples.push(Sample::new("date and time", ours, asked(&[DATE, year, TIME], &[moment])));
        }
    }
    samples
}

fn weekdays(words: &Words) -> Vec<Sample> {
    let sample = |day| {
        let moment = on(6, "18:05").plus(day * DAY);
        let ours = words.moment(moment, None, moment, &utc);
        Sample::new("weekday and time", ours, asked(&[LONG, TIME], &[moment]))
    };
    (0..7).map(sample).collect()
}

fn clocks(words: &Words) -> Vec<Sample> {
    let sample = |hour| {
        let moment = on(11, &format!("{hour:02}:05"));
        Sample::new("time", words.clocks(moment, None, at(NOW), &utc), asked(&[CLOCK], &[moment]))
    };
    (0..24).map(sample).collect()
}

fn spans(words: &Words) -> Vec<Sample> {
    let now = at(NOW);
    let mut samples = Vec::new();
    for (from, to) in [("09:05", "11:30"), ("09:05", "20:00"), ("12:00", "13:00"), ("00:00", "12:00")] {
        let (from, to) = (on(11, from), on(11, to));
        let ours = words.clocks(from, Some(to), now, &utc);
        samples.push(Sample::new("span of time", ours, asked(&[TIME], &[from, to])));
    }
    let (from, to) = (on(11, "18:05"), on(11, "20:00"));
    let day: [&Fields; 3] = [SHORT, DATE, TIME];
    let ours = words.span(from, None, None, now, &utc);
    samples.push(Sample::new("weekday, date and time", ours, asked(&day, &[from])));
    let ours = words.span(from, Some(to), None, now, &utc);
    samples.push(Sample::new("date and span of time", ours, asked(&day, &[from, to])));
    samples
}
