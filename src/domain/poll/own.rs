//! Members' own options: what a member may add to a poll that takes some.

use super::kind::Kind;
use super::rules::{MAX_OPTIONS, MAX_TITLE};
use super::{Poll, PollOption};

/// Most options that one member may add to a poll.
pub const MOST_OWN: usize = 3;

/// Whether members may add options of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnOptions {
    /// They may not.
    Off,
    /// They may, and it is there at once.
    Open,
    /// They may, and it is there once staff have said yes.
    Approval,
}

/// An option that waits for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The option.
    pub option: PollOption,
    /// Who added it, by what people call them: for staff to know.
    pub by: Option<String>,
}

/// Why an option cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadOption {
    /// The poll takes none of members' own.
    Off,
    /// Says nothing, or more than [`MAX_TITLE`] characters.
    Label,
    /// Is no time where the poll is about when, or is one where it is not, or one that ends before it starts.
    Slot,
    /// Is there already, or waits already.
    Doubled,
    /// The poll has as many options as a poll may have.
    Full,
}

impl std::fmt::Display for BadOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "this poll takes no options of members' own",
            Self::Label => "label: an option has 1 to 200 characters",
            Self::Slot => {
                "starts_at: an option of a poll about when has one, before its ends_at; of others it has none"
            }
            Self::Doubled => "there is such an option already",
            Self::Full => "this poll has 60 options, and no room for more",
        })
    }
}

impl Poll {
    /// Checks that a member could add this option, beside those that wait for staff. What `fold` makes of two labels is the
    /// same where they differ in capital letters alone.
    pub fn check_own(&self, option: &PollOption, fold: fn(&str) -> String) -> Result<(), BadOption> {
        let length = option.label.chars().count();
        let times = self.rules.kind == Kind::Availability;
        if self.rules.own_options == OwnOptions::Off {
            return Err(BadOption::Off);
        }
        if length > MAX_TITLE || length == 0 && !times {
            return Err(BadOption::Label);
        }
        if option.slot.is_some() != times || option.slot.is_some_and(|slot| !slot.is_sound()) {
            return Err(BadOption::Slot);
        }
        let label = fold(&option.label);
        let same = |other: &PollOption| {
            fold(&other.label) == label
                && other.slot.map(|slot| (slot.starts_at, slot.ends_at))
                    == option.slot.map(|slot| (slot.starts_at, slot.ends_at))
        };
        if self.options.iter().chain(self.proposed.iter().map(|proposed| &proposed.option)).any(same) {
            return Err(BadOption::Doubled);
        }
        if self.options.len() >= MAX_OPTIONS { Err(BadOption::Full) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::OptionId;
    use crate::domain::poll::tests::of;
    use crate::domain::poll::{Proposal, Slot};
    use crate::domain::time::Timestamp;

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
        assert_eq!(poll.check_own(&option("d"), str::to_lowercase), Ok(()));
        for (label, bad) in [
            (String::new(), BadOption::Label),
            ("x".repeat(MAX_TITLE + 1), BadOption::Label),
            ("B".into(), BadOption::Doubled),
        ] {
            assert_eq!(poll.check_own(&option(&label), str::to_lowercase), Err(bad), "{label}");
        }
        poll.proposed = vec![Proposed { option: option("D"), by: None }];
        assert_eq!(
            poll.check_own(&option("d"), str::to_lowercase),
            Err(BadOption::Doubled),
            "it waits already"
        );
        poll.options =
            (0..MAX_OPTIONS).map(|n| PollOption::new(OptionId::new(n.to_string()).unwrap(), "x")).collect();
        assert_eq!(poll.check_own(&option("e"), str::to_lowercase), Err(BadOption::Full));
        poll.rules.own_options = OwnOptions::Off;
        assert_eq!(poll.check_own(&option("e"), str::to_lowercase), Err(BadOption::Off));
    }

    #[test]
    fn a_poll_about_when_takes_times_and_no_other_does() {
        let at = |starts, ends| PollOption {
            slot: Some(Slot { starts_at: Timestamp(starts), ends_at: Some(Timestamp(ends)), offset: None }),
            ..option("")
        };
        let mut when = open(Kind::Availability);
        when.options = vec![at(100, 200)];
        assert_eq!(when.check_own(&at(200, 300), str::to_lowercase), Ok(()));
        assert_eq!(when.check_own(&at(100, 200), str::to_lowercase), Err(BadOption::Doubled));
        assert_eq!(
            when.check_own(&PollOption { label: "lunch".into(), ..at(100, 200) }, str::to_lowercase),
            Ok(())
        );
        assert_eq!(when.check_own(&at(300, 200), str::to_lowercase), Err(BadOption::Slot));
        assert_eq!(when.check_own(&option("lunch"), str::to_lowercase), Err(BadOption::Slot));
        assert_eq!(
            open(Kind::Choice { min: 1, max: 1 }).check_own(&at(100, 200), str::to_lowercase),
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
