//! Names of things. Hosts choose them; a type each keeps a member from being asked for as a poll.

use std::fmt;

/// Longest id in characters.
pub const MAX_LEN: usize = 128;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadId {
    /// Nothing was given.
    Empty,
    /// More than [`MAX_LEN`] characters.
    TooLong,
    /// Has white space, a comma, a slash or a control character, which would be ambiguous in a list or a path of ids.
    BadCharacter(char),
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an id must not be empty"),
            Self::TooLong => f.write_str("an id must not be longer than 128 characters"),
            Self::BadCharacter(_) => {
                f.write_str("an id must not have spaces, commas, slashes or control characters")
            }
        }
    }
}

fn check(text: &str) -> Result<(), BadId> {
    if text.is_empty() {
        return Err(BadId::Empty);
    }
    if text.chars().count() > MAX_LEN {
        return Err(BadId::TooLong);
    }
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '/');
    text.chars().find(|&c| bad(c)).map_or(Ok(()), |c| Err(BadId::BadCharacter(c)))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a host's id as it is, if it is one.
            pub fn new(text: impl Into<String>) -> Result<Self, BadId> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// The id as text.
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
    /// A poll.
    PollId
    /// An option of a poll; unique within the poll.
    OptionId
    /// A member: somebody with an account on the host.
    MemberId
    /// A badge.
    BadgeId
    /// A step of the checklist.
    StepId
}
