//! Points in time and days of the calendar, as RFC 3339 writes them.
//!
//! A calendar library would cost the widget more bytes than all its polls, so this is written by hand; native tests
//! compare it with one.

use std::fmt;
use std::ops::RangeInclusive;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, not counting leap seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// From the first to the last millisecond that RFC 3339 can write in UTC.
const WRITABLE: RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// A date of the Gregorian calendar, and the time of day to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Such as 2026.
    pub year: i64,
    /// 1 is January.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 is Monday.
    pub weekday: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
}

impl Timestamp {
    /// Reads an RFC 3339 time, such as `2026-11-28T18:00:00Z` or `2026-11-28T19:00:00.250+01:00`. Digits beyond the millisecond
    /// are cut off. `None` for any other text, and for a time whose year in UTC is before 0 or after 9999.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_with_offset(text).map(|(time, _)| time)
    }

    /// Reads an RFC 3339 time and its offset, in minutes ahead of UTC; the offset is `None` for `Z`.
    pub fn parse_with_offset(text: &str) -> Option<(Self, Option<i32>)> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = bytes.get(from..to)?;
            digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
        };
        let is = |at: usize, any: &[u8]| bytes.get(at).is_some_and(|b| any.contains(b));
        if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut at = 19;
        let mut millis = 0;
        if is(at, b".") {
            let digits = bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            let kept = digits.min(3);
            millis = number(at + 1, at + 1 + kept)? * [0, 100, 10, 1][kept];
            at += 1 + digits;
        }
        let offset = match bytes.get(at..)? {
            b"Z" | b"z" => None,
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let (hours, minutes) = (number(at + 1, at + 3)?, number(at + 4, at + 6)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let minutes = i32::try_from(hours * 60 + minutes).ok()?;
                Some(if *sign == b'-' { -minutes } else { minutes })
            }
            _ => return None,
        };
        let clock = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
        let utc = days_from_civil(year, month, day) * DAY + clock;
        let at = Self(utc - i64::from(offset.unwrap_or(0)) * MINUTE);
        at.is_writable().then_some((at, offset))
    }

    /// Date and time of day at this offset, in minutes ahead of UTC.
    pub fn civil(self, offset: i32) -> Civil {
        let local = self.plus(i64::from(offset) * MINUTE);
        let (year, month, day) = civil_from_days(local.day());
        let clock = local.0.rem_euclid(DAY);
        // 1970-01-01 was a Thursday.
        let weekday = (local.day() + 3).rem_euclid(7);
        Civil { year, month, day, weekday, hour: clock / 3_600_000, minute: clock / MINUTE % 60 }
    }

    /// Whether RFC 3339 can write it: in UTC, its year is between 0 and 9999.
    pub fn is_writable(self) -> bool {
        WRITABLE.contains(&self.0)
    }

    /// RFC 3339 at this offset, in minutes ahead of UTC; in UTC where the offset is not known, and where the year at this
    /// offset is before 0 or after 9999.
    pub fn with_offset(self, offset: Option<i32>) -> String {
        let Some(offset) = offset else { return self.to_string() };
        let local = self.plus(i64::from(offset) * MINUTE);
        if !local.is_writable() {
            return self.to_string();
        }
        let local = local.to_string();
        let (sign, minutes) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
        format!("{}{sign}{:02}:{:02}", local.trim_end_matches('Z'), minutes / 60, minutes % 60)
    }

    /// The whole days since 1970-01-01 in UTC.
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// The start of its day in UTC.
    #[must_use]
    pub fn day_start(self) -> Self {
        Self(self.day() * DAY)
    }

    /// This time plus `millis` milliseconds, saturating.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, .. } = self.civil(0);
        let (second, millis) = (self.0.rem_euclid(MINUTE) / 1000, self.0.rem_euclid(1000));
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if millis != 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
    }
}

/// A date without a time zone: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub i64);

impl Date {
    /// Reads a full date of RFC 3339, such as `2026-12-05`.
    pub fn parse(text: &str) -> Option<Self> {
        let start = Timestamp::parse(&[text, "T00:00:00Z"].concat()).filter(|_| text.len() == 10);
        start.map(|start| Self(start.day()))
    }

    /// Year, month, day and weekday, at midnight.
    pub fn civil(self) -> Civil {
        self.start().civil(0)
    }

    fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(DAY))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.start().to_string();
        f.write_str(text.split('T').next().unwrap_or_default())
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March so that the leap day is last
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}
