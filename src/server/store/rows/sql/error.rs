//! Why the database cannot be opened, and whether an error means that the next write fails, too.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// An error of the database.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] sqlx::Error);

/// Why the store cannot be opened. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL does not name a database file.
    #[error("\"{url}\" is not a database file: write it as sqlite:PATH, such as sqlite:folkmoot.db")]
    DatabaseUrl {
        /// The URL.
        url: String,
    },
    /// The database cannot be opened or brought up to date.
    #[error("cannot use the database {}: {reason}", path.display())]
    Database {
        /// The database's file.
        path: PathBuf,
        /// What is wrong with it, in one line.
        reason: String,
    },
    /// Another process uses the database.
    #[error(
        "the database {} is in use by another folkmoot: two on one database lose votes; stop the other one first, or \
         give this one a database of its own with --db",
        path.display()
    )]
    InUse {
        /// The database's file.
        path: PathBuf,
    },
    /// The folder of a throw-away database cannot be created.
    #[error("cannot make a folder for a throw-away database: {0}; name a file with --db")]
    Throwaway(io::Error),
    /// The operating system returned no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(io::Error),
}

/// Why nothing can be stored for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The disk is full.
    #[error("the disk is full: nothing can be stored until there is space; then the host goes on by itself")]
    Full,
    /// The database's file, or its log, was moved, replaced or deleted.
    #[error(
        "the database's file or its -wal was moved, replaced or deleted: put both back, or restart the host to go on \
         with what is there now"
    )]
    Gone,
    /// The disk fails or is read-only.
    #[error("the disk refuses to write or to read the database; see the system's log")]
    Failing,
    /// Another process writes to the database.
    #[error("another process writes to the database and does not let go")]
    Locked,
    /// Another process reads the database while an anonymous ballot has to be written.
    #[error(
        "another process reads the database: ballots of anonymous polls wait until it is done, because it could tell \
         who chose what"
    )]
    Watched,
}

impl Unavailable {
    /// The reason why the next write would fail, too; `None` where the error concerns this write alone.
    pub fn of(error: &Error) -> Option<Self> {
        let code: u32 = error.0.as_database_error()?.code()?.parse().ok()?;
        // The primary result codes of SQLite. The higher bits only add detail.
        match code & 0xff {
            5 | 6 => Some(Self::Locked),
            8 | 10 | 14 => Some(Self::Failing),
            13 => Some(Self::Full),
            _ => None,
        }
    }

    /// How long a client should wait before it tries again.
    pub fn wait(self) -> Duration {
        match self {
            Self::Full | Self::Gone | Self::Failing => Duration::from_secs(5),
            Self::Locked | Self::Watched => Duration::from_secs(1),
        }
    }
}
