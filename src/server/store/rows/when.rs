//! The day or time that an option stands for: a day is stored as its date, which no time zone changes, and a time as instants.

use jiff::tz::TimeZone;

use super::StoreError;
use crate::domain::poll::{Slot, When};
use crate::domain::time::{Date, Timestamp};

/// The date of a day; the start and the end of a time.
pub type WhenRow = (Option<String>, Option<i64>, Option<i64>);

pub fn when_row(when: Option<When>) -> WhenRow {
    match when {
        None => (None, None, None),
        Some(When::Day(day)) => (Some(day.to_string()), None, None),
        Some(When::Time(slot)) => (None, Some(slot.starts_at.0), slot.ends_at.map(|at| at.0)),
    }
}

/// Reads [`when_row`], and adds the UTC offsets of this zone.
pub fn when(
    (date, starts_at, ends_at): WhenRow,
    zone: Option<&TimeZone>,
) -> Result<Option<When>, StoreError> {
    if let Some(date) = date {
        let day = Date::parse(&date).ok_or(StoreError::Corrupt { what: "options.date", value: date })?;
        return Ok(Some(When::Day(day)));
    }
    let slot = |starts_at| Slot {
        starts_at: Timestamp(starts_at),
        ends_at: ends_at.map(Timestamp),
        offset: offset(zone, Some(starts_at)),
        end_offset: offset(zone, ends_at),
    };
    Ok(starts_at.map(|starts_at| When::Time(slot(starts_at))))
}

/// The UTC offset of this zone at this time, in minutes; positive where the zone is ahead of UTC.
pub fn offset(zone: Option<&TimeZone>, at: Option<i64>) -> Option<i32> {
    let at = jiff::Timestamp::from_millisecond(at?).ok()?;
    Some(zone?.to_offset(at).seconds() / 60)
}
