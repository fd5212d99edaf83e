//! Why the store could not do what it was asked.

use super::sql::{self, Unavailable};
use crate::domain::id::PollId;
use crate::domain::poll::BadRules;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing can be stored for now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The database said no.
    #[error("the database failed: {0}")]
    Database(sql::Error),
    /// The host stopped in the middle of it, or the database failed whoever it was done for.
    #[error("this could not be done to its end")]
    Stopped,
    /// Too many writes wait already.
    #[error("too many writes wait for the disk")]
    Busy,
    /// A poll that breaks the rules.
    #[error("poll \"{poll}\" cannot be: {fault}")]
    Rules {
        /// Which.
        poll: PollId,
        /// What is wrong with it.
        fault: BadRules,
    },
    /// Somebody else wrote what this program never writes.
    #[error("the database has {what} that cannot be")]
    Corrupt {
        /// Which column.
        what: &'static str,
        /// What it says. It may be a ballot, so it is not for the log.
        value: String,
    },
}

impl From<sql::Error> for StoreError {
    fn from(error: sql::Error) -> Self {
        Unavailable::of(&error).map_or(Self::Database(error), Self::Unavailable)
    }
}
