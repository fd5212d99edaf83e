//! Days in the community's time zone.

use jiff::tz::TimeZone;

use crate::domain::time::Timestamp;

/// The calendar of a time zone.
#[derive(Clone, Debug)]
pub struct Calendar(TimeZone);

impl Default for Calendar {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Calendar {
    /// The calendar of a time zone.
    pub fn of(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// The day in this zone, in whole days since 1970-01-01.
    pub fn day(&self, at: Timestamp) -> i64 {
        let offset = jiff::Timestamp::from_millisecond(at.0).map_or(0, |at| self.0.to_offset(at).seconds());
        at.plus(i64::from(offset) * 1000).day()
    }

    /// The start of the day in this zone.
    pub fn day_start(&self, at: Timestamp) -> Timestamp {
        let start = jiff::Timestamp::from_millisecond(at.0)
            .and_then(|at| at.to_zoned(self.0.clone()).start_of_day())
            .map(|start| Timestamp(start.timestamp().as_millisecond()));
        start.unwrap_or_else(|_| at.day_start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_by_the_clocks_of_the_zone() {
        let berlin = Calendar::of(TimeZone::get("Europe/Berlin").unwrap());
        let at = |text| Timestamp::parse(text).unwrap();
        let (before, after) = (at("2026-11-26T22:59:59Z"), at("2026-11-26T23:00:00Z"));
        assert_eq!(berlin.day(before) + 1, berlin.day(after));
        assert_eq!(berlin.day_start(after), after);
        assert_eq!(berlin.day_start(before), at("2026-11-25T23:00:00Z"));
        assert_eq!(Calendar::default().day(before), Calendar::default().day(after));
        // The day has 23 hours when the clocks go forward.
        let spring = at("2026-03-29T21:59:59Z");
        assert_eq!((berlin.day_start(spring), berlin.day(spring)), (at("2026-03-28T23:00:00Z"), 20_541));
    }
}
