//! The errors of the store.

use super::sql::{self, Unavailable};
use crate::domain::id::PollId;
use crate::server::store::Fault;

/// Why a read or a deed failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing can be stored for now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(sql::Error),
    /// The work ended before it was done, such as because the host is stopping.
    #[error("this could not be done to its end")]
    Stopped,
    /// Too many writes are already waiting.
    #[error("too many writes wait for the disk")]
    Busy,
    /// A poll is invalid.
    #[error("poll \"{poll}\" cannot be: {fault}")]
    Rules {
        /// The poll's id.
        poll: PollId,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The database has a value that this program never writes.
    #[error("the database has {what} that cannot be")]
    Corrupt {
        /// The table and the column.
        what: &'static str,
        /// The value. It may be a ballot, so it must not be logged.
        value: String,
    },
}

impl From<sql::Error> for StoreError {
    fn from(error: sql::Error) -> Self {
        Unavailable::of(&error).map_or(Self::Database(error), Self::Unavailable)
    }
}
