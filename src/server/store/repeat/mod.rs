//! When a poll repeats: a recurrence rule of RFC 5545 in the local time of the poll's zone, with its daylight saving time.
//!
//! The rounds follow from the rule, the zone and the first round. A local time that occurs twice means its first occurrence;
//! one that does not exist is skipped, and not counted (RFC 5545, sections 3.3.5 and 3.3.10). The host has a calendar of its
//! own, since the library for such rules moves times that do not exist, skips those that occur twice, and does not end if a
//! rule never matches. For rules without such times the tests compare the two.

mod days;
mod rule;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Unit, Zoned};

use crate::domain::time::Timestamp;
use days::Days;
use rule::{BadRule, Rule};

/// When a poll repeats.
#[derive(Clone, Debug)]
pub struct Repeat {
    text: String,
    rule: Rule,
    first: Zoned,
    zone: String,
    /// How long a round is open, in local time; `None` for until the next round opens.
    lasts: Option<Span>,
}

/// Why a poll cannot repeat by a rule.
#[derive(Debug, thiserror::Error)]
pub enum BadRepeat {
    /// The text is not one daily, weekly, monthly or yearly rule.
    #[error(
        "repeat: \"{0}\" is not one daily, weekly, monthly or yearly rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SA"
    )]
    Rule(String),
    /// A part of the rule is invalid.
    #[error("repeat: {0}")]
    Part(String),
    /// The rule never matches after the first round.
    #[error("repeat: \"{0}\" never comes true after the first round; say another rule, or none")]
    Never(String),
    /// The opening or the zone, from which rounds are counted, is absent or unknown.
    #[error(
        "repeat: a poll that comes back has an opens_at, from which its rounds are counted, and a time_zone"
    )]
    NoStart,
}

impl Repeat {
    /// Repeats by this rule after a first round from `opens_at` to `closes_at`, in the local time of this IANA zone. Each round
    /// is open as long as the first in local time; without `closes_at`, until the next one opens.
    pub fn new(
        text: &str,
        opens_at: Option<Timestamp>,
        closes_at: Option<Timestamp>,
        zone: Option<&str>,
    ) -> Result<Self, BadRepeat> {
        let (first, zone) = (opens_at.ok_or(BadRepeat::NoStart)?, zone.ok_or(BadRepeat::NoStart)?);
        let mut repeat = Self::stored(text, first, zone, None)?;
        if repeat.rule.is_over(&repeat.first) {
            return Err(BadRepeat::Part("UNTIL is before opens_at, at which the first round opens".into()));
        }
        repeat.lasts = closes_at.and_then(|at| repeat.lasts(at));
        let ends = repeat.rule.count == Some(1) || repeat.rule.until.is_some();
        if !ends && repeat.next(first).is_none() {
            return Err(BadRepeat::Never(text.into()));
        }
        Ok(repeat)
    }

    /// Reads a repetition from its columns.
    pub(super) fn stored(
        text: &str,
        first: Timestamp,
        zone: &str,
        lasts: Option<Span>,
    ) -> Result<Self, BadRepeat> {
        let rule = text.parse().map_err(|bad| match bad {
            BadRule::Other => BadRepeat::Rule(text.into()),
            BadRule::Part(what) => BadRepeat::Part(what),
        })?;
        let known = TimeZone::get(zone).map_err(|_| BadRepeat::NoStart)?;
        let first = jiff::Timestamp::from_millisecond(first.0).map_err(|_| BadRepeat::NoStart)?;
        Ok(Self { text: text.into(), rule, first: first.to_zoned(known), zone: zone.into(), lasts })
    }

    /// The text of the rule.
    pub fn rule(&self) -> &str {
        &self.text
    }

    /// The IANA name of the zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// What the database stores beside the rule and the zone: when the first round opened, in milliseconds since
    /// 1970-01-01T00:00Z, and how long each round is open, if that is given.
    pub(super) fn row(&self) -> (i64, Option<String>) {
        (self.first.timestamp().as_millisecond(), self.lasts.map(|lasts| lasts.to_string()))
    }

    /// Whether both are the same rule from the same first round.
    pub(super) fn is(&self, other: &Self) -> bool {
        (&self.text, &self.zone, self.row()) == (&other.text, &other.zone, other.row())
    }

