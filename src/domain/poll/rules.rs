//! What stands for the whole life of a poll: who sees what when.

use super::kind::{BadKind, Kind, STANCES};
use super::own::OwnOptions;
use super::{PollOption, Turnout, Zone};
use crate::domain::time::Timestamp;

/// Most options of a poll.
pub const MAX_OPTIONS: usize = 60;

/// Most characters of a question, and of an option's label.
pub const MAX_TITLE: usize = 200;

/// Most characters of a description.
pub const MAX_DESCRIPTION: usize = 2000;

/// What stands for the whole life of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools)] // each is a setting of its own
pub struct Rules {
    /// What a ballot is.
    pub kind: Kind,
    /// Before this nobody can vote.
    pub opens_at: Option<Timestamp>,
    /// From this instant on nobody can vote.
    pub closes_at: Option<Timestamp>,
    /// The zone in which the poll's times were meant.
    pub zone: Option<Zone>,
    /// When members see the tally.
    pub results: Results,
    /// Who learns what a member chose.
    pub secrecy: Secrecy,
    /// Whether a ballot may be changed.
    pub changeable: bool,
    /// Whether a ballot may be taken back.
    pub retractable: bool,
    /// Whether a ballot may say nothing, on purpose.
    pub abstention: bool,
    /// How many of 100 members who may vote have to.
    pub quorum: Option<u32>,
    /// Whether members may add options.
    pub own_options: OwnOptions,
    /// Whether members may say something beside their ballots.
    pub commentable: bool,
}

/// When members see the tally. Staff always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Results {
    /// Everybody, at any time.
    Always,
    /// Those who have voted; everybody once the poll is closed.
    AfterVote,
    /// Everybody, once the poll is closed.
    AfterClose,
    /// Staff only.
    Staff,
}

/// Who learns what a member chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Everybody may see it.
    Public,
    /// The host stores it, and shows it to the member alone.
    Secret,
    /// Nobody can find out, not even from the host's database. Such a ballot is final: nothing tells whose it is.
    Anonymous,
}

/// Where a poll stands on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not open yet.
    Upcoming,
    /// Takes ballots.
    Open,
    /// Takes ballots no more.
    Closed,
}

/// Why rules cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRules {
    /// Of an anonymous ballot nobody knows what to change or take back.
    AnonymousNotFinal,
    /// A reason is a member's own words, which tell whose they are.
    AnonymousReason,
    /// There are so many orders of a few options that one of them is as good as a name, to whoever was told it before.
    AnonymousOrder,
    /// More than all of the members.
    Quorum,
    /// None, or more than [`MAX_OPTIONS`].
    Options,
    /// Fewer options than a ballot needs.
    TooFewOptions,
    /// A time to choose that is none, or a time in a poll that is not about when.
    Slots,
    /// Ends before it starts.
    Slot,
    /// A proposal's options are among the [`STANCES`], one of them to agree.
    Stances,
    /// A question that is empty or longer than [`MAX_TITLE`], or an option of which that is true.
    Title,
    /// Longer than [`MAX_DESCRIPTION`].
    Description,
    /// Times and stands have an order of their own.
    Shuffle,
    /// Closes before it opens.
    Times,
    /// A round is still open when the next one opens.
    Overlap,
    /// Members' own options in a proposal.
    OwnStances,
    /// Asks guests, and some members only.
    Guests,
    /// A share of the members, where guests vote, too.
    GuestShare,
    /// No ballot, or no result, can be.
    Kind(BadKind),
}

impl std::fmt::Display for BadRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AnonymousNotFinal => "an anonymous ballot is final: it cannot be changed or taken back",
            Self::AnonymousOrder => "a ranked poll is not anonymous: a rare order tells whose it is",
            Self::AnonymousReason => "an anonymous ballot has no reason: its words could tell whose it is",
            Self::Options => "a poll has 1 to 60 options",
            Self::TooFewOptions => "a ballot needs more options than there are",
            Self::Slots => "every option of a poll about when has a starts_at, and no other poll's has",
            Self::Slot => "a time ends after it starts",
            Self::Stances => "a proposal has the options agree and some of abstain, disagree, block",
            Self::Title => "a question, and an option's label, has 1 to 200 characters",
            Self::Description => "a description has at most 2000 characters",
            Self::Shuffle => "times and stands are not shuffled: they have an order of their own",
            Self::Times => "a poll closes after it opens",
            Self::Overlap => "a round closes before the next one opens",
            Self::Quorum => "a quorum is 1 to 100 of 100 members",
            Self::OwnStances => "own_options: a proposal has its stances and no others",
            Self::Guests => "a poll that asks guests asks every member, too: no groups and no stages",
            Self::GuestShare => {
                "a poll that asks guests has no quorum, no entitled and no threshold_of entitled: nobody knows how many they are"
            }
            Self::Kind(bad) => return bad.fmt(f),
        })
    }
}

