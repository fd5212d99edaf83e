//! What the host remembers, in SQL: polls, ballots, members, checklists, and the order of all changes.
//!
//! [`Store`] is the only way in. Reads see one state of the database each; a write is one transaction, on disk before
//! it is answered, and what it changed is announced to those who [follow](Store::follow) it after that.
//!
//! The files keep an anonymous poll's secret: a ballot leaves who voted and greater sums, and nothing between the two.
//! What is overwritten or deleted is zeroed, no table tells an order, and the log is emptied after such a ballot.
//! The SQL is what SQLite and PostgreSQL share.

mod ballot;
mod casts;
mod change;
mod checklist;
mod comments;
mod denied;
mod edit;
mod fill;
mod follow;
mod followers;
mod load;
mod member;
mod notices;
mod own_options;
mod phases;
mod poll;
mod put;
mod queue;
mod rankings;
mod repeat;
mod rounds;
mod says;
mod voters;
mod write;

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::{Mutex, Notify};

use super::{Database, Error, Fsync};
use crate::domain::id::PollId;
use crate::domain::poll::BadRules;
use follow::Hub;
use queue::Queue;
use write::Turn;

pub use ballot::{Act, Cast, CastError, Refusal};
pub use change::Topic;
pub use checklist::{NewStep, StepError, StepRefusal};
pub use comments::{NewComment, Said};
pub use denied::Denied;
pub use edit::EditError;
pub use fill::{Community, Resident};
pub use follow::{Due, Following};
pub use notices::Notice;
pub use own_options::OwnOption;
pub use poll::{NewPoll, Own, Stored};
pub use repeat::{BadRepeat, Repeat};
pub use voters::{Reason, Voter};

/// How long a write waits for another process's.
const BUSY: Duration = Duration::from_secs(5);

const READERS: u32 = 4;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The host stopped in the middle of it, or the database failed whoever it was done for.
    #[error("this could not be done to its end")]
    Stopped,
    /// Too many writes wait already.
    #[error("too many writes wait for the disk")]
    Busy,
    /// A poll that cannot be.
    #[error("poll \"{poll}\" cannot be: {fault}")]
    Rules {
        /// Which.
        poll: PollId,
        /// What is wrong with it.
        fault: BadRules,
    },
    /// Somebody else wrote what this program never writes.
    #[error("the database has {what} that cannot be: {value}")]
    Corrupt {
        /// Which column.
        what: &'static str,
        /// What it says.
        value: String,
    },
}

/// The host's memory. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    // One connection, so that writers wait their turn here and not in SQLite, which would poll.
    write: SqlitePool,
    turn: Arc<Mutex<Turn>>,
    queue: Arc<Queue>,
    read: SqlitePool,
    hub: Arc<Hub>,
    states: Arc<Mutex<HashMap<PollId, Arc<Stored>>>>,
    polls_moved: Arc<Notify>,
    members_moved: Arc<Notify>,
    notices_moved: Arc<Notify>,
    _throwaway: Option<Arc<tempfile::TempDir>>,
}

impl Store {
    /// Opens a database, makes it where there is none, and brings it up to date. At most `room` of the writes that come
    /// often wait for their turn.
    pub async fn open(database: &Database, fsync: Fsync, room: usize) -> Result<Self, Error> {
        let (options, throwaway) = locate(database)?;
        let path = options.get_filename().to_owned();
        let fault = |reason: String| Error::Database {
            path: path.clone(),
            reason: reason.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match fsync {
                Fsync::Always => SqliteSynchronous::Full,
                Fsync::Os => SqliteSynchronous::Normal,
            })
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .busy_timeout(BUSY)
            .foreign_keys(true);
        let pool = |n| SqlitePoolOptions::new().max_connections(n).acquire_timeout(Duration::from_secs(30));
        let write = pool(1).connect_with(options.clone()).await.map_err(|e| fault(e.to_string()))?;
        let migrations = sqlx::migrate!("src/server/store/migrations");
        migrations.run(&write).await.map_err(|e| fault(e.to_string()))?;
        let store = Self {
            write,
            turn: Arc::default(),
            queue: Arc::new(Queue::new(room)),
            read: pool(READERS).connect_lazy_with(options),
            hub: Arc::default(),
            states: Arc::default(),
            polls_moved: Arc::new(Notify::new()),
            members_moved: Arc::new(Notify::new()),
            notices_moved: Arc::new(Notify::new()),
            _throwaway: throwaway.map(Arc::new),
        };
        store.begin_clean().await;
        store.count_rest().await.map_err(|e| fault(e.to_string()))?;
        store.start_feed().await.map_err(|e| fault(e.to_string()))?;
        Ok(store)
    }

    /// Resolves when polls were added, so that there may be a new next opening or closing.
    pub async fn polls_moved(&self) {
        self.polls_moved.notified().await;
    }

    /// Resolves when members did what may bring them a badge or another stage.
    pub async fn members_moved(&self) {
        self.members_moved.notified().await;
    }

    /// Resolves when polls opened or closed, of which somebody may be to hear.
    pub async fn notices_moved(&self) {
        self.notices_moved.notified().await;
    }

    /// Whether nobody and nothing is in it yet.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let sql = "SELECT (SELECT COUNT(*) FROM members) + (SELECT COUNT(*) FROM polls)";
        Ok(sqlx::query_scalar::<_, i64>(sql).fetch_one(&self.read).await? == 0)
    }

    /// Writes what is still in memory and lets go of the files.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn locate(database: &Database) -> Result<(SqliteConnectOptions, Option<tempfile::TempDir>), Error> {
    match database {
        Database::Sqlite(url) => {
            let bad = || Error::DatabaseUrl { url: url.clone() };
            let path = url.strip_prefix("sqlite:").ok_or_else(bad)?;
            if path.is_empty() || path.contains(":memory:") {
                return Err(bad());
            }
            Ok((SqliteConnectOptions::from_str(url).map_err(|_| bad())?, None))
        }
        Database::Throwaway => {
            let folder = tempfile::Builder::new().prefix("folkmoot-").tempdir().map_err(Error::Throwaway)?;
            let file = folder.path().join("folkmoot.db");
            Ok((SqliteConnectOptions::new().filename(file), Some(folder)))
        }
    }
}

/// A number as the domain has it; the database only knows signed ones.
fn number<T: TryFrom<i64>>(what: &'static str, value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Corrupt { what, value: value.to_string() })
}

/// An id that the host makes of what it belongs to: the same for what is asked twice, and nobody can tell whose it is who
/// does not know the key of the request.
fn made_id(parts: [&str; 4]) -> String {
    let digest = Sha256::digest(parts.join("\n"));
    let first = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{first:016x}")
}

/// An id that the database has.
fn id<T, E>(what: &'static str, made: Result<T, E>, value: &str) -> Result<T, StoreError> {
    made.map_err(|_| StoreError::Corrupt { what, value: value.to_owned() })
}
