//! Times in words, by the viewer's clock.
//!
//! The browser's `Intl` could write times, but loading its tables takes longer than drawing a poll: 60 to 115 ms at a
//! quarter of a desktop's speed.

use std::rc::Rc;

use super::words::count;
use crate::domain::time::{Civil, Timestamp};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The clock and the time zone that a viewer reads times by.
#[derive(Clone)]
pub struct Locale {
    /// The host's time.
    pub now: Timestamp,
    /// How far the viewer's clock is ahead of UTC at a moment, in minutes.
    pub offset: Rc<dyn Fn(Timestamp) -> i32>,
}

/// The moment to the second in RFC 3339, for other programs to read.
pub fn iso(at: Timestamp) -> String {
    let civil = at.civil(0);
    let second = at.0.div_euclid(1000).rem_euclid(60);
    let date = [&padded(civil.year, 4), "-", &padded(civil.month, 2), "-", &padded(civil.day, 2)].concat();
    [&date, "T", &clock(civil), ":", &padded(second, 2), "Z"].concat()
}

fn padded(n: i64, width: usize) -> String {
    let digits = n.to_string();
    ["0".repeat(width.saturating_sub(digits.len())), digits].concat()
}

fn name<'a>(names: &[&'a str], at: i64) -> &'a str {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

fn date(civil: Civil) -> String {
    [&civil.day.to_string(), " ", name(&MONTHS, civil.month - 1)].concat()
}

fn clock(civil: Civil) -> String {
    [&padded(civil.hour, 2), ":", &padded(civil.minute, 2)].concat()
}

/// The city that a zone is named after.
fn city(zone: &str) -> String {
    zone.split('/').fold("", |_, part| part).replace('_', " ")
}

impl Locale {
    /// The offset of the viewer's clock from UTC at this moment, in minutes.
    fn offset(&self, at: Timestamp) -> i32 {
        (self.offset)(at)
    }

    /// The date and the time of day by the viewer's clock.
    fn here(&self, at: Timestamp) -> Civil {
        at.civil(self.offset(at))
    }

    /// The moment of a date and a time by the viewer's clock, as a browser's control gives them: `2026-11-28T18:00`.
    pub fn parse(&self, local: &str) -> Option<Timestamp> {
        let utc = Timestamp::parse(&[local, ":00Z"].concat())
            .or_else(|| Timestamp::parse(&[local, "Z"].concat()))?;
        let ahead = |at: Timestamp| i64::from(self.offset(at)) * 60_000;
        // The offset at the moment itself, which may be another one where clocks are put forward or back in between.
        let near = utc.plus(-ahead(utc));
        Some(utc.plus(-ahead(near)))
    }

    /// A date, with its year unless that is the current year.
    fn dated(&self, civil: Civil) -> String {
        let this_year = self.here(self.now).year;
        let year =
            if civil.year == this_year { String::new() } else { [" ", &civil.year.to_string()].concat() };
        date(civil) + &year
    }

    /// A day: `12 Nov 2026`.
    pub fn day(&self, at: Timestamp) -> String {
        let civil = self.here(at);
        [&date(civil), " ", &civil.year.to_string()].concat()
    }

    /// A moment by the viewer's clock, with the time in the poll's zone beside it where the two differ: `Saturday 18:00`,
    /// `28 Nov, 12:00 (18:00 in Berlin)`; in another year `1 Jan 2040, 12:00`.
    pub fn moment(&self, at: Timestamp, zone: Option<(&str, i32)>) -> String {
        const WEEK: i64 = 6 * 86_400_000;
        let near = (at.0 - self.now.0).abs() < WEEK;
        let on = |civil: Civil| {
            if near { [name(&DAYS, civil.weekday), " "].concat() } else { self.dated(civil) + ", " }
        };
        let here = self.here(at);
        let ours = [on(here), clock(here)].concat();
        let Some((place, offset)) = zone.filter(|z| z.1 != self.offset(at)) else { return ours };
        let there = at.civil(offset);
        let day = if there.day == here.day { String::new() } else { on(there) };
        [&ours, " (", &day, &clock(there), " in ", &city(place), ")"].concat()
    }

    /// A day of the week and the date: `Sat 28 Nov`, or in another year `Sat 4 Dec 2027`.
    pub fn weekday(&self, civil: Civil) -> String {
        [name(&DAYS, civil.weekday).get(..3).unwrap_or_default(), " ", &self.dated(civil)].concat()
    }

    /// The day in the viewer's calendar at a moment: its number since 1970-01-01, and `Sat 28 Nov`.
    pub fn calendar(&self, at: Timestamp) -> (i64, String) {
        let offset = self.offset(at);
        (at.plus(i64::from(offset) * 60_000).day(), self.weekday(at.civil(offset)))
    }

    /// A span of time by the viewer's clock: `18:00–20:00`, or over more than a day `18:00–Sun 29 Nov, 16:00`.
    pub fn clocks(&self, from: Timestamp, to: Option<Timestamp>) -> String {
        const DAY: i64 = 86_400_000;
        let until = |to: Timestamp| {
            let day = if to.0 - from.0 < DAY { String::new() } else { self.weekday(self.here(to)) + ", " };
            ["–", &day, &clock(self.here(to))].concat()
        };
        [clock(self.here(from)), to.map_or_else(String::new, until)].concat()
    }

    /// The time in the poll's zone, where it differs from the viewer's: `12:00 in Bogota`, `Sun 29 Nov, 02:00 in Tokyo`.
    pub fn elsewhere(&self, at: Timestamp, zone: Option<(&str, i32)>) -> Option<String> {
        let (place, offset) = zone.filter(|z| z.1 != self.offset(at))?;
        let there = at.civil(offset);
        let day = if there.day == self.here(at).day { String::new() } else { self.weekday(there) + ", " };
        Some([&day, &clock(there), " in ", &city(place)].concat())
    }

    /// A span of time with its date: `Sat 28 Nov, 18:00–20:00 (12:00 in Bogota)`.
    pub fn span(&self, from: Timestamp, to: Option<Timestamp>, zone: Option<(&str, i32)>) -> String {
        let there = self.elsewhere(from, zone).map_or_else(String::new, |there| [" (", &there, ")"].concat());
        [&self.calendar(from).1, ", ", &self.clocks(from, to), &there].concat()
    }

    /// Roughly how long until a moment: `in 40 minutes`, `in 2 days`, `in 13 years`.
    pub fn until(&self, at: Timestamp) -> String {
        // Lengths in the Gregorian calendar, in minutes.
        const YEAR: u32 = 525_949;
        const MONTHS_LONG: u32 = YEAR / 6;
        const YEARS_LONG: u32 = YEAR * 2;
        let minutes = u32::try_from((at.0 - self.now.0).max(0) / 60_000).unwrap_or(u32::MAX);
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
}
