//! What a ballot is, kind by kind.

/// Most points, or steps of a scale.
pub const MOST: u32 = 100;

/// What a ballot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Some of the options.
    Choice {
        /// Fewest, at least 1.
        min: u32,
        /// Most; 1 is single choice.
        max: u32,
    },
    /// A number on a scale for some of the options. With one option the question itself is rated.
    Rating(Scale),
    /// Some of the options in order of preference.
    Ranked(Method),
    /// Points, spread over some of the options.
    Allocation {
        /// Most points on a ballot.
        dots: u32,
    },
    /// Yes, if need be, or no for each of some times.
    Availability,
    /// A stand on what is proposed: one of the [`STANCES`].
    Proposal(Proposal),
}

/// Whole numbers from `min` to `max` in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The least.
    pub min: i32,
    /// The greatest.
    pub max: i32,
    /// From each to the next.
    pub step: u32,
}

/// How rankings are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Instant run-off.
    RunOff,
    /// Single transferable vote.
    Stv {
        /// How many are elected; at least 2.
        seats: u32,
    },
    /// Schulze's method.
    Schulze,
}

/// When a proposal passes, and what is asked of those who take a stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Whether they say why.
    pub reasons: Reasons,
    /// So many of 100 have to agree, at least.
    pub threshold: u32,
    /// Of whom.
    pub of: Base,
}

/// Whether a stand comes with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reasons {
    /// It does not.
    Off,
    /// As the member likes.
    Optional,
    /// Always.
    Required,
    /// Where it disagrees or blocks.
    ToDisagree,
}

/// Of whom a share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Of those who took a stand, abstaining being one.
    Ballots,
    /// Of all who may.
    Entitled,
}

/// The options of a proposal, by their ids; a poll may do without the last.
pub const STANCES: [&str; 4] = ["agree", "abstain", "disagree", "block"];

/// Answers to a time, as values: 0 no, 1 if need be, 2 yes.
pub const AVAILABLE: i32 = 2;

/// Why a kind of ballot cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKind {
    /// No number of options is at least `min`, at least 1, and at most `max`.
    NoBallot,
    /// No two steps, too many, or a step that misses the greatest.
    Scale,
    /// One seat is a run-off, and none is nothing.
    Seats,
    /// None, or too many.
    Dots,
    /// Not between 1 and 100 of 100.
    Threshold,
}

impl std::fmt::Display for BadKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoBallot => "a ballot needs at least one option, and no more than it may have",
            Self::Scale => "a scale has 1 to 100 equal steps from min to max",
            Self::Seats => "a single transferable vote has at least 2 seats; one is a run-off",
            Self::Dots => "a ballot has 1 to 100 dots",
            Self::Threshold => "a threshold is 1 to 100 of 100",
        })
    }
}

impl Kind {
    /// Checks that ballots of this kind can be.
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

    /// Whether a ballot is one option: radio buttons, and shares that add up to 100.
    pub fn is_single(&self) -> bool {
        matches!(self, Self::Choice { max: 1, .. } | Self::Proposal(_))
    }

    /// Whether a ballot may come with a reason.
    pub fn takes_reasons(&self) -> bool {
        matches!(self, Self::Proposal(Proposal { reasons, .. }) if *reasons != Reasons::Off)
    }

    /// The scale on which each option gets a number, where it does; points are counted apart.
    pub fn scale(&self) -> Option<Scale> {
        match self {
            Self::Rating(scale) => Some(*scale),
            Self::Availability => Some(Scale { min: 0, max: AVAILABLE, step: 1 }),
            _ => None,
        }
    }
}

impl Scale {
    fn is_sound(self) -> bool {
        let span = self.max.abs_diff(self.min);
        self.min < self.max && self.step > 0 && span.is_multiple_of(self.step) && span / self.step <= MOST
    }

    /// How many numbers it has.
    pub fn numbers(self) -> usize {
        (self.max.abs_diff(self.min) / self.step.max(1)) as usize + 1
    }

    /// The place of a number on it.
    pub fn place(self, value: i32) -> Option<usize> {
        let above = value.abs_diff(self.min);
        let on = (self.min..=self.max).contains(&value) && above.is_multiple_of(self.step.max(1));
        on.then_some((above / self.step.max(1)) as usize)
    }

    /// Its numbers, from the least.
    pub fn values(self) -> impl Iterator<Item = i32> {
        (self.min..=self.max).step_by(self.step.max(1) as usize)
    }
}
