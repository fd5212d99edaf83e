//! The settings of a poll: its kind, its times, and who may see and do what.

use super::kind::{BadKind, Kind, Stance};
use super::{PollOption, Turnout, When, Zone};
use crate::domain::time::Timestamp;

/// The most options of a poll.
pub const MAX_OPTIONS: usize = 60;

/// The most characters of a question, and of an option's label.
pub const MAX_TITLE: usize = 200;

/// The most characters of a description.
pub const MAX_DESCRIPTION: usize = 2000;

/// The settings of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools)] // they are independent settings
pub struct Rules {
    /// What a ballot consists of.
    pub kind: Kind,
    /// When voting starts; `None` for at once.
    pub opens_at: Option<Timestamp>,
    /// When voting ends; `None` for never.
    pub closes_at: Option<Timestamp>,
    /// The time zone in which staff gave the poll's times.
    pub zone: Option<Zone>,
    /// When members see the tally.
    pub results: Results,
    /// Who learns what a member chose.
    pub secrecy: Secrecy,
    /// Whether a ballot may be changed.
    pub changeable: bool,
    /// Whether a ballot may be taken back.
    pub retractable: bool,
    /// Whether a ballot may abstain.
    pub abstention: bool,
    /// The percentage of members that has to vote, from 1 to 100, of those who may.
    pub quorum: Option<u32>,
    /// Whether members may add options.
    pub own_options: OwnOptions,
    /// Whether members may comment.
    pub commentable: bool,
}

/// Who sees the tally, and when. Staff always do.
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
    /// The host stores it, and shows it to that member alone.
    Secret,
    /// Nobody, not even somebody with the host's database. Such a ballot is final, since the host cannot find it
    /// again for its member.
    Anonymous,
}

/// Whether members may add options of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnOptions {
    /// They may not.
    Off,
    /// They may, and members can vote for the option at once.
    Open,
    /// They may, and members can vote for the option once staff have approved it.
    Approval,
}

/// Whether a poll takes ballots, by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not yet.
    Upcoming,
    /// Yes.
    Open,
    /// No more.
    Closed,
}

/// Why a poll's settings, options or texts are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRules {
    /// Ballots are anonymous, and may be changed or taken back: nobody could tell which ballot to change.
    AnonymousNotFinal,
    /// Ballots are anonymous, and have reasons: a member's own words could tell who wrote them.
    AnonymousReason,
    /// Ballots are anonymous rankings. A few options have so many orders that a rare one identifies a member who told it to
    /// somebody beforehand.
    AnonymousOrder,
    /// The quorum is not from 1 to 100 per cent.
    Quorum,
    /// There is no option, or more than [`MAX_OPTIONS`].
    Options,
    /// There are fewer options than a ballot needs.
    TooFewOptions,
    /// In a poll about when, an option has no date or time; or in another poll, one has.
    Slots,
    /// A time ends before it starts, or RFC 3339 cannot write it.
    Slot,
    /// An option of a proposal is no [`Stance`], or `agree` is not among them.
    Stances,
    /// The question is blank, or longer than [`MAX_TITLE`].
    Title,
    /// The label of the option with this index is blank, or longer than [`MAX_TITLE`].
    Label(usize),
    /// Members cannot tell the option with the first index from the one with the second.
    Doubled(usize, usize),
    /// The description is longer than [`MAX_DESCRIPTION`].
    Description,
    /// Options are shuffled that have an order: times or stances.
    Shuffle,
    /// The poll closes before it opens, or RFC 3339 cannot write its times.
    Times,
    /// A round is still open, or not yet open, when the next one opens.
    Overlap,
    /// Members may add options to a proposal.
    OwnStances,
    /// Guests may vote, and some members may not.
    Guests,
    /// Guests may vote, and something is a percentage of those who may: nobody knows how many guests there are.
    GuestShare,
    /// The settings of the poll's kind are invalid.
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
            Self::Slots => "every option of a poll about when has a date or a starts_at, and no other poll's has",
            Self::Slot => "a time ends after it starts, and is of the years 0 to 9999",
            Self::Stances => "a proposal has the options agree and some of abstain, disagree, block",
            Self::Title => "title: a question has 1 to 200 characters, and something to see among them",
            Self::Label(at) => {
                let what = "an option has 1 to 200 characters, and something to see among them";
                return write!(f, "options[{at}].label: {what}");
            }
            Self::Doubled(at, other) => {
                return write!(f, "options[{at}].label: reads the same as that of options[{other}]");
            }
            Self::Description => "description: at most 2000 characters",
            Self::Shuffle => "times and stands are not shuffled: they have an order of their own",
            Self::Times => "a poll closes after it opens, and its times are of the years 0 to 9999",
            Self::Overlap => "a round opens and closes before the next one opens",
            Self::Quorum => "a quorum is a percentage from 1 to 100",
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
    /// The default settings of a poll of this kind.
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

    /// Checks that each setting is valid, and that none contradicts another.
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
        let backwards = self.closes_at.is_some_and(|closes| self.opens_at >= Some(closes));
        if backwards || [self.opens_at, self.closes_at].iter().flatten().any(|at| !at.is_writable()) {
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

    /// Checks that these options suit the settings. Labels are not looked at.
    pub fn check_options<T>(&self, options: &[PollOption<T>]) -> Result<(), BadRules> {
        if options.is_empty() || options.len() > MAX_OPTIONS {
            return Err(BadRules::Options);
        }
        match self.kind {
            Kind::Choice { min, .. } if (options.len() as u64) < min.into() => Err(BadRules::TooFewOptions),
            kind if options.iter().any(|o| o.when.is_some() != (kind == Kind::Availability)) => {
                Err(BadRules::Slots)
            }
            Kind::Availability if !options.iter().filter_map(|o| o.when).all(When::is_sound) => {
                Err(BadRules::Slot)
            }
            Kind::Proposal(_)
                if !options.iter().any(|o| Stance::of(&o.id) == Some(Stance::Agree))
                    || options.iter().any(|o| Stance::of(&o.id).is_none()) =>
            {
                Err(BadRules::Stances)
            }
            Kind::Choice { .. }
            | Kind::Rating(_)
            | Kind::Ranked(_)
            | Kind::Allocation { .. }
            | Kind::Availability
            | Kind::Proposal(_) => Ok(()),
        }
    }

    /// Whether the poll takes ballots at `now`, the host's time.
    pub fn phase(&self, now: Timestamp) -> Phase {
        if self.closes_at.is_some_and(|end| now >= end) {
            Phase::Closed
        } else if self.opens_at.is_some_and(|start| now < start) {
            Phase::Upcoming
        } else {
            Phase::Open
        }
    }

    /// Whether a viewer may see the tally.
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

    /// How many more ballots the quorum needs; 0 once it is met. `None` where there is no quorum, nobody knows how many members
    /// may vote, or none may.
    pub fn needed(&self, turnout: Turnout) -> Option<u32> {
        let of_100 = u64::from(self.quorum?) * u64::from(turnout.entitled.filter(|&of| of > 0)?);
        let needed = u32::try_from(of_100.div_ceil(100)).unwrap_or(u32::MAX);
        Some(needed.saturating_sub(turnout.cast))
    }
}
