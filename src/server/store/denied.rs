//! Why a member cannot do to a poll what they want to, beside voting.

use super::StoreError;
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{BadOption, MOST_OWN};

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

impl From<sqlx::Error> for Denied {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
