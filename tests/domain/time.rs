use folkmoot::domain::time::{Date, Timestamp};
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

#[test]
fn host_16_a_time_that_cannot_be_written_in_utc_is_none() {
    for text in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59+23:59"] {
        let at = Timestamp::parse(text).unwrap();
        for offset in [-1439, -300, 0, 330, 840, 1439] {
            assert_eq!(Timestamp::parse(&at.with_offset(Some(offset))), Some(at), "{text} at {offset}");
        }
    }
    for text in [
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:30:00-01:00",
        "0000-01-01T00:30:00+01:00",
        "9999-12-31T23:59:60Z",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn a_day_is_read_and_written_without_a_time() {
    let day = Date::parse("2026-12-05").unwrap();
    let civil = day.civil();
    assert_eq!((civil.year, civil.month, civil.day, civil.weekday), (2026, 12, 5, 5), "a Saturday");
    for text in ["2026-12-05", "0000-01-01", "9999-12-31", "1969-12-31"] {
        assert_eq!(Date::parse(text).unwrap().to_string(), text);
    }
    for text in ["", "2026-02-29", "2026-12-05T00:00:00Z", "26-12-05", "2026-12-5", "２026-12-05"] {
        assert_eq!(Date::parse(text), None, "{text}");
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
        let text = Timestamp(millis).with_offset(Some(offset));
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
