use proptest::collection::vec;
use proptest::prelude::*;
use rrule::RRuleSet;

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

/// The openings after the first, as long as there are any, by the clocks of the zone.
fn openings(repeat: &Repeat, most: usize) -> Vec<String> {
    let after = |at: &Timestamp| repeat.next(*at);
    let openings = std::iter::successors(Some(millis(&repeat.first)), after).skip(1).take(most);
    openings.map(|at| repeat.at(at).unwrap().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).collect()
}

fn by(zone: &str, rule: &str, opens: &str, closes: Option<&str>) -> Repeat {
    Repeat::new(rule, Some(at(opens)), closes.map(at), Some(zone)).unwrap()
}

#[test]
fn counting_rounds_1_of_a_local_time_that_is_there_twice_a_round_opens_at_the_first() {
    // In the Azores the clocks go back from 1:00 to 0:00 on 25 October 2026.
    let daily = by("Atlantic/Azores", "FREQ=DAILY", "2026-10-22T00:00:00+00:00", None);
    assert_eq!(
        openings(&daily, 4),
        [
            "2026-10-23T00:00:00+00:00",
            "2026-10-24T00:00:00+00:00",
            "2026-10-25T00:00:00+00:00",
            "2026-10-26T00:00:00-01:00"
        ]
    );
    let weekly = by("Atlantic/Azores", "FREQ=WEEKLY", "2026-10-18T00:30:00+00:00", None);
    assert_eq!(openings(&weekly, 1), ["2026-10-25T00:30:00+00:00"], "the week is not lost");
    let berlin = by("Europe/Berlin", "FREQ=DAILY", "2026-10-24T02:30:00+02:00", None);
    assert_eq!(openings(&berlin, 2), ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]);
    let second = at("2026-10-25T02:45:00+01:00");
    assert_eq!(berlin.latest(second), Some(at("2026-10-25T02:30:00+02:00")));
}

#[test]
fn counting_rounds_2_a_round_closes_at_the_same_local_time_as_the_first() {
    for (rule, opens, closes, opening, closing) in [
        // The first round has the hour that is left out.
        (
            "FREQ=WEEKLY",
            "2026-03-28T12:00:00+01:00",
            "2026-03-29T06:00:00+02:00",
            "2026-04-04T12:00:00+02:00",
            "2026-04-05T06:00:00+02:00",
        ),
        (
            "FREQ=WEEKLY",
            "2026-03-20T20:00:00+01:00",
            "2026-03-22T08:00:00+01:00",
            "2026-03-27T20:00:00+01:00",
            "2026-03-29T08:00:00+02:00",
        ),
        (
            "FREQ=DAILY",
            "2026-03-20T20:00:00+01:00",
            "2026-03-21T19:00:00+01:00",
            "2026-03-28T20:00:00+01:00",
            "2026-03-29T19:00:00+02:00",
        ),
        // And the hour that is there twice.
        (
            "FREQ=DAILY",
            "2026-10-20T20:00:00+02:00",
            "2026-10-21T19:00:00+02:00",
            "2026-10-24T20:00:00+02:00",
            "2026-10-25T19:00:00+01:00",
        ),
    ] {
        let repeat = by("Europe/Berlin", rule, opens, Some(closes));
        assert_eq!(repeat.latest(at(opening)), Some(at(opening)), "{opening} is an opening");
        assert_eq!(repeat.closing(at(opening)), Some(at(closing)), "{rule}, {opens} to {closes}");
    }
}

#[test]
fn a_first_round_within_the_hour_that_is_there_twice_has_a_length() {
    let daily =
        by("Europe/Berlin", "FREQ=DAILY", "2026-10-25T02:30:00+02:00", Some("2026-10-25T02:15:00+01:00"));
    let next = at("2026-10-26T02:30:00+01:00");
    assert_eq!(daily.closing(next), Some(next.plus(45 * 60_000)));
}

#[test]
fn counting_rounds_5_a_local_time_that_does_not_exist_is_left_out_and_not_counted() {
    let berlin = by("Europe/Berlin", "FREQ=DAILY;COUNT=3", "2026-03-28T02:30:00+01:00", None);
    assert_eq!(openings(&berlin, 9), ["2026-03-30T02:30:00+02:00", "2026-03-31T02:30:00+02:00"]);
    // In Beirut midnight itself is left out.
    let beirut = by("Asia/Beirut", "FREQ=DAILY;COUNT=3", "2026-03-28T00:00:00+02:00", None);
    assert_eq!(openings(&beirut, 9), ["2026-03-30T00:00:00+03:00", "2026-03-31T00:00:00+03:00"]);
    let last = by("Europe/Berlin", "FREQ=DAILY;BYHOUR=2,4;BYSETPOS=1", "2026-03-28T02:30:00+01:00", None);
    assert_eq!(openings(&last, 1), ["2026-03-29T04:30:00+02:00"], "nor in the order of a day");
}

