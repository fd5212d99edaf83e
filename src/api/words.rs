//! The words of closed sets of values: one table, from which they are written, read and documented.

use crate::domain::checklist::DoneBy;
use crate::domain::member::{Icon, Stage, Tier};
use crate::domain::poll::{Base, Kind, Method, OwnOptions, Reasons, Results, Secrecy, Standing};

/// A value that has a word on the wire.
pub trait Word: Copy + 'static {
    /// Every value that has a word.
    const ALL: &'static [Self];

    /// The words of these values.
    const WORDS: &'static [&'static str];

    /// The value's word; empty for a value that is expressed by leaving the field out.
    fn word(self) -> &'static str;

    /// The value with this word.
    fn from_word(word: &str) -> Option<Self> {
        place(word, Self::WORDS).and_then(|at| Self::ALL.get(at)).copied()
    }
}

/// The place of a word in a list. A function of its own, since there are many lists.
#[inline(never)]
pub(super) fn place(word: &str, words: &[&str]) -> Option<usize> {
    words.iter().position(|known| *known == word)
}

macro_rules! words {
    ($($of:ident { $($value:ident $word:literal)+ $(- $silent:ident)? })+) => {$(
        impl Word for $of {
            const ALL: &'static [Self] = &[$(Self::$value),+];
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                    $(Self::$silent => "",)?
                }
            }
        }
    )+};
}

words! {
    KindWord {
        Choice "choice" Rating "rating" Ranked "ranked" Allocation "allocation" Availability "availability"
        Proposal "proposal"
    }
    MethodWord { RunOff "run_off" Stv "stv" Schulze "schulze" }
    Reasons { Off "off" Optional "optional" Required "required" ToDisagree "to_disagree" }
    Base { Ballots "ballots" Entitled "entitled" }
    OwnOptions { Off "off" Open "open" Approval "approval" }
    Results { Always "always" AfterVote "after_vote" AfterClose "after_close" Staff "staff" }
    Secrecy { Public "public" Secret "secret" Anonymous "anonymous" }
    Standing { Entitled "entitled" Invited "invited" Guest "guest" NotEntitled "not_entitled" - Unsaid }
    Stage {
        Lurker "lurker" Newcomer "newcomer" Engaged "engaged" Contributor "contributor" Leader "leader"
    }
    Tier { Bronze "bronze" Silver "silver" Gold "gold" - Plain }
    Icon {
        Heart "heart" Speech "speech" Book "book" Flame "flame" Ballot "ballot" Cake "cake" Leaf "leaf" Star "star"
    }
    DoneBy { Member "member" Host "host" }
}

/// The kind of a poll, without its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindWord {
    /// Some of the options.
    Choice,
    /// A number on a scale for options.
    Rating,
    /// Options in an order.
    Ranked,
    /// Points for options.
    Allocation,
    /// One of three answers for each of the times: no, if need be, yes.
    Availability,
    /// A stance on a proposal.
    Proposal,
}

impl From<Kind> for KindWord {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Choice { .. } => Self::Choice,
            Kind::Rating(_) => Self::Rating,
            Kind::Ranked(_) => Self::Ranked,
            Kind::Allocation { .. } => Self::Allocation,
            Kind::Availability => Self::Availability,
            Kind::Proposal(_) => Self::Proposal,
        }
    }
}

/// The voting method of a ranked poll, without its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodWord {
    /// Instant run-off.
    RunOff,
    /// Single transferable vote.
    Stv,
    /// The Schulze method.
    Schulze,
}

impl From<Method> for MethodWord {
    fn from(method: Method) -> Self {
        match method {
            Method::RunOff => Self::RunOff,
            Method::Stv { .. } => Self::Stv,
            Method::Schulze => Self::Schulze,
        }
    }
}
