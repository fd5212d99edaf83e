//! When a poll comes back: a recurrence rule of RFC 5545, by the clocks of the poll's zone, over daylight saving and all.
//!
//! A function of the rule, the zone and the first round. A local time that is there twice is the first of the two; one that
//! does not exist is left out, and not counted (RFC 5545, sections 3.3.5 and 3.3.10). The calendar is the host's own: the
//! library for such rules moves times that do not exist, leaves out those that are there twice, and does not end where a rule
//! never comes true. For rules without such times the tests hold this against that library.

mod days;
mod rule;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Unit, Zoned};

use crate::domain::time::Timestamp;
use days::Days;
use rule::{BadRule, Rule};

/// When a poll comes back.
#[derive(Clone, Debug)]
pub struct Repeat {
    text: String,
    rule: Rule,
    first: Zoned,
    zone: String,
    /// By the clocks of the zone, how long a round is open.
    lasts: Option<Span>,
}

/// Why a poll cannot come back so.
#[derive(Debug, thiserror::Error)]
pub enum BadRepeat {
    /// Not by days, weeks, months or years, or with more in it than one rule.
    #[error(
        "repeat: \"{0}\" is not one daily, weekly, monthly or yearly rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SA"
    )]
    Rule(String),
    /// A part of the rule is wrong.
    #[error("repeat: {0}")]
    Part(String),
    /// The calendar has no such day.
    #[error("repeat: \"{0}\" never comes true after the first round; say another rule, or none")]
    Never(String),
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

    /// As the database has it.
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

    /// The rule.
    pub fn rule(&self) -> &str {
        &self.text
    }

    /// The zone whose clocks it goes by.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// When the first round opened, and how long each lasts where that is said: as the database has it.
    pub(super) fn row(&self) -> (i64, Option<String>) {
        (self.first.timestamp().as_millisecond(), self.lasts.map(|lasts| lasts.to_string()))
    }

    /// Whether both are the same rule from the same first round.
    pub(super) fn is(&self, other: &Self) -> bool {
        (&self.text, &self.zone, self.row()) == (&other.text, &other.zone, other.row())
    }

    /// The next round's opening after this time, if there is one.
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
        // One more at either end: clocks go back over midnight, too.
        (from..=from + days.cycle() + 2)
            .map_while(|period| self.openings(&days, period))
            .find_map(|openings| openings.into_iter().map(|at| millis(&at)).find(|at| *at > after))
    }

    /// The latest opening by this time.
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

    /// When the round closes that opens then: after as long as the first by the clocks of the zone, and no later than the
    /// next opens.
    pub fn closing(&self, opening: Timestamp) -> Option<Timestamp> {
        let lasts = self.lasts.and_then(|lasts| {
            let closing = self.at(opening)?.datetime().checked_add(lasts).ok()?;
            let closing = self.first.time_zone().to_timestamp(closing).ok()?;
            Some(Timestamp(closing.as_millisecond())).filter(|closing| *closing > opening)
        });
        lasts.into_iter().chain(self.next(opening)).min()
    }

    /// How long the first round is open by the clocks of the zone. One that is over by them before it began, since they go
    /// back meanwhile, is as long as it takes.
    fn lasts(&self, closes_at: Timestamp) -> Option<Span> {
        let closes = self.at(closes_at)?;
        let civil = self.first.datetime().until((Unit::Day, closes.datetime())).ok()?;
        if civil.is_positive() { Some(civil) } else { self.first.until((Unit::Hour, &closes)).ok() }
    }

    fn at(&self, at: Timestamp) -> Option<Zoned> {
        let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(at.to_zoned(self.first.time_zone().clone()))
    }

    /// The openings of a rule that says how many there are: the first, and those after it.
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

    /// The openings of a period that come after the first one, in order; nothing once the rule is over.
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

    /// When the clocks of the zone say this, for the first time; nothing where they never do.
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