#[test]
fn counting_rounds_6_numbers_that_no_rule_can_have_are_refused() {
    for (rule, part) in [
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL: \"0\" is not a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL: \"-1\""),
        ("FREQ=DAILY;COUNT=0", "COUNT: \"0\" is not a whole number from 1"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT: "),
        ("FREQ=DAILY;COUNT=2;UNTIL=20300101T000000Z", "COUNT and UNTIL"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR: \"24\""),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY: \"0\""),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY: \"32\""),
        ("FREQ=MONTHLY;BYDAY=0SA", "BYDAY: \"0\""),
        ("FREQ=MONTHLY;BYDAY=6SA", "five of a weekday"),
        ("FREQ=WEEKLY;BYDAY=1SA", "BYDAY has numbers in"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY: \"XX\""),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "of no weekly rule"),
        ("FREQ=DAILY;BYYEARDAY=3", "of a yearly rule"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs another"),
        (
            "FREQ=DAILY;BYMINUTE=0,1,2,3,4;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20",
            "96 times a day",
        ),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL: \"SOON\""),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ is there twice"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER is no part"),
    ] {
        let error = berlin(rule, "2026-11-28T17:00:00Z", None).unwrap_err().to_string();
        assert!(error.starts_with("repeat: ") && error.contains(part), "{rule}: {error}");
    }
}

#[test]
fn counting_rounds_7_however_many_rounds_there_were_the_next_is_found() {
    let hours: Vec<String> = (0..24).map(|hour| hour.to_string()).collect();
    let hourly = ["FREQ=DAILY;BYHOUR=", &hours.join(",")].concat();
    let hourly = by("Europe/Berlin", &hourly, "2022-01-01T00:00:00+01:00", None);
    let now = at("2026-11-28T17:20:00Z");
    assert_eq!(hourly.latest(now), Some(at("2026-11-28T17:00:00Z")));
    assert_eq!(hourly.next(now), Some(at("2026-11-28T18:00:00Z")));
    let daily = by("Europe/Berlin", "FREQ=DAILY", "1900-01-01T12:00:00+01:00", None);
    assert_eq!(daily.latest(now), Some(at("2026-11-28T12:00:00+01:00")));
    assert_eq!(daily.next(now), Some(at("2026-11-29T12:00:00+01:00")));
}

#[test]
fn host_11_a_rule_that_never_comes_true_is_refused_at_once() {
    let start = std::time::Instant::now();
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=100",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=FR",
        "FREQ=YEARLY;BYDAY=53SA;BYMONTH=3",
        "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=9",
    ] {
        let error = berlin(rule, "2027-11-25T17:00:00Z", None).unwrap_err().to_string();
        assert!(error.contains("never comes true"), "{rule}: {error}");
    }
    // Unoptimised, and beside other tests.
    assert!(start.elapsed() < std::time::Duration::from_mins(2), "{:?}", start.elapsed());
}

#[test]
fn a_day_of_the_week_beside_one_of_its_numbers_is_every_one_of_them() {
    let both = by("UTC", "FREQ=MONTHLY;BYDAY=2MO,MO", "2027-01-04T17:00:00Z", None);
    assert_eq!(
        openings(&both, 3),
        ["2027-01-11T17:00:00+00:00", "2027-01-18T17:00:00+00:00", "2027-01-25T17:00:00+00:00"]
    );
}

#[test]
fn a_rule_that_ends_before_the_first_round_is_refused() {
    for (until, refused) in
        [("20261128T165959Z", true), ("20261127", true), ("20261128T170000Z", false), ("20261128", false)]
    {
        let repeat = berlin(&format!("FREQ=WEEKLY;UNTIL={until}"), "2026-11-28T17:00:00Z", None);
        let refusal = repeat.err().map(|error| error.to_string());
        let expected = "repeat: UNTIL is before opens_at, at which the first round opens";
        assert_eq!(refusal.as_deref(), refused.then_some(expected), "{until}");
    }
}

