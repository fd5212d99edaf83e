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

pub(super) fn check(poll: &Poll, option: &PollOption, same: fn(&str, &str) -> bool) -> Result<(), BadOption> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::OptionId;
    use crate::domain::poll::tests::of;
    use crate::domain::poll::{Proposal, Slot, When};
    use crate::domain::time::Timestamp;

    fn same(one: &str, other: &str) -> bool {
        one.to_lowercase() == other.to_lowercase()
    }

    fn option(label: &str) -> PollOption {
        PollOption::new(OptionId::new("new").unwrap(), label)
    }

    fn open(kind: Kind) -> Poll {
        let mut poll = of(kind);
        poll.rules.own_options = OwnOptions::Open;
        poll
    }

    #[test]
    fn an_option_says_something_new_and_finds_room() {
        let mut poll = open(Kind::Choice { min: 1, max: 1 });
        assert_eq!(poll.check_own(&option("d"), same), Ok(()));
        for (label, bad) in [
            (String::new(), BadOption::Label),
            ("\u{200b}\u{3164}".into(), BadOption::Label),
            ("x".repeat(MAX_TITLE + 1), BadOption::Label),
            ("B".into(), BadOption::Doubled),
        ] {
            assert_eq!(poll.check_own(&option(&label), same), Err(bad), "{label}");
        }
        poll.proposed = vec![Proposed { option: option("D"), by: None }];
        assert_eq!(poll.check_own(&option("d"), same), Err(BadOption::Doubled), "it waits already");
        poll.options =
            (0..MAX_OPTIONS).map(|n| PollOption::new(OptionId::new(n.to_string()).unwrap(), "x")).collect();
        assert_eq!(poll.check_own(&option("e"), same), Err(BadOption::Full));
        poll.rules.own_options = OwnOptions::Off;
        assert_eq!(poll.check_own(&option("e"), same), Err(BadOption::Off));
    }

    #[test]
    fn a_poll_about_when_takes_times_and_no_other_does() {
        let at = |starts, ends| PollOption {
            when: Some(When::Time(Slot::new(Timestamp(starts), Some(Timestamp(ends))))),
            ..option("")
        };
        let mut when = open(Kind::Availability);
        when.options = vec![at(100, 200)];
        assert_eq!(when.check_own(&at(200, 300), same), Ok(()));
        assert_eq!(when.check_own(&at(100, 200), same), Err(BadOption::Doubled));
        assert_eq!(when.check_own(&PollOption { label: "lunch".into(), ..at(100, 200) }, same), Ok(()));
        assert_eq!(when.check_own(&at(300, 200), same), Err(BadOption::Slot));
        assert_eq!(when.check_own(&option("lunch"), same), Err(BadOption::Slot));
        assert_eq!(
            open(Kind::Choice { min: 1, max: 1 }).check_own(&at(100, 200), same),
            Err(BadOption::Label)
        );
    }

    #[test]
    fn a_proposal_has_its_stances_and_no_others() {
        use crate::domain::poll::{BadRules, Base, Reasons};
        let proposal = Proposal { reasons: Reasons::Off, threshold: 50, of: Base::Ballots };
        let rules = open(Kind::Proposal(proposal)).rules;
        assert_eq!(rules.check(), Err(BadRules::OwnStances));
    }
}
