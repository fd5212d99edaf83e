//! The day or time of an option, read.

use crate::domain::poll::{Slot, When};
use crate::domain::time;
use crate::wire::{Date, Time};

/// The day or time of an option with these fields; `None` where they have neither. The error names the field.
pub fn when(
    date: Option<&Date>,
    starts_at: Option<&Time>,
    ends_at: Option<&Time>,
) -> Result<Option<When>, String> {
    let (starts_at, ends_at) = (instant("starts_at", starts_at)?, instant("ends_at", ends_at)?);
    let Some(text) = date else {
        return Ok(starts_at.map(|starts_at| When::Time(Slot::new(starts_at, ends_at))));
    };
    let day = time::Date::parse(&text.0).filter(|_| starts_at.or(ends_at).is_none());
    let bad = || format!("date: \"{text}\" is not a day such as 2026-12-05 and nothing else");
    day.map(|day| Some(When::Day(day))).ok_or_else(bad)
}

fn instant(field: &str, text: Option<&Time>) -> Result<Option<time::Timestamp>, String> {
    let Some(text) = text else { return Ok(None) };
    let bad = || format!("{field}: \"{text}\" is not an RFC 3339 time");
    time::Timestamp::parse(&text.0).map(Some).ok_or_else(bad)
}
