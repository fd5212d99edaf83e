//! The words that stand for the variants of enums in the database.

use crate::domain::member::Stage;
use crate::domain::poll::{Base, OwnOptions, Phase, Reasons, Results, Secrecy};

/// An enum with a word for each variant.
pub trait Word: Copy + 'static {
    const ALL: &'static [Self];

    fn word(self) -> &'static str;

    /// The variant with this word.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word)
    }
}

/// The state of an option that a member added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnState {
    /// The option waits for the decision of staff.
    Waiting,
    /// The option is part of the poll.
    There,
    /// Staff declined the option, or its author withdrew it.
    Declined,
}

macro_rules! words {
    ($($type:ident { $($value:ident = $word:literal),+ })+) => {$(
        impl Word for $type {
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }
    )+};
}

words! {
    Results { Always = "always", AfterVote = "after_vote", AfterClose = "after_close", Staff = "staff" }
    Secrecy { Public = "public", Secret = "secret", Anonymous = "anonymous" }
    OwnOptions { Off = "off", Open = "open", Approval = "approval" }
    Reasons { Off = "off", Optional = "optional", Required = "required", ToDisagree = "to_disagree" }
    Base { Ballots = "ballots", Entitled = "entitled" }
    Phase { Upcoming = "upcoming", Open = "open", Closed = "closed" }
    OwnState { Waiting = "waiting", There = "there", Declined = "declined" }
    Stage {
        Lurker = "lurker", Newcomer = "newcomer", Engaged = "engaged", Contributor = "contributor", Leader = "leader"
    }
}
