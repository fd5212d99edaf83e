//! Instants, and their one wire form: RFC 3339 in UTC.
//!
//! Written here because a calendar library would cost the widget more bytes than all its polls; native tests hold it
//! against one.

use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z, not counting leap seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// A day in the Gregorian calendar and a minute of it.
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
    /// Reads an RFC 3339 time, such as `2026-11-28T18:00:00Z` or `2026-11-28T19:00:00.250+01:00`. Fractions beyond
    /// the millisecond are cut. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_with_offset(text).map(|(time, _)| time)
    }

    /// Reads an RFC 3339 time, and how many minutes its clock is ahead of UTC, unless it says `Z`.
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
        Some((Self(utc - i64::from(offset.unwrap_or(0)) * MINUTE), offset))
    }

    /// What a calendar and a clock say that are so many minutes ahead of UTC.
    pub fn civil(self, offset: i32) -> Civil {
        let local = self.plus(i64::from(offset) * MINUTE);
        let (year, month, day) = civil_from_days(local.day());
        let clock = local.0.rem_euclid(DAY);
        // 1970-01-01 was a Thursday.
        let weekday = (local.day() + 3).rem_euclid(7);
        Civil { year, month, day, weekday, hour: clock / 3_600_000, minute: clock / MINUTE % 60 }
    }

    /// RFC 3339 on a clock that is so many minutes ahead of UTC.
    pub fn with_offset(self, offset: i32) -> String {
        let local = self.plus(i64::from(offset) * MINUTE).to_string();
        let (sign, minutes) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
        format!("{}{sign}{:02}:{:02}", local.trim_end_matches('Z'), minutes / 60, minutes % 60)
    }

    /// The whole days since 1970-01-01 in UTC.
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// The first instant of its day in UTC.
    #[must_use]
    pub fn day_start(self) -> Self {
        Self(self.day() * DAY)
    }

    /// This instant moved by so many milliseconds, stopping at the ends of time.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.day());
        let clock = self.0.rem_euclid(DAY);
        let (hour, minute) = (clock / 3_600_000, clock / 60_000 % 60);
        let (second, millis) = (clock / 1000 % 60, clock % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if millis != 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_zones_and_fractions() {
        let noon = Timestamp::parse("2026-11-28T12:00:00Z").unwrap();
        assert_eq!(Timestamp::parse("2026-11-28T13:00:00+01:00"), Some(noon));
        assert_eq!(Timestamp::parse("2026-11-28t12:00:00.2504z"), Some(noon.plus(250)));
    }

    #[test]
    fn refuses_what_is_not_a_time() {
        for text in [
            "",
            "soon",
            "2026-11-28",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-28T24:00:00Z",
            "2026-11-28T12:00:00",
            "2026-11-28T12:00:00.Z",
            "2026-11-28T12:00:00Zulu",
            "2026-11-28T12:00:00+0100",
            "２026-11-28T12:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_calendar_library(millis in -62_135_596_800_000i64..253_402_300_799_999) {
            let ours = Timestamp(millis);
            let theirs: jiff::Timestamp = ours.to_string().parse().unwrap();
            prop_assert_eq!(theirs.as_millisecond(), millis);
            prop_assert_eq!(Timestamp::parse(&theirs.to_string()), Some(ours));
        }

        #[test]
        fn another_clock_is_the_same_time(millis in -60_000_000_000_000i64..250_000_000_000_000, offset in -900i32..900) {
            let text = Timestamp(millis).with_offset(offset);
            prop_assert_eq!(Timestamp::parse_with_offset(&text), Some((Timestamp(millis), Some(offset))));
            let theirs: jiff::Timestamp = text.parse().unwrap();
            prop_assert_eq!(theirs.as_millisecond(), millis);
            let zone = jiff::tz::TimeZone::fixed(jiff::tz::Offset::from_seconds(offset * 60).unwrap());
            let theirs = theirs.to_zoned(zone);
            let civil = Timestamp(millis).civil(offset);
            prop_assert_eq!((civil.year, civil.month, civil.day),
                (theirs.year().into(), theirs.month().into(), theirs.day().into()));
            prop_assert_eq!((civil.hour, civil.minute), (theirs.hour().into(), theirs.minute().into()));
            prop_assert_eq!(civil.weekday, i64::from(theirs.weekday().to_monday_zero_offset()));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = Timestamp::parse(&text);
        }
    }
}
