//! The language, the clock and the time zone that texts are written in.

use std::rc::Rc;

use crate::domain::time::{Civil, Timestamp};
use crate::words::{Words, Zone};

/// How texts are written for a viewer.
#[derive(Clone)]
pub struct Locale {
    /// The texts of the language.
    pub words: Rc<Words>,
    /// The host's time.
    pub now: Timestamp,
    /// How far the viewer's clock is ahead of UTC at a moment, in minutes.
    pub offset: Rc<dyn Fn(Timestamp) -> i32>,
}

impl Locale {
    /// The moment of a date and a time by the viewer's clock, as a browser's control gives them: `2026-11-28T18:00`.
    pub fn parse(&self, local: &str) -> Option<Timestamp> {
        let utc = Timestamp::parse(&[local, ":00Z"].concat())
            .or_else(|| Timestamp::parse(&[local, "Z"].concat()))?;
        let ahead = |at: Timestamp| i64::from((self.offset)(at)) * 60_000;
        // The offset at the moment itself. It differs from the one at `utc` where the clocks change between the two.
        let near = utc.plus(-ahead(utc));
        Some(utc.plus(-ahead(near)))
    }

    /// A day: `12 Nov 2026`.
    pub(super) fn day(&self, at: Timestamp) -> String {
        self.words.day(at, &*self.offset)
    }

    /// A moment, with the time in the poll's zone beside it where the two differ: `28 Nov, 12:00 (18:00 in Berlin)`.
    pub(super) fn moment(&self, at: Timestamp, zone: Option<Zone<'_>>) -> String {
        self.words.moment(at, zone, self.now, &*self.offset)
    }

    /// A day of the week and the date: `Sat 28 Nov`.
    pub(super) fn weekday(&self, civil: Civil) -> String {
        self.words.weekday(civil, self.now, &*self.offset)
    }

    /// The day in the viewer's calendar at a moment: its number since 1970-01-01, and `Sat 28 Nov`.
    pub(super) fn calendar(&self, at: Timestamp) -> (i64, String) {
        self.words.calendar(at, self.now, &*self.offset)
    }

    /// A span of time: `18:00–20:00`.
    pub(super) fn clocks(&self, from: Timestamp, to: Option<Timestamp>) -> String {
        self.words.clocks(from, to, self.now, &*self.offset)
    }

    /// The time in the poll's zone, where it differs from the viewer's: `12:00 in Bogota`.
    pub(super) fn elsewhere(&self, at: Timestamp, zone: Option<Zone<'_>>) -> Option<String> {
        self.words.elsewhere(at, zone, self.now, &*self.offset)
    }

    /// A span of time with its date: `Sat 28 Nov, 18:00–20:00 (12:00 in Bogota)`.
    pub(super) fn span(&self, from: Timestamp, to: Option<Timestamp>, zone: Option<Zone<'_>>) -> String {
        self.words.span(from, to, zone, self.now, &*self.offset)
    }

    /// Roughly how long until a moment: `in 2 days`.
    pub(super) fn until(&self, at: Timestamp) -> String {
        self.words.until(at, self.now)
    }
}
