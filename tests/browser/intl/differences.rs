//! Where the widget writes something else than `Intl`: on purpose, or since an engine's CLDR is older.

use std::collections::BTreeSet;

use super::samples::Sample;
use crate::engine::Engine;

/// A difference that is known.
struct Difference {
    engines: &'static [Engine],
    tags: &'static [&'static str],
    /// In samples of what.
    of: &'static [&'static str],
    /// What stands in the texts of `Intl`, and what stands in ours instead.
    instead: &'static [(&'static str, &'static str)],
    why: &'static str,
}

const EVERY: &[Engine] = &[Engine::Blink, Engine::Gecko, Engine::WebKit];
const NEWER: &[Engine] = &[Engine::Blink, Engine::Gecko];

const KNOWN: &[Difference] = &[
    Difference {
        engines: EVERY,
        tags: &["en"],
        of: &["weekday and date with year"],
        instead: &[(", ", " ")],
        why: "a date with its year is written as one without",
    },
    Difference {
        engines: EVERY,
        tags: &["en-IE"],
        of: &["weekday and date with year"],
        instead: &[
            ("Sun ", "Sun, "),
            ("Tue ", "Tue, "),
            ("Thu ", "Thu, "),
            ("Fri ", "Fri, "),
            ("Sat ", "Sat, "),
        ],
        why: "a date with its year is written as one without",
    },
    Difference {
        engines: EVERY,
        tags: &["en-IN"],
        of: &["weekday and date with year"],
        instead: &[(", 2027", " 2027")],
        why: "a date with its year is written as one without",
    },
    Difference {
        engines: EVERY,
        tags: &["en-ZA"],
        of: &["date", "weekday and date", "weekday and date with year", "date and time"],
        instead: &[("03 ", "3 "), ("05 ", "5 "), ("07 ", "7 "), ("09 ", "9 ")],
        why: "days of one digit have one digit, as in all of English",
    },
    Difference {
        engines: EVERY,
        tags: &["de"],
        of: &["span of time", "date and span of time"],
        instead: &[(" Uhr", "")],
        why: "CLDR has “Uhr” behind two times and not behind one",
    },
    Difference {
        engines: EVERY,
        tags: &["pt"],
        of: &["date and span of time"],
        instead: &[("de nov. ", "de nov., ")],
        why: "CLDR has the comma before one time and not before two",
    },
    Difference {
        engines: EVERY,
        tags: &["ja"],
        of: &["span of time", "date and span of time"],
        instead: &[("時", ":"), ("分", "")],
        why: "two times are written as one is",
    },
    Difference {
        engines: EVERY,
        tags: &["ja"],
        of: &["weekday and time"],
        instead: &[("18:05 (", ""), (")", " 18:05")],
        why: "the day stands before the time, as with a date",
    },
    Difference {
        engines: EVERY,
        tags: &["ja"],
        of: &["length of time"],
        instead: &[(" ", "")],
        why: "no space stands between a number and its unit, as in the messages",
    },
    Difference {
        engines: NEWER,
        tags: &["he"],
        of: &["length of time"],
        instead: &[(" (1)", ""), (" (2)", "")],
        why: "the word for one or two units says the number already",
    },
    Difference {
        engines: EVERY,
        tags: &["es"],
        of: &["list"],
        instead: &[(" e Ice", " y Ice")],
        why: "the word before a name does not depend on the sound of the name",
    },
    Difference {
        engines: EVERY,
        tags: &["he"],
        of: &["list"],
        instead: &[("ו-", "ו")],
        why: "the word before a name does not depend on the script of the name",
    },
    Difference {
        engines: EVERY,
        tags: &["fr"],
        of: &["ordinal"],
        instead: &[("one", "other")],
        why: "“n° 1” has no gender, unlike “1er” and “1re”",
    },
    Difference {
        engines: EVERY,
        tags: &["hi"],
        of: &["ordinal"],
        instead: &[("one", "other"), ("two", "other"), ("few", "other"), ("many", "other")],
        why: "“1.” has no gender, unlike “1ला” and “1ली”",
    },
    Difference {
        engines: &[Engine::Blink, Engine::WebKit],
        tags: &["ja", "zh"],
        of: &["date and span of time"],
        instead: &[("11/23", "11月23日")],
        why: "a date is written in one way; so it is in Firefox",
    },
    Difference {
        engines: &[Engine::WebKit],
        tags: &["en"],
        of: &["weekday and date"],
        instead: &[(", ", " ")],
        why: "an older CLDR has the comma without a year, too",
    },
    Difference {
        engines: &[Engine::WebKit],
        tags: &["en"],
        of: &["weekday, date and time", "date and span of time"],
        instead: &[("Mon, ", "Mon ")],
        why: "an older CLDR has the comma without a year, too",
    },
    Difference {
        engines: &[Engine::WebKit],
        tags: &["he"],
        of: &["length of time"],
        instead: &[("יום 1", "יום"), ("שתי", "2")],
        why: "an older CLDR says one day and two minutes in other words",
    },
    Difference {
        engines: &[Engine::WebKit],
        tags: &["hi"],
        of: &["date", "weekday and date", "weekday and date with year", "date and time"],
        instead: &[("अक्तू॰", "अक्टू॰")],
        why: "an older CLDR spells October with another letter",
    },
];

/// The tag by which an engine is asked about what the files call by this tag.
pub fn tag_for(engine: Engine, tag: &str) -> &str {
    match (tag, engine) {
        // Where the region is not known, the day stands before the month, and the clock has 24 hours.
        ("en", _) => "en-GB",
        // An older CLDR has Arabic digits wherever the region is not known.
        ("ar", Engine::WebKit) => "ar-u-nu-latn",
        _ => tag,
    }
}

/// Holds samples against what an engine says.
pub struct Differences {
    engine: Engine,
    /// The language, what is sampled, and what `Intl` has there.
    found: BTreeSet<[String; 3]>,
    faults: BTreeSet<String>,
}

impl Differences {
    pub fn of(engine: Engine) -> Self {
        Self { engine, found: BTreeSet::new(), faults: BTreeSet::new() }
    }

    /// Looks whether a sample is what `Intl` says, apart from what is known.
    pub fn look(&mut self, tag: &str, sample: &Sample, intl: &str) {
        if sample.ours == intl {
            return;
        }
        let mut expected = intl.to_owned();
        for difference in KNOWN {
            let is_of = difference.tags.contains(&tag) && difference.of.contains(&sample.of);
            if !is_of || !difference.engines.contains(&self.engine) {
                continue;
            }
            for (theirs, ours) in difference.instead.iter().filter(|(theirs, _)| intl.contains(theirs)) {
                expected = expected.replace(theirs, ours);
                self.found.insert([tag, sample.of, theirs].map(str::to_owned));
            }
        }
        if sample.ours != expected {
            self.faults.insert(format!("{tag}: {}: {:?} is {intl:?} in Intl", sample.of, sample.ours));
        }
    }

    /// Samples that differ without a reason, and reasons without a sample.
    pub fn faults(mut self) -> Vec<String> {
        for difference in KNOWN.iter().filter(|difference| difference.engines.contains(&self.engine)) {
            for tag in difference.tags {
                for of in difference.of {
                    for (theirs, _) in difference.instead {
                        if !self.found.contains(&[tag, *of, theirs].map(str::to_owned)) {
                            let why = difference.why;
                            self.faults.insert(format!(
                                "{tag}: {of}: {theirs:?} makes no difference any more ({why})"
                            ));
                        }
                    }
                }
            }
        }
        self.faults.into_iter().collect()
    }
}
