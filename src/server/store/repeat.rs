//! When a poll comes back: a recurrence rule of RFC 5545, by the clocks of the poll's zone, over daylight saving and all.

use jiff::tz::TimeZone;
use jiff::{Span, Unit, Zoned};
use rrule::RRuleSet;

use crate::domain::time::Timestamp;

/// Most rounds that are looked through for the next: more than a hundred years of days.
const MOST: usize = 40_000;

/// When a poll comes back.
#[derive(Clone, Debug)]
pub struct Repeat {
    rule: String,
    first: Timestamp,
    zone: String,
    lasts: Option<Span>,
    times: RRuleSet,
}

/// Why a poll cannot come back so.
#[derive(Debug, thiserror::Error)]
pub enum BadRepeat {
    /// Not by days, weeks, months or years, or with more in it than one rule.
    #[error(
        "repeat: \"{0}\" is not one daily, weekly, monthly or yearly rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SA"
    )]
    Rule(String),
    /// Not a rule that can be.
    #[error("repeat: {0}")]
    Library(String),
    /// Nothing to count from.
    #[error(
        "repeat: a poll that comes back has an opens_at, from which its rounds are counted, and a time_zone"
    )]
    NoStart,
}

impl Repeat {
    /// By this rule, after a first round from `opens_at` to `closes_at` by the clocks of this IANA zone. Each round is open
    /// as long as the first by those clocks; without `closes_at` until the next.
    pub fn new(
        rule: &str,
        opens_at: Option<Timestamp>,
        closes_at: Option<Timestamp>,
        zone: Option<&str>,
    ) -> Result<Self, BadRepeat> {
        let bad = || BadRepeat::Rule(rule.into());
        let first = opens_at.ok_or(BadRepeat::NoStart)?;
        let name = zone.ok_or(BadRepeat::NoStart)?;
        let zone = TimeZone::get(name).map_err(|_| BadRepeat::NoStart)?;
        let start = zoned(first, &zone).ok_or(BadRepeat::NoStart)?;
        let lasts = closes_at.and_then(|at| start.until((Unit::Day, &zoned(at, &zone)?)).ok());
        Self::stored(rule, first, name, lasts).map_err(|error| match error {
            BadRepeat::Rule(_) => bad(),
            error => error,
        })
    }

    /// As the database has it.
    pub(super) fn stored(
        rule: &str,
        first: Timestamp,
        zone: &str,
        lasts: Option<Span>,
    ) -> Result<Self, BadRepeat> {
        let frequent = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].iter().any(|often| {
            rule.split(';').any(|part| part.strip_prefix("FREQ=").is_some_and(|said| said == *often))
        });
        let one = rule.bytes().all(|b| b.is_ascii_alphanumeric() || b"=;,+-".contains(&b));
        if !frequent || !one {
            return Err(BadRepeat::Rule(rule.into()));
        }
        let known = TimeZone::get(zone).map_err(|_| BadRepeat::NoStart)?;
        let start = zoned(first, &known).ok_or(BadRepeat::NoStart)?;
        let text = format!("DTSTART;TZID={zone}:{}\nRRULE:{rule}", start.strftime("%Y%m%dT%H%M%S"));
        let times: RRuleSet = text.parse().map_err(|error: rrule::RRuleError| {
            BadRepeat::Library(error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
        })?;
        Ok(Self { rule: rule.into(), first, zone: zone.into(), lasts, times })
    }

    /// The rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The zone whose clocks it goes by.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// When the first round opened, and how long each lasts where that is said: as the database has it.
    pub(super) fn row(&self) -> (i64, Option<String>) {
        (self.first.0, self.lasts.map(|lasts| lasts.to_string()))
    }

