//! The recurrence rules of RFC 5545 that a poll can have: daily, weekly, monthly and yearly ones, with all parts that such
//! rules may have.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The greatest `COUNT` of a rule. There is a limit since the host counts the openings from the first.
const MOST: u32 = 10_000;

/// The most openings on a day.
const A_DAY: usize = 96;

/// The most bytes of a rule.
const LONG: usize = 2000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// When a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Instant(Timestamp),
    /// In the local time of the poll's zone.
    Civil(DateTime),
}

/// A day of `BYDAY`: a weekday in every week, or the nth of a month or a year, counted from its end if negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) nth: Option<i64>,
    pub(super) weekday: Weekday,
}

/// A recurrence rule. Lists of numbers are sorted. An empty list means that the rule does not have the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    /// The number of openings, including the first.
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    pub(super) week_start: Weekday,
    pub(super) months: Vec<i64>,
    pub(super) weeks: Vec<i64>,
    pub(super) year_days: Vec<i64>,
    pub(super) month_days: Vec<i64>,
    pub(super) days: Vec<Day>,
    hours: Vec<i64>,
    minutes: Vec<i64>,
    seconds: Vec<i64>,
    /// The indices, from 1, of the openings in a period that the rule keeps; negative ones count from the end.
    pub(super) positions: Vec<i64>,
}

/// Why a rule is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BadRule {
    /// It is not a daily, weekly, monthly or yearly rule.
    Other,
    /// A part of it is invalid, with the reason.
    Part(String),
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        if text.len() > LONG {
            return Err(BadRule::Part(format!("a rule has {LONG} bytes at most")));
        }
        let mut parts = Parts(Vec::new());
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(BadRule::Other)?;
            let (name, value) = (name.to_ascii_uppercase(), value.to_ascii_uppercase());
            if parts.0.iter().any(|(known, _)| *known == name) {
                return Err(BadRule::Part(format!("{name} is there twice")));
            }
            parts.0.push((name, value));
        }
        let frequency = match parts.take("FREQ").as_deref() {
            Some("DAILY") => Frequency::Daily,
            Some("WEEKLY") => Frequency::Weekly,
            Some("MONTHLY") => Frequency::Monthly,
            Some("YEARLY") => Frequency::Yearly,
            _ => return Err(BadRule::Other),
        };
        let rule = Self {
            frequency,
            interval: parts.number("INTERVAL", 1..=i64::from(u16::MAX))?.unwrap_or(1),
            count: parts.number("COUNT", 1..=MOST.into())?.and_then(|n| u32::try_from(n).ok()),
            until: parts.take("UNTIL").map(|text| until(&text)).transpose()?,
            week_start: parts.take("WKST").map_or(Ok(Weekday::Monday), |text| weekday("WKST", &text))?,
            months: parts.numbers("BYMONTH", 1..=12, false)?,
            weeks: parts.numbers("BYWEEKNO", 1..=53, true)?,
            year_days: parts.numbers("BYYEARDAY", 1..=366, true)?,
            month_days: parts.numbers("BYMONTHDAY", 1..=31, true)?,
            days: parts.days()?,
            hours: parts.numbers("BYHOUR", 0..=23, false)?,
            minutes: parts.numbers("BYMINUTE", 0..=59, false)?,
            seconds: parts.numbers("BYSECOND", 0..=59, false)?,
            positions: parts.numbers("BYSETPOS", 1..=366, true)?,
        };
        if let Some((name, _)) = parts.0.first() {
            return Err(BadRule::Part(format!("{name} is no part of a rule")));
        }
        rule.check()?;
        Ok(rule)
    }
}

impl Rule {
    /// Checks that the parts are allowed together.
    fn check(&self) -> Result<(), BadRule> {
        use Frequency::{Daily, Monthly, Weekly, Yearly};
        let nth = self.days.iter().any(|day| day.nth.is_some());
        let a_day = [&self.hours, &self.minutes, &self.seconds].map(|list| list.len().max(1));
        let alone = self.months.len()
            + self.weeks.len()
            + self.year_days.len()
            + self.month_days.len()
            + self.days.len()
            + self.hours.len()
            + self.minutes.len()
            + self.seconds.len();
        let faults = [
            (self.count.is_some() && self.until.is_some(), "COUNT and UNTIL do not go together"),
            (!self.weeks.is_empty() && self.frequency != Yearly, "BYWEEKNO is of a yearly rule"),
            (!self.year_days.is_empty() && self.frequency != Yearly, "BYYEARDAY is of a yearly rule"),
            (!self.month_days.is_empty() && self.frequency == Weekly, "BYMONTHDAY is of no weekly rule"),
            (
                nth && matches!(self.frequency, Daily | Weekly),
                "BYDAY has numbers in a monthly or yearly rule",
            ),
            (nth && !self.weeks.is_empty(), "BYDAY has no numbers beside BYWEEKNO"),
            (
                nth && self.frequency == Monthly
                    && self.days.iter().any(|day| day.nth.is_some_and(|nth| nth.abs() > 5)),
                "BYDAY: a month has five of a weekday at most",
            ),
            (!self.positions.is_empty() && alone == 0, "BYSETPOS needs another BY… beside it"),
            (a_day.iter().product::<usize>() > A_DAY, "a poll opens 96 times a day at most"),
        ];
        let fault = faults.iter().find(|(wrong, _)| *wrong);
        fault.map_or(Ok(()), |(_, what)| Err(BadRule::Part((*what).into())))
    }

