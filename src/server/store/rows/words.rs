//! The database's words for what is one of a few things.

use crate::domain::member::Stage;
use crate::domain::poll::{Base, OwnOptions, Phase, Reasons, Results, Secrecy};

/// What is one of a few things, each with its word.
pub trait Word: Copy + 'static {
    const ALL: &'static [Self];

    /// The word.
    fn word(self) -> &'static str;

    /// What a word means.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word)
    }
}

/// What has become of an option that a member added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnState {
    /// Staff have not decided yet.
    Waiting,
    /// The option is one of the poll's.
    There,
    /// Staff, or its author, did not want it.
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
