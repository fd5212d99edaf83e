//! The errors of deeds on a poll other than votes.

use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{BadOption, MOST_OWN};
use crate::domain::time::Timestamp;
use crate::server::store::Fault;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql;

/// Why a comment, a proposed option or a follow was refused.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// No option with this id waits for staff.
    #[error("no option \"{0}\" waits for staff")]
    NotWaiting(OptionId),
    /// There is no such comment.
    #[error("there is no comment \"{0}\"")]
    NoComment(String),
    /// The member may not vote in the poll.
    #[error("this poll asks others")]
    NotAsked,
    /// The poll has not opened; with its opening time.
    #[error("the poll is not open yet")]
    NotYet(Option<Timestamp>),
    /// The poll has closed; with its closing time.
    #[error("the poll has closed")]
    Over(Option<Timestamp>),
    /// The poll does not allow comments.
    #[error("this poll takes no comments")]
    NoComments,
    /// The option is invalid.
    #[error("{0}")]
    BadOption(BadOption),
    /// A proposed option is not valid in the poll as it is now.
    #[error(
        "this option cannot be added as the poll is now: {0}; decline the option, or edit the poll first"
    )]
    NoPlace(Fault),
    /// The member has added the most options that a member may add.
    #[error("a member adds at most {MOST_OWN} options to a poll")]
    Enough,
    /// Only staff and the author may do this.
    #[error("this is for staff, and for whoever wrote it")]
    NotTheirs,
    /// The key was used for another request before.
    #[error("the key was used for something else; every request needs a key of its own")]
    KeyReused,
}

impl From<sql::Error> for Denied {
    fn from(error: sql::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why a poll was not written, edited or deleted.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// A poll with this id exists.
    #[error("there is a poll \"{0}\" already; choose another id, or edit that one")]
    Taken(PollId),
    /// A poll with this id was deleted.
    #[error("a poll \"{0}\" was deleted, and pages that still embed it say so; choose another id")]
    Deleted(PollId),
    /// Members have voted by what the edit would change.
    #[error("{0} cannot change any more: members have voted by it")]
    Settled(&'static str),
    /// The edit would remove an option of an anonymous poll, and nobody knows which ballots name it.
    #[error("option \"{0}\" cannot go: ballots of an anonymous poll may name it, and nobody knows which")]
    Named(OptionId),
}

impl From<sql::Error> for EditError {
    fn from(error: sql::Error) -> Self {
        Self::Store(error.into())
    }
}