#[test]
fn a_rare_day_is_found_and_a_rule_that_is_over_is_no_fault() {
    let leap = by("UTC", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2026-11-28T17:00:00Z", None);
    assert_eq!(openings(&leap, 1), ["2044-02-29T17:00:00+00:00"]);
    let over = by("UTC", "FREQ=WEEKLY;UNTIL=20261212T170000Z", "2026-11-28T17:00:00Z", None);
    assert_eq!(openings(&over, 9), ["2026-12-05T17:00:00+00:00", "2026-12-12T17:00:00+00:00"]);
    let day = by("Asia/Tokyo", "FREQ=WEEKLY;UNTIL=20261212", "2026-11-28T23:00:00+09:00", None);
    assert_eq!(openings(&day, 9).len(), 2, "the whole of the last day");
    assert_eq!(day.latest(at("2030-01-01T00:00:00Z")), Some(at("2026-12-12T23:00:00+09:00")));
    let last = by("UTC", "FREQ=YEARLY", "9998-06-01T00:00:00Z", None);
    assert_eq!(openings(&last, 9), ["9999-06-01T00:00:00+00:00"], "the calendar ends with the year 9999");
}

/// Rules whose parts go together, which begin on the day on which the first round opens.
fn rule() -> impl Strategy<Value = String> {
    let numbers = |range: std::ops::RangeInclusive<i32>| vec(range, 0..3);
    let weekday = prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
    // The library takes a bare day beside a numbered one for the numbered one alone.
    let nth = (-4..=4_i32).prop_filter("not 0", |n| *n != 0).prop_map(|n| n.to_string());
    let days =
        prop_oneof![vec((Just(String::new()), weekday.clone()), 0..3), vec((nth, weekday.clone()), 1..3),];
    let parts = (numbers(1..=12), numbers(-31..=31), numbers(-53..=53), numbers(-366..=366), numbers(0..=23));
    let more = (1..4, prop::option::of(prop::sample::select(vec![-1, 1, 2])), prop::option::of(weekday));
    (0..4_usize, days, parts, more).prop_map(
        |(often, days, (months, month_days, weeks, year_days, hours), (interval, position, start))| {
            let mut rule =
                format!("FREQ={};INTERVAL={interval}", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"][often]);
            let mut say = |name: &str, list: &[i32]| {
                let list: Vec<String> =
                    list.iter().filter(|n| **n != 0 || name == "BYHOUR").map(ToString::to_string).collect();
                if !list.is_empty() {
                    rule += &[";", name, "=", &list.join(",")].concat();
                }
                !list.is_empty()
            };
            let mut said = say("BYMONTH", &months) | say("BYHOUR", &hours);
            said |= often != 1 && say("BYMONTHDAY", &month_days);
            said |= often == 3 && say("BYYEARDAY", &year_days);
            let by_week = often == 3 && !days.is_empty() && say("BYWEEKNO", &weeks);
            if !days.is_empty() {
                let numbered = often >= 2 && !by_week;
                let day = |(nth, day): &(String, &str)| {
                    if numbered { format!("{nth}{day}") } else { (*day).to_owned() }
                };
                rule += &[";BYDAY=", &days.iter().map(day).collect::<Vec<_>>().join(",")].concat();
                said = true;
            }
            // Of the week of the first round the library counts only what comes after it.
            if let Some(position) = position.filter(|_| said && often != 1) {
                rule += &[";BYSETPOS=", &position.to_string()].concat();
            }
            rule + &start.map_or_else(String::new, |start| format!(";WKST={start}"))
        },
    )
}

proptest! {
    // The library takes long for rare days.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counting_rounds_where_no_clock_changes_the_rounds_are_those_of_a_calendar_library(
        rule in rule(),
        start in 0_i64..20_000,
    ) {
        let first = Timestamp(start * 86_400_000 + 61_200_000);
        let Ok(repeat) = Repeat::new(&rule, Some(first), None, Some("UTC")) else { return Ok(()) };
        let text = format!("DTSTART:{}\nRRULE:{rule}", repeat.first.strftime("%Y%m%dT%H%M%SZ"));
        let Ok(theirs) = text.parse::<RRuleSet>() else { return Ok(()) };
        let theirs = theirs.into_iter().map(|at| Timestamp(at.timestamp_millis())).filter(|at| *at > first);
        let theirs: Vec<Timestamp> = theirs.take(6).collect();
        let ours: Vec<Timestamp> =
            std::iter::successors(repeat.next(first), |at| repeat.next(*at)).take(theirs.len()).collect();
        prop_assert_eq!(&ours, &theirs);
        for (at, next) in ours.iter().zip(ours.iter().skip(1)) {
            prop_assert_eq!(repeat.latest(next.plus(-1)), Some(*at));
        }
    }

    #[test]
    fn a_rule_never_panics(text in "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(BY[A-Z]{2,6}|INTERVAL|COUNT|UNTIL|WKST)=[-+0-9A-Z,]{0,9}){0,3}|\\PC{0,20})", first in any::<i64>()) {
        if let Ok(repeat) = Repeat::new(&text, Some(Timestamp(first)), Some(Timestamp(first.saturating_add(1))), Some("Europe/Berlin")) {
            let _ = (repeat.closing(Timestamp(first)), repeat.latest(Timestamp(i64::MAX)), repeat.next(Timestamp(i64::MIN)));
        }
    }
}
