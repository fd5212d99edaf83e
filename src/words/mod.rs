//! What the widget says, in a language: its messages, and numbers, times and lists.
//!
//! The messages are in `www/locales`. The build script makes a method of [`Words`] for each English message, named as its key. The
//! compiled texts are in files that pages fetch; `render` has them in the program.
//!
//! The browser's `Intl` could write times and lists, but loading its tables takes longer than drawing a poll: 60 to 115 ms at a
//! quarter of a desktop's speed. So each language brings what it needs of Unicode CLDR: its facts.
//! May use: `domain`.

mod grouped;
mod isolate;
mod plural;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::mem;

use crate::domain::member::Stage;
use crate::domain::time::{Civil, Timestamp};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// The offset of the viewer's clock from UTC at a moment, in minutes ahead of UTC.
pub type Offset<'a> = &'a dyn Fn(Timestamp) -> i32;

/// A time zone by its name, such as `Europe/Berlin`, and its offset from UTC in minutes.
pub type Zone<'a> = (&'a str, i32);

/// In what a length of time is told: the fact that says so.
#[derive(Clone, Copy, Debug)]
#[repr(u16)]
pub enum Unit {
    /// `in 2 minutes`
    Minutes = IN_MINUTES,
    /// `in 2 hours`
    Hours = IN_HOURS,
    /// `in 2 days`
    Days = IN_DAYS,
    /// `in 2 months`
    Months = IN_MONTHS,
    /// `in 2 years`
    Years = IN_YEARS,
}