    /// The next round's opening after this time, if there is one.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        self.openings().find(|at| *at > after)
    }

    /// The latest opening by this time.
    pub fn latest(&self, by: Timestamp) -> Option<Timestamp> {
        self.openings().take_while(|at| *at <= by).last()
    }

    /// When the round closes that opens then: after as long as the first, and no later than the next opens.
    pub fn closing(&self, opening: Timestamp) -> Option<Timestamp> {
        let next = self.next(opening);
        let lasts = self.lasts.and_then(|lasts| {
            let closing = zoned(opening, &TimeZone::get(&self.zone).ok()?)?.checked_add(lasts).ok()?;
            Some(Timestamp(closing.timestamp().as_millisecond()))
        });
        lasts.into_iter().chain(next).min()
    }

    fn openings(&self) -> impl Iterator<Item = Timestamp> {
        self.times.into_iter().take(MOST).map(|at| Timestamp(at.timestamp_millis()))
    }
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn berlin(rule: &str, opens: &str, closes: Option<&str>) -> Result<Repeat, BadRepeat> {
        Repeat::new(rule, Some(at(opens)), closes.map(at), Some("Europe/Berlin"))
    }

    #[test]
    fn a_week_is_a_week_by_the_zones_clocks_when_they_go_back_and_when_they_go_on() {
        // 18:00 in Berlin is 16:00 UTC in summer and 17:00 in winter; a round lasts from Saturday to Wednesday at noon.
        for (opens, closes, then, until) in [
            ("2026-10-17T16:00:00Z", "2026-10-21T10:00:00Z", "2026-10-24T16:00:00Z", "2026-10-28T11:00:00Z"),
            ("2027-03-20T17:00:00Z", "2027-03-24T11:00:00Z", "2027-03-27T17:00:00Z", "2027-03-31T10:00:00Z"),
        ] {
            let weekly = berlin("FREQ=WEEKLY", opens, Some(closes)).unwrap();
            assert_eq!(weekly.next(at(opens)), Some(at(then)), "{opens}");
            assert_eq!(weekly.closing(at(then)), Some(at(until)), "{opens}");
        }
        let weekly = berlin("FREQ=WEEKLY", "2026-10-17T16:00:00Z", None).unwrap();
        assert_eq!(weekly.next(at("2026-10-24T16:00:00Z")), Some(at("2026-10-31T17:00:00Z")));
    }

    #[test]
    fn an_hour_that_does_not_exist_or_is_there_twice_makes_one_round() {
        // On 28 March 2027 the clocks of Berlin skip from 2:00 to 3:00, on 31 October 2027 they show 2:30 twice.
        for (opens, day) in [("2027-03-26T01:30:00Z", "2027-03-28"), ("2027-10-29T00:30:00Z", "2027-10-31")] {
            let daily = berlin("FREQ=DAILY", opens, None).unwrap();
            let midnight = at(&format!("{day}T00:00:00+01:00"));
            let on_that_day: Vec<_> = daily
                .openings()
                .take(10)
                .filter(|t| (midnight.0..midnight.0 + 86_400_000).contains(&t.0))
                .collect();
            assert!(on_that_day.len() <= 1, "{day}: {on_that_day:?}");
            assert!(daily.next(midnight).is_some_and(|next| next.0 - midnight.0 <= 36 * 3_600_000), "{day}");
        }
    }

    #[test]
    fn rules_by_month_and_year_and_rules_that_end() {
        let last_friday = berlin("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27T17:00:00Z", None).unwrap();
        assert_eq!(last_friday.next(at("2026-11-27T17:00:00Z")), Some(at("2026-12-25T17:00:00Z")));
        let leap = berlin("FREQ=YEARLY", "2028-02-29T17:00:00Z", None).unwrap();
        assert_eq!(leap.next(at("2028-02-29T17:00:00Z")), Some(at("2032-02-29T17:00:00Z")));
        let twice = berlin("FREQ=WEEKLY;COUNT=2", "2026-11-28T17:00:00Z", None).unwrap();
        assert_eq!(twice.next(at("2026-11-28T17:00:00Z")), Some(at("2026-12-05T17:00:00Z")));
        assert_eq!(twice.next(at("2026-12-05T17:00:00Z")), None);
        assert_eq!(twice.latest(at("2030-01-01T00:00:00Z")), Some(at("2026-12-05T17:00:00Z")));
    }

    #[test]
    fn a_round_closes_when_the_next_opens_at_the_latest() {
        let long = berlin("FREQ=DAILY", "2026-11-28T17:00:00Z", Some("2026-12-05T17:00:00Z")).unwrap();
        assert_eq!(long.closing(at("2026-11-29T17:00:00Z")), Some(at("2026-11-30T17:00:00Z")));
    }

    #[test]
    fn what_is_no_such_rule_is_named() {
        for rule in ["", "weekly", "FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=WEEKLY\nRDATE:20260101T000000"] {
            let error = berlin(rule, "2026-11-28T17:00:00Z", None).unwrap_err().to_string();
            assert!(error.contains(&format!("\"{rule}\" is not one daily")), "{error}");
        }
        let error = berlin("FREQ=WEEKLY;BYDAY=XX", "2026-11-28T17:00:00Z", None).unwrap_err().to_string();
        assert!(error.starts_with("repeat: ") && !error.contains('\n'), "{error}");
        assert!(matches!(Repeat::new("FREQ=DAILY", None, None, Some("UTC")), Err(BadRepeat::NoStart)));
    }
}
