//! Why the database cannot be opened, and what its errors mean for the next write.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The database said no.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] sqlx::Error);

/// Why the store cannot be opened, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL of the database is not one.
    #[error("\"{url}\" is not a database file: write it as sqlite:PATH, such as sqlite:folkmoot.db")]
    DatabaseUrl {
        /// What was given.
        url: String,
    },
    /// The database cannot be opened or brought up to date.
    #[error("cannot use the database {}: {reason}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in one line.
        reason: String,
    },
    /// Another process has the database.
    #[error(
        "the database {} is in use by another folkmoot: two on one database lose votes; stop the other one first, or \
         give this one a database of its own with --db",
        path.display()
    )]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// No folder for a throw-away database.
    #[error("cannot make a folder for a throw-away database: {0}; name a file with --db")]
    Throwaway(io::Error),
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(io::Error),
}

/// Why nothing can be stored for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// No space is left.
    #[error("the disk is full: nothing can be stored until there is space; then the host goes on by itself")]
    Full,
    /// The file is not where it was.
    #[error(
        "the database's file or its -wal was moved, replaced or deleted: put both back, or restart the host to go on \
         with what is there now"
    )]
    Gone,
    /// The disk fails, or lets nobody write.
    #[error("the disk refuses to write or to read the database; see the system's log")]
    Failing,
    /// Another process writes.
    #[error("another process writes to the database and does not let go")]
    Locked,
    /// Another process reads while an anonymous ballot is to be written.
    #[error(
        "another process reads the database: ballots of anonymous polls wait until it is done, because it could tell \
         who chose what"
    )]
    Watched,
}

impl Unavailable {
    /// What an error of the database means for the next write; nothing where the error is of this one write alone.
    pub fn of(error: &Error) -> Option<Self> {
        let code: u32 = error.0.as_database_error()?.code()?.parse().ok()?;
        // Result codes of SQLite; the higher bits only tell more.
        match code & 0xff {
            5 | 6 => Some(Self::Locked),
            8 | 10 | 14 => Some(Self::Failing),
            13 => Some(Self::Full),
            _ => None,
        }
    }

    /// How long to leave the host alone.
    pub fn wait(self) -> Duration {
        match self {
            Self::Full | Self::Gone | Self::Failing => Duration::from_secs(5),
            Self::Locked | Self::Watched => Duration::from_secs(1),
        }
    }
}