/// What is put into a text.
enum Value<'a> {
    Text(&'a str),
    /// A text that is written without an isolate: it is of the same language, or has isolates where they are needed.
    Own(&'a str),
    Number(u32),
    /// The number that chooses the form of the message.
    Count(u32),
}

/// The texts of a language, and how it writes numbers and times.
#[derive(Debug)]
pub struct Words {
    /// The facts, and then the messages of each part. The forms of a message, and the names of a list, have `|` between them. A text
    /// that has not come is empty.
    texts: RefCell<Vec<&'static str>>,
}

impl Default for Words {
    fn default() -> Self {
        Self { texts: RefCell::new(vec![""; TEXTS]) }
    }
}

impl Words {
    /// Takes in the texts of a file: a line with the place of the first text, and then a text a line. Returns whether it is such a
    /// file.
    pub fn read(&self, file: &'static str) -> bool {
        let mut lines = file.split('\n');
        let Some(first) = lines.next().and_then(|line| line.parse().ok()) else { return false };
        for (text, line) in self.texts.borrow_mut().iter_mut().skip(first).zip(lines) {
            *text = line;
        }
        true
    }

    /// The tag of the language, for `lang`.
    pub fn tag(&self) -> &str {
        self.text(TAG)
    }

    /// The direction of the language, for `dir`.
    pub fn direction(&self) -> &str {
        self.text(DIRECTION)
    }

    /// A whole number: `1,234`.
    pub fn number(&self, n: u32) -> String {
        let digit = |fact| self.text(fact).parse().unwrap_or(1);
        grouped::grouped(&n.to_string(), self.text(GROUP), digit(GROUP_SIZE), digit(GROUP_LEAST))
    }

    /// A whole number of a scale, which may be negative and is not grouped: `-3`.
    pub fn figure(&self, n: i32) -> String {
        [if n < 0 { self.text(MINUS) } else { "" }, &n.unsigned_abs().to_string()].concat()
    }

    /// A number given in hundredths: `4.25`, `-0.50`.
    pub fn hundredths(&self, n: i64) -> String {
        let (whole, part) = (n.unsigned_abs() / 100, n.unsigned_abs() % 100);
        let sign = if n < 0 { self.text(MINUS) } else { "" };
        let whole = self.number(u32::try_from(whole).unwrap_or(u32::MAX));
        [sign, &whole, self.text(DECIMAL), if part < 10 { "0" } else { "" }, &part.to_string()].concat()
    }

    /// A percentage: `56%`.
    pub fn percent(&self, n: u32) -> String {
        self.fill(PERCENT, &[Value::Own(&n.to_string())])
    }

    /// A percentage given in hundredths: `65.51%`.
    pub fn percent_of_hundredths(&self, n: i64) -> String {
        self.fill(PERCENT, &[Value::Own(&self.hundredths(n))])
    }

    /// A place in an order: `1st`, `2nd`, `3rd`, `4th`, … `11th`, … `21st`.
    pub fn ordinal(&self, n: usize) -> String {
        let forms = self.text(ORDINAL);
        let form = forms.split('|').nth(plural::ordinal(n)).unwrap_or(forms);
        self.put(form, &[Value::Own(&n.to_string())])
    }

    /// Several things: `A`, `A and B`, `A, B and C`.
    pub fn list(&self, things: &[String]) -> String {
        let last = things.len().saturating_sub(1);
        let end = if last == 1 { LIST_TWO } else { LIST_END };
        self.joined(things, &|at| if at == last { end } else { LIST_MIDDLE })
    }

    /// Several names, each in an isolate where it needs one.
    fn names(&self, names: &[String]) -> String {
        self.list(&names.iter().map(|name| self.isolated(name)).collect::<Vec<_>>())
    }

    /// A text in an isolate, where it needs one. In a language that runs from right to left, every text does.
    #[inline(never)]
    pub(crate) fn isolated(&self, text: &str) -> String {
        isolate::isolated(text, self.direction() == "rtl")
    }

    /// Things one after another: `A, B, C`.
    pub(crate) fn series(&self, things: &[String]) -> String {
        self.joined(things, &|_| LIST_MIDDLE)
    }

    /// Sentences one after another; those that are empty are left out.
    pub(crate) fn sentences(&self, mut all: Vec<String>) -> String {
        all.retain(|sentence| !sentence.is_empty());
        self.joined(&all, &|_| SENTENCES)
    }

    fn joined(&self, things: &[String], with: &dyn Fn(usize) -> u16) -> String {
        let mut out = String::new();
        for (at, thing) in things.iter().enumerate() {
            let before = mem::take(&mut out);
            out = if at == 0 { thing.clone() } else { self.pair(with(at), &before, thing) };
        }
        out
    }

    /// A day: `12 Nov 2026`.
    pub fn day(&self, at: Timestamp, offset: Offset<'_>) -> String {
        self.date(at.civil(offset(at)), DATE_YEAR)
    }

    /// A moment by the viewer's clock, with the time in the poll's zone beside it where the two differ: `Saturday 18:00`,
    /// `28 Nov, 12:00 (18:00 in Berlin)`; in another year `1 Jan 2040, 12:00`.
    pub fn moment(
        &self,
        at: Timestamp,
        zone: Option<Zone<'_>>,
        now: Timestamp,
        offset: Offset<'_>,
    ) -> String {
        const WEEK: i64 = 6 * DAY;
        let near = (at.0 - now.0).abs() < WEEK;
        let on = |civil: Civil| {
            if near {
                self.pair(WEEKDAY_TIME, self.name(WEEKDAYS, civil.weekday), &self.clock(civil, CLOCK))
            } else {
                self.pair(DATE_TIME, &self.dated(civil, now, offset), &self.clock(civil, CLOCK))
            }
        };
        let here_offset = offset(at);
        let here = at.civil(here_offset);
        let Some((place, there_offset)) = zone.filter(|zone| zone.1 != here_offset) else { return on(here) };
        let there = at.civil(there_offset);
        let time = if there.day == here.day { self.clock(there, CLOCK) } else { on(there) };
        self.moment_with_zone(&on(here), &time, &city(place))
    }

    /// A day of the week and the date: `Sat 28 Nov`, or in another year `Sat 4 Dec 2027`.
    pub fn weekday(&self, civil: Civil, now: Timestamp, offset: Offset<'_>) -> String {
        let weekday = self.name(WEEKDAYS_SHORT, civil.weekday);
        self.pair(WEEKDAY_DATE, weekday, &self.dated(civil, now, offset))
    }

    /// The day in the viewer's calendar at a moment: its number since 1970-01-01, and `Sat 28 Nov`.
    pub(crate) fn calendar(&self, at: Timestamp, now: Timestamp, offset: Offset<'_>) -> (i64, String) {
        let ahead = offset(at);
        (at.plus(i64::from(ahead) * MINUTE).day(), self.weekday(at.civil(ahead), now, offset))
    }

    /// A span of time by the viewer's clock: `18:00–20:00`, or over a day or more `18:00–Sun 29 Nov, 18:00`.
    pub fn clocks(
        &self,
        from: Timestamp,
        to: Option<Timestamp>,
        now: Timestamp,
        offset: Offset<'_>,
    ) -> String {
        let here = |at: Timestamp| at.civil(offset(at));
        let first = here(from);
        let Some(end) = to else { return self.clock(first, CLOCK) };
        let last = here(end);
        let until = self.clock(last, CLOCK);
        if end.0 - from.0 >= DAY {
            let until = self.pair(DATE_TIME, &self.weekday(last, now, offset), &until);
            return self.pair(TIME_RANGE, &self.clock(first, CLOCK), &until);
        }
        if first.day == last.day && half(first) == half(last) {
            return self.pair(TIME_RANGE_BARE, &self.clock(first, CLOCK_BARE), &until);
        }
        self.pair(TIME_RANGE, &self.clock(first, CLOCK), &until)
    }

    /// The time in the poll's zone, where it differs from the viewer's: `12:00 in Bogota`, `Sun 29 Nov, 02:00 in Tokyo`.
    pub(crate) fn elsewhere(
        &self,
        at: Timestamp,
        zone: Option<Zone<'_>>,
        now: Timestamp,
        offset: Offset<'_>,
    ) -> Option<String> {
        self.there(at, zone, now, offset).map(|(time, city)| self.time_in_city(&time, &city))
    }

    /// A span of time with its date: `Sat 28 Nov, 18:00–20:00 (12:00 in Bogota)`.
    pub fn span(
        &self,
        from: Timestamp,
        to: Option<Timestamp>,
        zone: Option<Zone<'_>>,
        now: Timestamp,
        offset: Offset<'_>,
    ) -> String {
        let day = self.calendar(from, now, offset).1;
        let here = self.pair(DATE_TIME, &day, &self.clocks(from, to, now, offset));
        match self.there(from, zone, now, offset) {
            Some((time, city)) => self.moment_with_zone(&here, &time, &city),
            None => here,
        }
    }

    /// Roughly how long until a moment: `in 40 minutes`, `in 2 days`, `in 13 years`.
    pub(crate) fn until(&self, at: Timestamp, now: Timestamp) -> String {
        // Lengths in the Gregorian calendar, in minutes.
        const YEAR: u32 = 525_949;
        const MONTHS_LONG: u32 = YEAR / 6;
        const YEARS_LONG: u32 = YEAR * 2;
        let minutes = u32::try_from((at.0 - now.0).max(0) / MINUTE).unwrap_or(u32::MAX);
        let (n, unit) = match minutes {
            0 => return self.in_less_than_a_minute(),
            1..60 => (minutes, Unit::Minutes),
            60..2880 => (minutes / 60, Unit::Hours),
            2880..MONTHS_LONG => (minutes / 1440, Unit::Days),
            MONTHS_LONG..YEARS_LONG => (minutes / (YEAR / 12), Unit::Months),
            _ => (minutes / YEAR, Unit::Years),
        };
        self.ahead(n, unit)
    }

    /// So many of a unit from now: `in 2 days`.
    pub fn ahead(&self, n: u32, unit: Unit) -> String {
        self.counted(unit as u16, n)
    }

    /// The name of a stage.
    pub(crate) fn stage(&self, stage: Stage) -> String {
        match stage {
            Stage::Lurker => self.stage_lurker(),
            Stage::Newcomer => self.stage_newcomer(),
            Stage::Engaged => self.stage_engaged(),
            Stage::Contributor => self.stage_contributor(),
            Stage::Leader => self.stage_leader(),
        }
    }

    /// The time and the city of [`Words::elsewhere`].
    fn there(
        &self,
        at: Timestamp,
        zone: Option<Zone<'_>>,
        now: Timestamp,
        offset: Offset<'_>,
    ) -> Option<(String, String)> {
        let (here, (place, ahead)) = (offset(at), zone?);
        let there = at.civil(ahead);
        let time = self.clock(there, CLOCK);
        let same = there.day == at.civil(here).day;
        let time = if same { time } else { self.pair(DATE_TIME, &self.weekday(there, now, offset), &time) };
        (ahead != here).then(|| (time, city(place)))
    }

    /// A date, with its year unless that is the current year.
    fn dated(&self, civil: Civil, now: Timestamp, offset: Offset<'_>) -> String {
        let this_year = now.civil(offset(now)).year;
        self.date(civil, if civil.year == this_year { DATE } else { DATE_YEAR })
    }

    fn date(&self, civil: Civil, pattern: u16) -> String {
        let month = self.name(MONTHS, civil.month - 1);
        let (day, year) = (civil.day.to_string(), civil.year.to_string());
        self.fill(pattern, &[Value::Own(&day), Value::Own(month), Value::Own(&year)])
    }

    /// The time of day.
    fn clock(&self, civil: Civil, pattern: u16) -> String {
        let digits = |n: i64| [if n < 10 { "0" } else { "" }, &n.to_string()].concat();
        let of_twelve = (civil.hour + 11) % 12 + 1;
        let (hour, minute) = (civil.hour, digits(civil.minute));
        let (two, one, twelve) = (digits(hour), hour.to_string(), of_twelve.to_string());
        let period = self.name(PERIODS, half(civil));
        let values = [two.as_str(), &one, &twelve, &minute, period].map(Value::Own);
        self.fill(pattern, &values)
    }

    /// Two things in a pattern.
    fn pair(&self, pattern: u16, first: &str, second: &str) -> String {
        self.fill(pattern, &[Value::Own(first), Value::Own(second)])
    }

    /// A name out of a list.
    fn name(&self, list: u16, at: i64) -> &str {
        usize::try_from(at).ok().and_then(|at| self.text(list).split('|').nth(at)).unwrap_or_default()
    }

    fn text(&self, at: u16) -> &'static str {
        self.texts.borrow().get(usize::from(at)).copied().unwrap_or_default()
    }

    /// A text into which nothing is put.
    #[inline(never)]
    fn whole(&self, at: u16) -> String {
        self.text(at).into()
    }

    /// A text with another text in it. Most values are put in by this function and the next, each of which saves its callers a list.
    #[inline(never)]
    fn with(&self, at: u16, text: &str) -> String {
        self.fill(at, &[Value::Text(text)])
    }

    /// A text with a number in it, in the form that this number asks for.
    #[inline(never)]
    fn counted(&self, at: u16, n: u32) -> String {
        self.fill(at, &[Value::Count(n)])
    }

    /// A text with these values in it, in the form that the number among them asks for.
    #[inline(never)]
    fn fill(&self, at: u16, values: &[Value<'_>]) -> String {
        let mut text = self.text(at);
        for value in values {
            if let Value::Count(n) = value {
                let form = plural::form(self.text(PLURAL), *n);
                text = text.split('|').nth(form).unwrap_or(text);
            }
        }
        self.put(text, values)
    }

    fn put(&self, text: &str, values: &[Value<'_>]) -> String {
        let mut out = String::new();
        for (at, piece) in text.split(['{', '}']).enumerate() {
            if at % 2 == 0 {
                out.push_str(piece);
                continue;
            }
            let value = piece.parse().ok().and_then(|at: usize| values.get(at));
            match value {
                Some(Value::Own(text)) => out.push_str(text),
                Some(Value::Text(text)) => out.push_str(&self.isolated(text)),
                Some(Value::Number(n) | Value::Count(n)) => out.push_str(&self.isolated(&self.number(*n))),
                None => {}
            }
        }
        out
    }
}

/// The half of the day.
fn half(civil: Civil) -> i64 {
    civil.hour / 12
}

/// The city that a zone is named after.
fn city(zone: &str) -> String {
    zone.split('/').fold("", |_, part| part).replace('_', " ")
}

/// The moment in RFC 3339, for other programs to read: `2026-11-28T18:00:00.000Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    let text = at.to_string();
    if at.0 % 1000 == 0 { text.replace('Z', ".000Z") } else { text }
}
