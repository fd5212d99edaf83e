//! The kinds of polls, with the settings of each.

use crate::domain::id::OptionId;

/// The most points on a ballot, and the most steps of a scale.
pub const MOST: u32 = 100;

/// The kind of a poll: what a ballot consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One or more of the options.
    Choice {
        /// The fewest options on a ballot, at least 1.
        min: u32,
        /// The most options on a ballot; 1 for single choice.
        max: u32,
    },
    /// A number on a scale for each of one or more options. In a poll with one option, the question itself is rated.
    Rating(Scale),
    /// One or more of the options, in order of preference.
    Ranked(Method),
    /// Points, spread over one or more of the options.
    Allocation {
        /// The most points on a ballot.
        dots: u32,
    },
    /// One of three answers for each of the times: no, if need be, yes.
    Availability,
    /// A [`Stance`] on the proposal.
    Proposal(Proposal),
}

/// Whole numbers from `min` to `max`, in equal steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The least number.
    pub min: i32,
    /// The greatest number.
    pub max: i32,
    /// The difference between a number and the next.
    pub step: u32,
}

/// The voting method by which rankings are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Instant run-off.
    RunOff,
    /// Single transferable vote.
    Stv {
        /// How many options are elected, at least 2.
        seats: u32,
    },
    /// The Schulze method.
    Schulze,
}

/// The settings of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Whether members give reasons.
    pub reasons: Reasons,
    /// The percentage that has to agree, from 1 to 100.
    pub threshold: u32,
    /// Of what `threshold` is a percentage.
    pub of: Base,
}

/// Whether members give a reason for their stance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reasons {
    /// A ballot has no reason.
    Off,
    /// A ballot may have a reason.
    Optional,
    /// Every ballot needs a reason.
    Required,
    /// A ballot that disagrees or blocks needs a reason, and others may have one.
    ToDisagree,
}

/// The whole of which a percentage is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// All ballots, including those that abstain.
    Ballots,
    /// All members who may vote.
    Entitled,
}

/// A stance on a proposal. Each is an option of the poll, by its id; a poll may leave out any but the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// `agree`.
    Agree,
    /// `abstain`.
    Abstain,
    /// `disagree`.
    Disagree,
    /// `block`.
    Block,
}

impl Stance {
    /// All stances, in the order in which a poll offers them.
    pub const ALL: [Self; 4] = [Self::Agree, Self::Abstain, Self::Disagree, Self::Block];

    /// The id of the option.
    pub fn id(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Abstain => "abstain",
            Self::Disagree => "disagree",
            Self::Block => "block",
        }
    }

    /// The stance of an option with this id; nothing for any other option.
    pub fn of(option: &OptionId) -> Option<Self> {
        Self::ALL.into_iter().find(|stance| stance.id() == option.as_str())
    }

    /// Whether the stance is against the proposal.
    pub fn is_against(self) -> bool {
        match self {
            Self::Disagree | Self::Block => true,
            Self::Agree | Self::Abstain => false,
        }
    }
}

/// The greatest value in a poll about when: 0 is no, 1 is if need be, 2 is yes.
pub const AVAILABLE: i32 = 2;

/// Why the settings of a kind are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKind {
    /// `min` is 0, or greater than `max`.
    NoBallot,
    /// The scale has no step or more than [`MOST`], or its steps miss the greatest number.
    Scale,
    /// Fewer than 2 seats: with one seat, the method would be a run-off.
    Seats,
    /// Not from 1 to [`MOST`] points.
    Dots,
    /// Not from 1 to 100 per cent.
    Threshold,
}

impl std::fmt::Display for BadKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoBallot => "a ballot needs at least one option, and no more than it may have",
            Self::Scale => "a scale has 1 to 100 equal steps from min to max",
            Self::Seats => "a single transferable vote has at least 2 seats; one is a run-off",
            Self::Dots => "a ballot has 1 to 100 dots",
            Self::Threshold => "a threshold is a percentage from 1 to 100",
        })
    }
}

impl Kind {
    /// Checks the settings of this kind.
    pub fn check(&self) -> Result<(), BadKind> {
        let (holds, bad) = match *self {
            Self::Choice { min, max } => (1 <= min && min <= max, BadKind::NoBallot),
            Self::Rating(scale) => (scale.is_sound(), BadKind::Scale),
            Self::Ranked(Method::Stv { seats }) => (seats > 1, BadKind::Seats),
            Self::Allocation { dots } => ((1..=MOST).contains(&dots), BadKind::Dots),
            Self::Proposal(Proposal { threshold, .. }) => {
                ((1..=100).contains(&threshold), BadKind::Threshold)
            }
            Self::Ranked(_) | Self::Availability => (true, BadKind::NoBallot),
        };
        if holds { Ok(()) } else { Err(bad) }
    }

    /// Whether a ballot is a single option, so that the percentages of all options add up to 100.
    pub fn is_single(&self) -> bool {
        matches!(self, Self::Choice { max: 1, .. } | Self::Proposal(_))
    }

    /// Whether a ballot may come with a reason.
    pub fn takes_reasons(&self) -> bool {
        matches!(self, Self::Proposal(Proposal { reasons, .. }) if *reasons != Reasons::Off)
    }

    /// The scale on which a ballot gives each option a number; `None` for kinds without a scale, such as allocation.
    pub fn scale(&self) -> Option<Scale> {
        match self {
            Self::Rating(scale) => Some(*scale),
            Self::Availability => Some(Scale { min: 0, max: AVAILABLE, step: 1 }),
            Self::Choice { .. } | Self::Ranked(_) | Self::Allocation { .. } | Self::Proposal(_) => None,
        }
    }
}

impl Scale {
    fn is_sound(self) -> bool {
        let span = self.max.abs_diff(self.min);
        self.min < self.max && self.step > 0 && span.is_multiple_of(self.step) && span / self.step <= MOST
    }

    /// How many numbers the scale has.
    pub fn numbers(self) -> usize {
        (self.max.abs_diff(self.min) / self.step.max(1)) as usize + 1
    }

    /// The index of a number on the scale; `None` where the number is not on it.
    pub fn place(self, value: i32) -> Option<usize> {
        let above = value.abs_diff(self.min);
        let on = (self.min..=self.max).contains(&value) && above.is_multiple_of(self.step.max(1));
        on.then_some((above / self.step.max(1)) as usize)
    }

    /// The numbers of the scale in ascending order.
    pub fn values(self) -> impl Iterator<Item = i32> {
        (self.min..=self.max).step_by(self.step.max(1) as usize)
    }
}
