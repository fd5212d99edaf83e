#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::build::languages::{self, Texts};
use crate::build::locales::fact_names;
use crate::domain::time::Date;

static TEXTS: LazyLock<Vec<Texts>> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    languages::all(source, &languages::messages(source).unwrap()).unwrap()
});

/// The facts of a language, with the English messages.
fn of(tag: &str) -> Words {
    let parts = |tag: &str| &TEXTS.iter().find(|texts| texts.tag == tag).unwrap().parts;
    let words = Words::default();
    assert!(parts("en").iter().all(|part| words.read(part)));
    let facts = parts(tag)[0].split('\n').take(1 + fact_names().count());
    assert!(words.read(facts.collect::<Vec<_>>().join("\n").leak()));
    words
}

fn english() -> Words {
    of("en")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A clock that is one hour ahead of UTC.
fn berlin(_: Timestamp) -> i32 {
    60
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn every_language() -> [Rc<Words>; 11] {
    thread_local! {
        static ALL: [Rc<Words>; 11] =
            ["en", "de", "es", "fr", "pt", "pl", "ar", "he", "ja", "zh", "hi"].map(|tag| Rc::new(of(tag)));
    }
    ALL.with(Clone::clone)
}

/// The categories of some languages in their order, with numbers that have them.
type Samples = (&'static [&'static str], &'static [(&'static str, &'static [u32])]);

/// CLDR's samples of whole numbers for each category (`plurals.xml`, the cardinal rules).
#[test]
fn each_number_takes_the_form_that_cldr_says() {
    const MILLIONS: &[u32] = &[1_000_000, 2_000_000, 3_000_000, 10_000_000, 100_000_000];
    let samples: [Samples; 8] = [
        (&["en", "de"], &[("one", &[1]), ("other", &[0, 2, 3, 10, 11, 16, 100, 101, 1000, 1_000_000])]),
        (
            &["es"],
            &[("one", &[1]), ("many", MILLIONS), ("other", &[0, 2, 11, 16, 21, 100, 101, 1000, 1_000_001])],
        ),
        (
            &["fr", "pt"],
            &[("one", &[0, 1]), ("many", MILLIONS), ("other", &[2, 11, 17, 21, 100, 101, 1000, 1_000_001])],
        ),
        (
            &["pl"],
            &[
                ("one", &[1]),
                ("few", &[2, 3, 4, 22, 23, 24, 32, 33, 34, 42, 52, 62, 102, 1002]),
                ("many", &[0, 5, 6, 9, 11, 12, 13, 14, 19, 21, 100, 101, 112, 1000, 10_000, 1_000_000]),
                ("other", &[]),
            ],
        ),
        (
            &["ar"],
            &[
                ("zero", &[0]),
                ("one", &[1]),
                ("two", &[2]),
                ("few", &[3, 4, 10, 103, 104, 110, 1003]),
                ("many", &[11, 12, 26, 99, 111, 1011]),
                ("other", &[100, 101, 102, 200, 202, 300, 1000, 10_000, 1_000_000]),
            ],
        ),
        (&["he"], &[("one", &[1]), ("two", &[2]), ("other", &[0, 3, 10, 17, 20, 100, 102, 1000, 1_000_000])]),
        (&["ja", "zh"], &[("other", &[0, 1, 2, 15, 100, 1000, 1_000_000])]),
        (&["hi"], &[("one", &[0, 1]), ("other", &[2, 3, 17, 100, 101, 1000, 1_000_000])]),
    ];
    for (tags, categories) in samples {
        for tag in tags {
            let words = of(tag);
            let names: Vec<&str> = categories.iter().map(|(name, _)| *name).collect();
            let forms = words.text(IN_DAYS).split('|').count();
            assert_eq!(forms, names.len(), "{tag}");
            for (form, (name, numbers)) in categories.iter().enumerate() {
                for n in *numbers {
                    assert_eq!(plural::form(words.text(PLURAL), *n), form, "{n} is {name} in {tag}");
                }
            }
        }
    }
}

#[test]
fn numbers_are_grouped_as_the_language_does() {
    for (tag, of_four, of_eight, negative) in [
        ("en", "1,234", "12,345,678", "-0.50"),
        ("de", "1.234", "12.345.678", "-0,50"),
        ("es", "1234", "12.345.678", "-0,50"),
        ("fr", "1\u{202f}234", "12\u{202f}345\u{202f}678", "-0,50"),
        ("pt", "1.234", "12.345.678", "-0,50"),
        ("pl", "1234", "12\u{a0}345\u{a0}678", "-0,50"),
        ("ar", "1,234", "12,345,678", "\u{200e}-0.50"),
        ("he", "1,234", "12,345,678", "\u{200e}-0.50"),
        ("ja", "1,234", "12,345,678", "-0.50"),
        ("zh", "1,234", "12,345,678", "-0.50"),
        ("hi", "1,234", "1,23,45,678", "-0.50"),
    ] {
        let words = of(tag);
        assert_eq!(words.number(1234), of_four, "{tag}");
        assert_eq!(words.number(12_345_678), of_eight, "{tag}");
        assert_eq!(words.hundredths(-50), negative, "{tag}");
        assert_eq!(words.number(999), "999", "{tag}");
    }
    let words = english();
    assert_eq!(words.hundredths(123_405), "1,234.05");
    assert_eq!((words.figure(-1200), words.figure(7)), ("-1200".into(), "7".into()));
    assert_eq!((words.percent(56), words.percent_of_hundredths(6551)), ("56%".into(), "65.51%".into()));
    assert_eq!(of("de").percent(56), "56\u{a0}%");
    assert_eq!(of("en-IN").number(1_234_567), "12,34,567");
}

#[test]
fn things_are_listed_as_the_language_does() {
    let [none, one, two, four] =
        [texts(&[]), texts(&["A"]), texts(&["A", "B"]), texts(&["A", "B", "C", "D"])];
    let words = english();
    assert_eq!((words.list(&none), words.list(&one)), (String::new(), "A".into()));
    assert_eq!((words.list(&two), words.list(&four)), ("A and B".into(), "A, B, C and D".into()));
    assert_eq!(words.series(&four), "A, B, C, D");
    assert_eq!(of("en-US").list(&four), "A, B, C, and D");
    assert_eq!(of("en-US").list(&two), "A and B");
    for (tag, listed) in [
        ("de", "A, B, C und D"),
        ("es", "A, B, C y D"),
        ("ar", "A وB وC وD"),
        ("ja", "A、B、C、D"),
        ("zh", "A、B、C和D"),
        ("hi", "A, B, C, और D"),
    ] {
        assert_eq!(of(tag).list(&four), listed, "{tag}");
    }
}

#[test]
fn places_are_numbered() {
    let words = english();
    let said = [1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 23, 101, 111].map(|n| words.ordinal(n));
    let expected = [
        "1st", "2nd", "3rd", "4th", "10th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th",
    ];
    assert_eq!(said, expected);
    assert_eq!((of("de").ordinal(2), of("es").ordinal(1)), ("2.".into(), "1.º".into()));
}

#[test]
fn a_moment_is_told_by_the_viewers_clock_and_the_polls() {
    let now = at("2026-11-24T12:00:00Z");
    let words = english();
    let moment = |text, zone| words.moment(at(text), zone, now, &berlin);
    assert_eq!(moment("2026-11-28T17:00:00Z", None), "Saturday 18:00");
    assert_eq!(moment("2026-12-28T08:05:00Z", None), "28 Dec, 09:05");
    assert_eq!(moment("2040-01-01T11:00:00Z", None), "1 Jan 2040, 12:00");
    assert_eq!(moment("2026-12-28T17:00:00Z", Some(("Europe/Paris", 60))), "28 Dec, 18:00");
    let new_york = Some(("America/New_York", -300));
    assert_eq!(moment("2026-12-28T17:00:00Z", new_york), "28 Dec, 18:00 (12:00 in New York)");
    assert_eq!(
        moment("2026-11-28T17:00:00Z", Some(("Asia/Tokyo", 540))),
        "Saturday 18:00 (Sunday 02:00 in Tokyo)"
    );
    assert_eq!(words.day(at("2026-11-12T23:30:00Z"), &berlin), "13 Nov 2026");
    let september = at("2026-09-12T12:00:00Z");
    assert_eq!(words.day(september, &berlin), "12 Sept 2026");
    assert_eq!(of("en-US").day(september, &berlin), "Sep 12, 2026");
    // The year is that of the viewer's clock.
    let eve = at("2026-12-31T23:30:00Z");
    assert_eq!(words.weekday(Date::parse("2027-01-01").unwrap().civil(), eve, &berlin), "Fri 1 Jan");
    assert_eq!(words.weekday(Date::parse("2027-01-01").unwrap().civil(), eve, &|_| 0), "Fri 1 Jan 2027");
}

#[test]
fn a_span_of_time_has_its_date_and_the_polls_clock() {
    let now = at("2026-11-24T12:00:00Z");
    let words = english();
    let (from, to) = (at("2026-11-28T17:00:00Z"), at("2026-11-28T19:00:00Z"));
    let bogota = Some(("America/Bogota", -300));
    assert_eq!(words.clocks(from, Some(to), now, &berlin), "18:00–20:00");
    assert_eq!(words.clocks(from, None, now, &berlin), "18:00");
    let late = at("2026-11-29T15:00:00Z");
    assert_eq!(words.clocks(from, Some(late), now, &berlin), "18:00–16:00", "less than a day");
    let later = at("2026-11-29T17:00:00Z");
    assert_eq!(words.clocks(from, Some(later), now, &berlin), "18:00–Sun 29 Nov, 18:00");
    assert_eq!(words.span(from, Some(to), bogota, now, &berlin), "Sat 28 Nov, 18:00–20:00 (12:00 in Bogota)");
    assert_eq!(words.span(from, Some(to), None, now, &berlin), "Sat 28 Nov, 18:00–20:00");
    assert_eq!(words.elsewhere(from, bogota, now, &berlin), Some("12:00 in Bogota".into()));
    let tokyo = Some(("Asia/Tokyo", 540));
    assert_eq!(words.elsewhere(from, tokyo, now, &berlin), Some("Sun 29 Nov, 02:00 in Tokyo".into()));
    assert_eq!(words.elsewhere(from, Some(("Europe/Paris", 60)), now, &berlin), None);
    assert_eq!(words.calendar(at("2026-11-28T23:30:00Z"), now, &berlin), (20_786, "Sun 29 Nov".into()));
}

#[test]
fn regions_and_languages_write_times_in_their_own_way() {
    let now = at("2026-11-24T12:00:00Z");
    let (far, near) = (at("2026-12-28T17:05:00Z"), at("2026-11-28T17:05:00Z"));
    let (end, morning) = (at("2026-11-28T19:00:00Z"), at("2026-11-28T08:00:00Z"));
    let check = |words: &Words, expected: [&str; 5]| {
        let said = [
            words.moment(far, None, now, &berlin),
            words.moment(near, None, now, &berlin),
            words.weekday(Date::parse("2027-12-04").unwrap().civil(), now, &berlin),
            words.clocks(near, Some(end), now, &berlin),
            words.clocks(morning, Some(end), now, &berlin),
        ];
        assert_eq!(said, expected, "{}", words.tag());
    };
    for (tag, expected) in [
        (
            "en-US",
            [
                "Dec 28, 6:05 PM",
                "Saturday 6:05 PM",
                "Sat, Dec 4, 2027",
                "6:05 – 8:00 PM",
                "9:00 AM – 8:00 PM",
            ],
        ),
        (
            "en-CA",
            [
                "Dec 28, 6:05 p.m.",
                "Saturday 6:05 p.m.",
                "Sat, Dec 4, 2027",
                "6:05–8:00 p.m.",
                "9:00 a.m.–8:00 p.m.",
            ],
        ),
        (
            "en-AU",
            ["28 Dec, 6:05 pm", "Saturday 6:05 pm", "Sat, 4 Dec 2027", "6:05 – 8:00 pm", "9:00 am – 8:00 pm"],
        ),
        ("en", ["28 Dec, 18:05", "Saturday 18:05", "Sat 4 Dec 2027", "18:05–20:00", "09:00–20:00"]),
        ("en-IE", ["28 Dec, 18:05", "Saturday 18:05", "Sat, 4 Dec 2027", "18:05–20:00", "09:00–20:00"]),
    ] {
        check(&of(tag), expected);
    }
    for (tag, expected) in [
        ("de", ["28. Dez., 18:05", "Samstag, 18:05", "Sa., 4. Dez. 2027", "18:05–20:00", "09:00–20:00"]),
        ("es", ["28 dic, 18:05", "sábado, 18:05", "sáb, 4 dic 2027", "18:05–20:00", "9:00–20:00"]),
        ("ja", ["12月28日 18:05", "土曜日 18:05", "2027年12月4日(土)", "18:05～20:00", "9:00～20:00"]),
        ("zh", ["12月28日 18:05", "星期六18:05", "2027年12月4日周六", "18:05–20:00", "09:00–20:00"]),
        (
            "ar",
            ["28 ديسمبر، 6:05 م", "السبت 6:05 م", "السبت، 4 ديسمبر 2027", "6:05–8:00 م", "9:00 ص – 8:00 م"],
        ),
        ("he", ["28 בדצמ׳, 18:05", "יום שבת 18:05", "שבת, 4 בדצמ׳ 2027", "18:05–20:00", "9:00–20:00"]),
    ] {
        check(&of(tag), expected);
    }
    let midnight = at("2026-12-27T23:00:00Z");
    assert_eq!(of("en-US").moment(midnight, None, now, &berlin), "Dec 28, 12:00 AM");
    assert_eq!(of("en-US").moment(midnight.plus(12 * 60 * MINUTE), None, now, &berlin), "Dec 28, 12:00 PM");
}

#[test]
fn how_long_until_a_moment_is_told_roughly() {
    let now = at("2026-11-24T12:00:00Z");
    let minutes = |words: &Words, n: i64| words.until(now.plus(n * MINUTE), now);
    let words = english();
    for (n, said) in [
        (-5, "in less than a minute"),
        (0, "in less than a minute"),
        (1, "in 1 minute"),
        (40, "in 40 minutes"),
        (59, "in 59 minutes"),
        (60, "in 1 hour"),
        (119, "in 1 hour"),
        (120, "in 2 hours"),
        (2880, "in 2 days"),
        (90_000, "in 2 months"),
        (6_900_000, "in 13 years"),
        (600_000_000, "in 1,140 years"),
    ] {
        assert_eq!(minutes(&words, n), said);
    }
    assert_eq!(minutes(&of("pl"), 2880), "za 2 dni");
    assert_eq!(minutes(&of("pl"), 5 * 60), "za 5 godzin");
    assert_eq!(minutes(&of("ja"), 40), "40分後");
    assert_eq!(minutes(&of("ar"), 120), "خلال ساعتين");
    assert_eq!(minutes(&of("he"), 2880), "בעוד יומיים");
    assert_eq!(minutes(&of("ar"), 40), "خلال \u{2068}40\u{2069} دقيقة");
}

#[test]
fn messages_are_whole_and_have_their_form() {
    let words = english();
    assert_eq!(words.vote(), "Vote");
    assert_eq!(
        (words.votes(1), words.votes(0), words.votes(1200)),
        ("1 vote".into(), "0 votes".into(), "1,200 votes".into())
    );
    assert_eq!(words.closes_at("Saturday 18:00", "in 2 days"), "closes Saturday 18:00, in 2 days");
    assert_eq!(words.turnout_of(1200, 3000), "1,200 of 3,000 members voted");
    assert_eq!(words.proposal_needs_of_votes(66), "66% of the votes have to agree");
    let names = texts(&["Tea", "שלום", "Cocoa"]);
    assert_eq!(
        words.elected_by_quota(3, &names),
        "Tea, \u{2068}שלום\u{2069} and Cocoa are elected: the quota is reached."
    );
    assert_eq!(words.elected_by_quota(1, &names[..1]), "Tea is elected: the quota is reached.");
    assert_eq!(words.pairs_example(3, "A", "B", 2), "3 prefer A to B, 2 prefer B to A.");
    let order = "Tea, 1 of 3: move with the arrow keys";
    assert_eq!(words.order_move("Tea", 1, 3), order);
    assert_eq!(words.availability_yes_and_maybe(3, 2), "3 yes +\u{a0}2");
    assert_eq!(words.stage(Stage::Engaged), "Regular");
    assert_eq!(words.option_value("{0} {{x}} |", "7"), "{0} {{x}} | (7)", "what is put in is not read again");
}

#[test]
fn what_is_put_into_a_sentence_does_not_reorder_it() {
    let words = english();
    let hebrew = words.option_value("שלום", "3");
    assert_eq!(hebrew, "\u{2068}שלום\u{2069} (3)");
    assert_eq!(words.your_choice_was(&hebrew), "Your choice was: \u{2068}שלום\u{2069} (3).", "isolated once");
    assert_eq!(words.your_choice_was("Café “x” – 18:00–20:00"), "Your choice was: Café “x” – 18:00–20:00.");
    for text in ["水", "चाय", "🍵 tea"] {
        assert_eq!(words.your_choice_was(text), ["Your choice was: ", text, "."].concat());
    }
    for text in ["\u{202e}Tea\u{202c}", "\u{2067}open", "\u{fdfa}", "\u{1e900}"] {
        assert_eq!(words.your_choice_was(text), ["Your choice was: \u{2068}", text, "\u{2069}."].concat());
    }
    let arabic = of("ar");
    // So that the plural of the messages is the English one.
    arabic.texts.borrow_mut()[usize::from(PLURAL)] = "0";
    assert_eq!(arabic.direction(), "rtl");
    assert_eq!(arabic.steps_done(1, 3), "\u{2068}1\u{2069} of \u{2068}3\u{2069}");
    assert_eq!(arabic.votes(5), "\u{2068}5\u{2069} votes");
    assert_eq!(
        arabic.proposal_needs_of_votes(66),
        "\u{2068}66\u{200e}%\u{200e}\u{2069} of the votes have to agree"
    );
    assert_eq!(
        arabic.lot_decides(&texts(&["A", "B"])),
        "Only a lot could decide between \u{2068}A\u{2069} و\u{2068}B\u{2069}."
    );
    assert_eq!(arabic.closed_at("6:05 م"), "Closed \u{2068}6:05 م\u{2069}");
}

#[test]
fn what_is_no_text_of_a_language_is_refused_or_says_nothing() {
    let words = Words::default();
    for text in ["", "x", "\n0", "<!doctype html>\n<title>Sign in</title>\n"] {
        assert!(!words.read(text), "{text}");
    }
    assert_eq!((words.number(1234), words.vote()), ("1234".into(), String::new()));
    assert_eq!(words.until(at("2026-11-28T17:00:00Z"), at("2026-11-24T17:00:00Z")), "");
    let english = TEXTS.iter().find(|texts| texts.tag == "en").unwrap();
    assert!(words.read(&english.parts[0]));
    assert_eq!((words.vote(), words.wins()), ("Vote".into(), String::new()), "the part is not here");
    assert!(words.read("100000\nx"), "a place that there is not");
}

#[test]
fn a_moment_for_programs_is_written_as_javascript_does() {
    assert_eq!(iso(at("2026-11-28T18:05:09.07Z")), "2026-11-28T18:05:09.070Z");
    assert_eq!(iso(at("0001-01-02T00:00:00Z")), "0001-01-02T00:00:00.000Z");
}

proptest! {
    #[test]
    fn a_grouped_number_has_the_same_digits(n in any::<u32>()) {
        for words in every_language() {
            let said = words.number(n);
            let digits: String = said.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(&digits, &n.to_string());
            prop_assert!(!said.starts_with(|c: char| !c.is_ascii_digit()));
        }
    }

    #[test]
    fn how_long_until_is_never_empty(millis in -60_000_000_000_000i64..250_000_000_000_000) {
        for words in every_language() {
            let said = words.until(Timestamp(millis), Timestamp(0));
            prop_assert!(!said.is_empty() && !said.contains(['{', '}', '|']), "{}", said);
        }
    }

    #[test]
    fn every_moment_is_written_in_full(millis in -60_000_000_000_000i64..250_000_000_000_000, ahead in -900i32..900) {
        for words in every_language() {
            let (at, now) = (Timestamp(millis), Timestamp(0));
            let said = [
                words.moment(at, Some(("Asia/Tokyo", 540)), now, &|_| ahead),
                words.span(at, Some(at.plus(MINUTE)), None, now, &|_| ahead),
                words.day(at, &|_| ahead),
            ];
            for said in said {
                prop_assert!(!said.is_empty() && !said.contains(['{', '}', '|']), "{}", said);
            }
        }
    }

    #[test]
    fn the_time_for_programs_is_the_same_time(millis in -60_000_000_000_000i64..250_000_000_000_000) {
        prop_assert_eq!(Timestamp::parse(&iso(Timestamp(millis))), Some(Timestamp(millis)));
    }
}