impl Rules {
    /// What holds for ballots of this kind where nothing else is said.
    pub const fn of(kind: Kind) -> Self {
        Self {
            kind,
            opens_at: None,
            closes_at: None,
            zone: None,
            results: Results::Always,
            secrecy: Secrecy::Secret,
            changeable: true,
            retractable: false,
            abstention: false,
            quorum: None,
            own_options: OwnOptions::Off,
            commentable: false,
        }
    }

    /// Checks that the rules do not contradict each other.
    pub fn check(&self) -> Result<(), BadRules> {
        if self.secrecy == Secrecy::Anonymous {
            if self.changeable || self.retractable {
                return Err(BadRules::AnonymousNotFinal);
            }
            if self.kind.takes_reasons() {
                return Err(BadRules::AnonymousReason);
            }
            if matches!(self.kind, Kind::Ranked(_)) {
                return Err(BadRules::AnonymousOrder);
            }
        }
        if let (Some(opens_at), Some(closes_at)) = (self.opens_at, self.closes_at)
            && closes_at <= opens_at
        {
            return Err(BadRules::Times);
        }
        if self.quorum.is_some_and(|percent| !(1..=100).contains(&percent)) {
            return Err(BadRules::Quorum);
        }
        if self.own_options != OwnOptions::Off && matches!(self.kind, Kind::Proposal(_)) {
            return Err(BadRules::OwnStances);
        }
        self.kind.check().map_err(BadRules::Kind)
    }

    /// Checks that these options can be chosen from by the rules.
    pub fn check_options(&self, options: &[PollOption]) -> Result<(), BadRules> {
        if options.is_empty() || options.len() > MAX_OPTIONS {
            return Err(BadRules::Options);
        }
        match self.kind {
            Kind::Choice { min, .. } if (options.len() as u64) < min.into() => Err(BadRules::TooFewOptions),
            kind if options.iter().any(|o| o.slot.is_some() != (kind == Kind::Availability)) => {
                Err(BadRules::Slots)
            }
            Kind::Availability if !options.iter().filter_map(|o| o.slot).all(|slot| slot.is_sound()) => {
                Err(BadRules::Slot)
            }
            Kind::Proposal(_)
                if !options.iter().any(|o| o.id.as_str() == STANCES[0])
                    || options.iter().any(|o| !STANCES.contains(&o.id.as_str())) =>
            {
                Err(BadRules::Stances)
            }
            _ => Ok(()),
        }
    }

    /// Where the poll stands at `now`, which is the server's time.
    pub fn phase(&self, now: Timestamp) -> Phase {
        if self.closes_at.is_some_and(|end| now >= end) {
            Phase::Closed
        } else if self.opens_at.is_some_and(|start| now < start) {
            Phase::Upcoming
        } else {
            Phase::Open
        }
    }

    /// Whether a viewer may see the tally. A guest has not voted.
    pub fn shows_tally(&self, now: Timestamp, voted: bool, staff: bool) -> bool {
        let closed = self.phase(now) == Phase::Closed;
        staff
            || match self.results {
                Results::Always => true,
                Results::AfterVote => voted || closed,
                Results::AfterClose => closed,
                Results::Staff => false,
            }
    }

    /// How many more ballots the quorum needs; 0 once it is met, `None` where there is none or nobody knows of how many.
    pub fn needed(&self, turnout: Turnout) -> Option<u32> {
        let of_100 = u64::from(self.quorum?) * u64::from(turnout.entitled?);
        let needed = u32::try_from(of_100.div_ceil(100)).unwrap_or(u32::MAX);
        Some(needed.saturating_sub(turnout.cast))
    }
}