    /// The first opening after this time, if there is one.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let first = millis(&self.first);
        if first > after {
            return Some(first);
        }
        if let Some(count) = self.rule.count {
            return self.counted(count).find(|at| *at > after);
        }
        let days = Days::new(&self.rule, self.first.date());
        let from = days.period_of(self.at(after)?.date()).max(1) - 1;
        // One period more at either end, since clocks may also go back over midnight.
        (from..=from + days.cycle() + 2)
            .map_while(|period| self.openings(&days, period))
            .find_map(|openings| openings.into_iter().map(|at| millis(&at)).find(|at| *at > after))
    }

    /// The latest opening at or before this time.
    pub fn latest(&self, by: Timestamp) -> Option<Timestamp> {
        let first = Some(millis(&self.first)).filter(|first| *first <= by)?;
        if let Some(count) = self.rule.count {
            return self.counted(count).take_while(|at| *at <= by).last().or(Some(first));
        }
        let days = Days::new(&self.rule, self.first.date());
        let last = days.period_of(self.at(by)?.date()) + 1;
        let opened = (0..=last).rev().take(usize::try_from(days.cycle() + 3).unwrap_or(usize::MAX)).find_map(
            |period| {
                let openings = self.openings(&days, period)?;
                openings.iter().map(millis).rfind(|at| *at <= by)
            },
        );
        opened.or(Some(first))
    }

    /// When the round with this opening closes: after the length of the first round in local time, but no later than the next
    /// round opens.
    pub fn closing(&self, opening: Timestamp) -> Option<Timestamp> {
        let lasts = self.lasts.and_then(|lasts| {
            let closing = self.at(opening)?.datetime().checked_add(lasts).ok()?;
            let closing = self.first.time_zone().to_timestamp(closing).ok()?;
            Some(Timestamp(closing.as_millisecond())).filter(|closing| *closing > opening)
        });
        lasts.into_iter().chain(self.next(opening)).min()
    }

    /// How long the first round is open in local time. If clocks go back during it, so that in local time it ends before it
    /// begins, it is the elapsed time.
    fn lasts(&self, closes_at: Timestamp) -> Option<Span> {
        let closes = self.at(closes_at)?;
        let civil = self.first.datetime().until((Unit::Day, closes.datetime())).ok()?;
        if civil.is_positive() { Some(civil) } else { self.first.until((Unit::Hour, &closes)).ok() }
    }

    fn at(&self, at: Timestamp) -> Option<Zoned> {
        let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(at.to_zoned(self.first.time_zone().clone()))
    }

    /// The openings of a rule with `COUNT`, the first round's among them.
    fn counted(&self, count: u32) -> impl Iterator<Item = Timestamp> {
        let days = Days::new(&self.rule, self.first.date());
        let mut quiet = 0;
        let openings = (0..).map_while(move |period| {
            let openings = self.openings(&days, period)?;
            quiet = if openings.is_empty() { quiet + 1 } else { 0 };
            (quiet <= days.cycle()).then_some(openings)
        });
        let rest = openings.flatten().map(|at| millis(&at));
        std::iter::once(millis(&self.first)).chain(rest).take(count as usize)
    }

    /// The openings of a period that are after the first round's, in order; `None` once the rule has ended.
    fn openings(&self, days: &Days<'_>, period: i64) -> Option<Vec<Zoned>> {
        let times = self.rule.times(self.first.time());
        let on = |day: jiff::civil::Date| times.iter().map(move |time| day.to_datetime(*time));
        let mut openings: Vec<Zoned> =
            days.of(period)?.into_iter().flat_map(on).filter_map(|at| self.exists(at)).collect();
        if !self.rule.positions.is_empty() {
            let whole = i64::try_from(openings.len()).unwrap_or(i64::MAX);
            let mut at = 0;
            openings.retain(|_| {
                at += 1;
                self.rule.positions.contains(&at) || self.rule.positions.contains(&(at - whole - 1))
            });
        }
        let over = openings.first().is_some_and(|at| self.rule.is_over(at));
        openings.retain(|at| *at > self.first && !self.rule.is_over(at));
        (!over).then_some(openings)
    }

    /// The first time at which the zone has this local time; `None` if it does not exist.
    fn exists(&self, at: DateTime) -> Option<Zoned> {
        let zone = self.first.time_zone();
        let ambiguous = zone.to_ambiguous_zoned(at);
        match ambiguous.offset() {
            AmbiguousOffset::Gap { .. } => None,
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
        }
    }
}

fn millis(at: &Zoned) -> Timestamp {
    Timestamp(at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests;