    /// The times of openings on a day, in order. What the rule does not give is as in the first opening.
    pub(super) fn times(&self, first: Time) -> Vec<Time> {
        let said = |list: &[i64], else_: i8| -> Vec<i8> {
            if list.is_empty() {
                return vec![else_];
            }
            list.iter().filter_map(|n| i8::try_from(*n).ok()).collect()
        };
        let (minutes, seconds) = (said(&self.minutes, first.minute()), said(&self.seconds, first.second()));
        let mut times = Vec::new();
        for hour in said(&self.hours, first.hour()) {
            for &minute in &minutes {
                let at = |&second: &i8| Time::new(hour, minute, second, first.subsec_nanosecond()).ok();
                times.extend(seconds.iter().filter_map(at));
            }
        }
        times
    }

    /// The index of a day in its week, 0 for the first. Weeks begin on the rule's `WKST`.
    pub(super) fn day_of_week(&self, day: Date) -> i64 {
        let [day, start] = [day.weekday(), self.week_start].map(Weekday::to_monday_zero_offset);
        i64::from(day - start).rem_euclid(7)
    }

    /// Whether the rule has ended before this time.
    pub(super) fn is_over(&self, at: &Zoned) -> bool {
        match self.until {
            None => false,
            Some(Until::Instant(until)) => at.timestamp() > until,
            Some(Until::Civil(until)) => at.datetime() > until,
        }
    }
}

/// The parts of a rule that have not been read yet.
struct Parts(Vec<(String, String)>);

impl Parts {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn number(&mut self, name: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, BadRule> {
        self.take(name).map(|text| number(name, &text, &range, false)).transpose()
    }

    fn numbers(
        &mut self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
        from_the_end: bool,
    ) -> Result<Vec<i64>, BadRule> {
        let Some(text) = self.take(name) else { return Ok(Vec::new()) };
        let numbers = text.split(',').map(|text| number(name, text, &range, from_the_end));
        let mut numbers: Vec<i64> = numbers.collect::<Result<_, _>>()?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    fn days(&mut self) -> Result<Vec<Day>, BadRule> {
        let Some(text) = self.take("BYDAY") else { return Ok(Vec::new()) };
        let day = |text: &str| {
            let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let (nth, name) = text.split_at(at);
            let nth = if nth.is_empty() { None } else { Some(number("BYDAY", nth, &(1..=53), true)?) };
            Ok(Day { nth, weekday: weekday("BYDAY", name)? })
        };
        text.split(',').map(day).collect()
    }
}

/// Reads a whole number in a range, or also the negative of one if numbers may count from the end.
fn number(
    name: &str,
    text: &str,
    range: &std::ops::RangeInclusive<i64>,
    from_the_end: bool,
) -> Result<i64, BadRule> {
    let digits = text.trim_start_matches(['+', '-']);
    let plain = !digits.is_empty() && text.len() - digits.len() <= usize::from(from_the_end);
    let read = text
        .parse::<i64>()
        .ok()
        .filter(|n| plain && range.contains(&if from_the_end { n.abs() } else { *n }));
    read.ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        let end = if from_the_end { ", or from the end as a negative number" } else { "" };
        BadRule::Part(format!("{name}: \"{text}\" is not a whole number from {least} to {most}{end}"))
    })
}

fn weekday(name: &str, text: &str) -> Result<Weekday, BadRule> {
    Ok(match text {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return Err(BadRule::Part(format!("{name}: \"{text}\" is not a day such as MO or SA"))),
    })
}

/// Reads `20261231T180000Z`; without `Z` it is in the local time of the poll's zone, and a date without a time includes the
/// whole day.
fn until(text: &str) -> Result<Until, BadRule> {
    let bad = || BadRule::Part(format!("UNTIL: \"{text}\" is not a time such as 20261231T180000Z"));
    let digits = |from: usize, to: usize| -> Option<i16> {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse().ok()
    };
    let small = |from: usize| digits(from, from + 2).and_then(|n| i8::try_from(n).ok());
    let read = || {
        let date = Date::new(digits(0, 4)?, small(4)?, small(6)?).ok()?;
        if text.len() == 8 {
            return Some(Until::Civil(date.to_datetime(Time::MAX)));
        }
        let time = Time::new(small(9)?, small(11)?, small(13)?, 0).ok()?;
        let at = date.to_datetime(time);
        match (text.get(8..9), text.get(15..)) {
            (Some("T"), Some("")) => Some(Until::Civil(at)),
            (Some("T"), Some("Z")) => TimeZone::UTC.to_timestamp(at).ok().map(Until::Instant),
            _ => None,
        }
    };
    read().ok_or_else(bad)
}
