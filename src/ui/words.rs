//! Numbers, times and lists in words, and words that several elements share.
//!
//! The browser's `Intl` could write times and lists, but loading its tables takes longer than drawing a poll: 60 to 115 ms at a
//! quarter of a desktop's speed. Only large numbers are written by `Intl`.

use js_sys::{Date, Number};
use wasm_bindgen::JsValue;

use crate::domain::member::Stage;
use crate::domain::time::{Civil, Timestamp};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A whole number: `1,234`.
pub fn number(n: u32) -> String {
    if n < 1000 { n.to_string() } else { Number::from(n).to_locale_string("en").into() }
}

/// A count of things: `1 vote`, `2 votes`.
pub fn count(n: u32, thing: &str) -> String {
    [number(n).as_str(), " ", thing, if n == 1 { "" } else { "s" }].concat()
}

/// A percentage: `56%`.
pub fn percent(n: u32) -> String {
    [&n.to_string(), "%"].concat()
}

/// Several things: `A`, `A and B`, `A, B and C`.
pub fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => [&some.join(", "), " and ", last].concat(),
    }
}

/// A number given in hundredths: `4.25`, `-0.50`.
pub fn hundredths(n: i64) -> String {
    let (whole, part) = (n.abs() / 100, n.abs() % 100);
    let sign = if n < 0 { "-" } else { "" };
    let point = if part < 10 { ".0" } else { "." };
    [sign, &number(u32::try_from(whole).unwrap_or(u32::MAX)), point, &part.to_string()].concat()
}

/// The moment in RFC 3339, for other programs to read.
pub fn iso(at: Timestamp) -> String {
    date_of(at).to_iso_string().into()
}

fn date_of(at: Timestamp) -> Date {
    #[expect(clippy::cast_precision_loss)] // dates are far below 2^53
    Date::new(&JsValue::from_f64(at.0 as f64))
}

/// The offset of the viewer's clock from UTC at this moment, in minutes.
fn viewers_offset(at: Timestamp) -> i32 {
    #[expect(clippy::cast_possible_truncation)] // whole minutes of a day
    let behind = date_of(at).get_timezone_offset() as i32;
    -behind
}

fn name<'a>(names: &[&'a str], at: i64) -> &'a str {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

fn date(civil: Civil) -> String {
    [&civil.day.to_string(), " ", name(&MONTHS, civil.month - 1)].concat()
}

/// A date, with its year unless that is the current year.
fn dated(civil: Civil) -> String {
    let this_year = i64::from(Date::new_0().get_full_year());
    let year = if civil.year == this_year { String::new() } else { [" ", &civil.year.to_string()].concat() };
    date(civil) + &year
}

fn clock(civil: Civil) -> String {
    let digits = |n: i64| [if n < 10 { "0" } else { "" }, &n.to_string()].concat();
    [&digits(civil.hour), ":", &digits(civil.minute)].concat()
}

/// A day: `12 Nov 2026`.
pub fn day(at: Timestamp) -> String {
    let civil = at.civil(viewers_offset(at));
    [&date(civil), " ", &civil.year.to_string()].concat()
}

/// A moment by the viewer's clock, with the time in the poll's zone beside it where the two differ: `Saturday 18:00`,
/// `28 Nov, 12:00 (18:00 in Berlin)`; in another year `1 Jan 2040, 12:00`.
pub fn moment(at: Timestamp, zone: Option<(&str, i32)>, now: Timestamp) -> String {
    const WEEK: i64 = 6 * 86_400_000;
    let near = (at.0 - now.0).abs() < WEEK;
    let on =
        |civil: Civil| if near { [name(&DAYS, civil.weekday), " "].concat() } else { dated(civil) + ", " };
    let offset = viewers_offset(at);
    let here = at.civil(offset);
    let ours = [on(here), clock(here)].concat();
    let Some((place, offset)) = zone.filter(|z| z.1 != offset) else { return ours };
    let there = at.civil(offset);
    let day = if there.day == here.day { String::new() } else { on(there) };
    [&ours, " (", &day, &clock(there), " in ", &city(place), ")"].concat()
}

/// The city that a zone is named after.
fn city(zone: &str) -> String {
    zone.split('/').fold("", |_, part| part).replace('_', " ")
}

/// A day of the week and the date: `Sat 28 Nov`, or in another year `Sat 4 Dec 2027`.
pub fn weekday(civil: Civil) -> String {
    [name(&DAYS, civil.weekday).get(..3).unwrap_or_default(), " ", &dated(civil)].concat()
}

/// The day in the viewer's calendar at a moment: its number since 1970-01-01, and `Sat 28 Nov`.
pub fn calendar(at: Timestamp) -> (i64, String) {
    let offset = viewers_offset(at);
    (at.plus(i64::from(offset) * 60_000).day(), weekday(at.civil(offset)))
}

/// A span of time by the viewer's clock: `18:00–20:00`, or over more than a day `18:00–Sun 29 Nov, 16:00`.
pub fn clocks(from: Timestamp, to: Option<Timestamp>) -> String {
    const DAY: i64 = 86_400_000;
    let here = |at: Timestamp| at.civil(viewers_offset(at));
    let until = |to: Timestamp| {
        let day = if to.0 - from.0 < DAY { String::new() } else { weekday(here(to)) + ", " };
        ["–", &day, &clock(here(to))].concat()
    };
    [clock(here(from)), to.map_or_else(String::new, until)].concat()
}

/// The time in the poll's zone, where it differs from the viewer's: `12:00 in Bogota`, `Sun 29 Nov, 02:00 in Tokyo`.
pub fn elsewhere(at: Timestamp, zone: Option<(&str, i32)>) -> Option<String> {
    let (here, (place, offset)) = (viewers_offset(at), zone?);
    let there = at.civil(offset);
    let day = if there.day == at.civil(here).day { String::new() } else { weekday(there) + ", " };
    (offset != here).then(|| [&day, &clock(there), " in ", &city(place)].concat())
}

/// A span of time with its date: `Sat 28 Nov, 18:00–20:00 (12:00 in Bogota)`.
pub fn span(from: Timestamp, to: Option<Timestamp>, zone: Option<(&str, i32)>) -> String {
    let there = elsewhere(from, zone).map_or_else(String::new, |there| [" (", &there, ")"].concat());
    [&calendar(from).1, ", ", &clocks(from, to), &there].concat()
}

/// Roughly how long until a moment: `in 40 minutes`, `in 2 days`, `in 13 years`.
pub fn until(at: Timestamp, now: Timestamp) -> String {
    // Lengths in the Gregorian calendar, in minutes.
    const YEAR: u32 = 525_949;
    const MONTHS_LONG: u32 = YEAR / 6;
    const YEARS_LONG: u32 = YEAR * 2;
    let minutes = u32::try_from((at.0 - now.0).max(0) / 60_000).unwrap_or(u32::MAX);
    let (n, unit) = match minutes {
        0 => return "in less than a minute".into(),
        1..=119 => (minutes, "minute"),
        120..=2879 => (minutes / 60, "hour"),
        2880..MONTHS_LONG => (minutes / 1440, "day"),
        MONTHS_LONG..YEARS_LONG => (minutes / (YEAR / 12), "month"),
        _ => (minutes / YEAR, "year"),
    };
    ["in ", &count(n, unit)].concat()
}

/// The name of a stage.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Lurker => "Member",
        Stage::Newcomer => "New here",
        Stage::Engaged => "Regular",
        Stage::Contributor => "Contributor",
        Stage::Leader => "Host",
    }
}
