//! Options that members add to a poll, where the poll allows it.

use super::kind::Kind;
use super::rules::{MAX_OPTIONS, MAX_TITLE, OwnOptions};
use super::{Poll, PollOption};
use crate::domain::text::is_blank;

/// The most options that one member may add to a poll.
pub const MOST_OWN: usize = 3;

/// An option that awaits approval by staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The option.
    pub option: PollOption,
    /// The display name of the member who added it, for staff to see.
    pub by: Option<String>,
}

/// Why a member cannot add an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadOption {
    /// The poll takes no options of members.
    Off,
    /// The label is blank, or has more than [`MAX_TITLE`] characters.
    Label,
    /// In a poll about when: no date or time, or an invalid one. In other polls: a date or time.
    Slot,
    /// The poll has such an option already, or one awaits approval.
    Doubled,
    /// The poll has [`MAX_OPTIONS`] options.
    Full,
}

impl std::fmt::Display for BadOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "this poll takes no options of members' own",
            Self::Label => "label: an option has 1 to 200 characters, and something to see among them",
            Self::Slot => {
                "starts_at: an option of a poll about when has one, before its ends_at, or else a date; of others it has none"
            }
            Self::Doubled => "label: there is such an option already",
            Self::Full => "this poll has 60 options, and no room for more",
        })
    }
}

pub(super) fn check(
    poll: &Poll,
    option: &PollOption,
    same: &dyn Fn(&str, &str) -> bool,
) -> Result<(), BadOption> {
    let times = poll.rules.kind == Kind::Availability;
    if poll.rules.own_options == OwnOptions::Off {
        return Err(BadOption::Off);
    }
    if option.label.chars().count() > MAX_TITLE || is_blank(&option.label) && !times {
        return Err(BadOption::Label);
    }
    if option.when.is_some() != times || option.when.is_some_and(|when| !when.is_sound()) {
        return Err(BadOption::Slot);
    }
    let mut others = poll.options.iter().chain(poll.proposed.iter().map(|proposed| &proposed.option));
    if others.any(|other| other.is_double(option, same)) {
        return Err(BadOption::Doubled);
    }
    if poll.options.len() >= MAX_OPTIONS { Err(BadOption::Full) } else { Ok(()) }
}
