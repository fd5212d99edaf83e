//! Texts and numbers of which not every one is valid, each with the rule that makes it so.
//!
//! A host's answers are written from the domain's values, which hold to these rules. What comes in is read into the domain,
//! which says in its own words what is wrong with a text; a number outside its limits is refused here.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::api::MAX_REVISION;
use crate::domain::id::{self, BadgeId, MAX_LEN, OptionId, PollId, StepId};
use crate::domain::link::{self, MAX_LINK};
use crate::domain::time;

/// White space of Unicode that is no control character, for patterns, whose `\s` has U+FEFF, too.
macro_rules! white {
    () => {
        r"\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    };
}

/// Control characters, for patterns.
macro_rules! control {
    () => {
        r"\u0000-\u001f\u007f-\u009f"
    };
}

macro_rules! texts {
    ($($(#[$about:meta])+ $name:ident $(from $($from:ty),+)?;)+) => {$(
        #[derive(
            Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        $(#[$about])+
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        $($(impl From<$from> for $name {
            fn from(value: $from) -> Self {
                Self(value.into())
            }
        })+)?
    )+};
}

texts! {
    /// An id on the host: without white space, commas, slashes and control characters, and neither `.` nor `..`.
    #[schemars(extend("minLength" = 1, "maxLength" = MAX_LEN, "pattern" = concat!(r"^(?!\.{1,2}$)[^,/", control!(), white!(), "]+$")))]
    Id from PollId, OptionId, BadgeId, StepId, String;

    /// A member's id on the host, which may be the name that the member chose: without control characters, without spaces at its
    /// beginning and end, and neither `.` nor `..`.
    #[schemars(extend(
        "minLength" = 1,
        "maxLength" = MAX_LEN,
        "pattern" = concat!(r"^(?!\.{1,2}$)(?![", white!(), "])[^", control!(), "]*(?<![", white!(), "])$"),
    ))]
    MemberId from id::MemberId;

    /// A group of the site.
    #[schemars(inline, extend("minLength" = 1))]
    Group;

    /// An address: `http:`, `https:`, or a path on the page's site.
    #[schemars(inline, extend("maxLength" = MAX_LINK))]
    Link from link::Link;

    /// An instant, in RFC 3339.
    #[schemars(inline, extend("format" = "date-time"))]
    Time;

    /// A day in the calendar, without a time zone.
    #[schemars(inline, extend("format" = "date"))]
    Date;
}

impl From<time::Timestamp> for Time {
    fn from(time: time::Timestamp) -> Self {
        Self(time.to_string())
    }
}

impl From<time::Date> for Date {
    fn from(date: time::Date) -> Self {
        Self(date.to_string())
    }
}

impl Time {
    /// The instant as a clock shows it that is so many minutes ahead of UTC; in UTC where that is not known.
    pub(super) fn with_offset(time: time::Timestamp, minutes: Option<i32>) -> Self {
        Self(time.with_offset(minutes))
    }
}

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64")]
pub struct Whole<const LEAST: u64, const MOST: u64>(u64);

/// The number that orders one thing's states.
pub type Revision<const LEAST: u64 = 1> = Whole<LEAST, MAX_REVISION>;

/// A number that is at least 1, or absent.
pub type Positive = Whole<1, { u32::MAX as u64 }>;

/// A percentage that says something.
pub type Percentage = Whole<1, 100>;

impl<const LEAST: u64, const MOST: u64> Whole<LEAST, MOST> {
    /// The number, where it is within the limits.
    pub const fn new(number: u64) -> Option<Self> {
        if LEAST <= number && number <= MOST { Some(Self(number)) } else { None }
    }

    /// The nearest number within the limits.
    pub const fn nearest(number: u64) -> Self {
        match number {
            below if below < LEAST => Self(LEAST),
            above if above > MOST => Self(MOST),
            _ => Self(number),
        }
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl<const LEAST: u64, const MOST: u64> fmt::Display for Whole<LEAST, MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const LEAST: u64, const MOST: u64> Default for Whole<LEAST, MOST> {
    fn default() -> Self {
        Self(LEAST)
    }
}

impl<const LEAST: u64, const MOST: u64> TryFrom<u64> for Whole<LEAST, MOST> {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        Self::new(number).ok_or_else(|| format!("{number} is not a whole number from {LEAST} to {MOST}"))
    }
}

impl<const LEAST: u64, const MOST: u64> JsonSchema for Whole<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("From{LEAST}To{MOST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}
