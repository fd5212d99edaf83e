//! Ids, which hosts choose. Each kind of thing has its own type, so that a member's id is never taken for a poll's.

use std::fmt;

use serde::Serialize;

/// The longest id, in characters.
pub const MAX_LEN: usize = 128;

/// Why a text is not a valid id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadId {
    /// It is empty.
    Empty,
    /// It has more than [`MAX_LEN`] characters.
    TooLong,
    /// It is `.` or `..`. Browsers resolve these in the path of a URL, even where they are percent-encoded.
    Dots,
    /// It has white space, a comma, a slash or a control character. A list of ids, or the path of a URL, could take such a
    /// character for one of its own.
    BadCharacter,
    /// It is a member's, and has a control character, or begins or ends with white space.
    BadName,
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an id must not be empty",
            Self::TooLong => "an id must not be longer than 128 characters",
            Self::Dots => "an id must not be \".\" or \"..\"",
            Self::BadCharacter => "an id must not have spaces, commas, slashes or control characters",
            Self::BadName => {
                "a member's id must not have control characters, nor spaces at its beginning or end"
            }
        })
    }
}

fn check(text: &str) -> Result<(), BadId> {
    if text.is_empty() {
        Err(BadId::Empty)
    } else if text.chars().count() > MAX_LEN {
        Err(BadId::TooLong)
    } else if matches!(text, "." | "..") {
        Err(BadId::Dots)
    } else {
        Ok(())
    }
}

/// Checks an id that the host's software makes.
fn check_name(text: &str) -> Result<(), BadId> {
    check(text)?;
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '/');
    if text.contains(bad) { Err(BadId::BadCharacter) } else { Ok(()) }
}

/// Checks a member's id: on some forums it is the name that the member chose.
fn check_member(text: &str) -> Result<(), BadId> {
    check(text)?;
    if text.contains(char::is_control) || text.trim() != text { Err(BadId::BadName) } else { Ok(()) }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $check:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Checks the text and takes it unchanged.
            pub fn new(text: impl Into<String>) -> Result<Self, BadId> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The id, not percent-encoded.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// The id of a poll.
    PollId check_name
    /// The id of an option, unique within its poll.
    OptionId check_name
    /// The id of a member: a person with an account on the host. Where a forum identifies members by the names that they
    /// chose, ids such as `Anna Lee` and `AC/DC` occur.
    MemberId check_member
    /// The id of a badge.
    BadgeId check_name
    /// The id of a step of the checklist.
    StepId check_name
}
