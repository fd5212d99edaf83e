//! Why somebody cannot do to a poll what they want to, beside voting.

use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{BadOption, BadRules, MOST_OWN};
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql;

/// Why a member cannot do to a poll what they want to, beside voting.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// No option by that id waits.
    #[error("no option \"{0}\" waits for staff")]
    NotWaiting(OptionId),
    /// No such comment.
    #[error("there is no comment \"{0}\"")]
    NoComment(String),
    /// The poll does not ask this member.
    #[error("this poll asks others")]
    NotAsked,
    /// The poll is not open.
    #[error("the poll is not open")]
    NotOpen,
    /// Members do not comment on this poll.
    #[error("this poll takes no comments")]
    NoComments,
    /// The option cannot be one.
    #[error("{0}")]
    BadOption(BadOption),
    /// An option that waits cannot be an option of the poll as it is by now.
    #[error(
        "this option cannot be added as the poll is now: {0}; decline the option, or edit the poll first"
    )]
    NoPlace(BadRules),
    /// The member has added as many options as one may.
    #[error("a member adds at most {MOST_OWN} options to a poll")]
    Enough,
    /// It is another member's.
    #[error("this is for staff, and for whoever wrote it")]
    NotTheirs,
    /// The key named another wish before.
    #[error("the key was used for something else; every request needs a key of its own")]
    KeyReused,
}

impl From<sql::Error> for Denied {
    fn from(error: sql::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why a poll cannot be written or edited so.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// There is one by that id.
    #[error("there is a poll \"{0}\" already; choose another id, or edit that one")]
    Taken(PollId),
    /// There was one by that id.
    #[error("a poll \"{0}\" was deleted, and pages that still embed it say so; choose another id")]
    Deleted(PollId),
    /// Members voted on the understanding that this stays.
    #[error("{0} cannot change any more: members have voted by it")]
    Settled(&'static str),
    /// Nobody knows what the ballots of an anonymous poll say.
    #[error("option \"{0}\" cannot go: ballots of an anonymous poll may name it, and nobody knows which")]
    Named(OptionId),
}

impl From<sql::Error> for EditError {
    fn from(error: sql::Error) -> Self {
        Self::Store(error.into())
    }
}
