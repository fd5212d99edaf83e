//! What the host remembers, in SQL: polls, ballots, members, checklists, and the order of all changes.
//!
//! [`Store`] is the only way in. Reads see one state of the database each; a write is one transaction, on disk before
//! it is answered, and what it changed is announced to [`Store::changes`] after that.
//! The SQL is what SQLite and PostgreSQL share.

mod ballot;
mod change;
mod checklist;
mod fill;
mod member;
mod poll;

use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::sync::{Notify, broadcast};

use super::{Database, Error};

pub use ballot::{Act, Cast, CastError, Refusal};
pub use change::{Change, Topic};
pub use checklist::{NewStep, StepError};
pub use fill::{Community, Resident};
pub use poll::NewPoll;

/// Changes that a reader may be behind before it has to read everything anew.
const BACKLOG: usize = 1024;

/// How long a write waits for another process's.
const BUSY: Duration = Duration::from_secs(5);

const READERS: u32 = 4;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The host stopped in the middle of it.
    #[error("the host stopped before this was done")]
    Stopped,
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
    read: SqlitePool,
    changes: broadcast::Sender<Change>,
    polls_moved: Arc<Notify>,
    members_moved: Arc<Notify>,
    _throwaway: Option<Arc<tempfile::TempDir>>,
}

impl Store {
    /// Opens a database, makes it where there is none, and brings it up to date.
    pub async fn open(database: &Database) -> Result<Self, Error> {
        let (options, throwaway) = locate(database)?;
        let path = options.get_filename().to_owned();
        let fault = |reason: String| Error::Database {
            path: path.clone(),
            reason: reason.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .foreign_keys(true);
        let pool = |n| SqlitePoolOptions::new().max_connections(n).acquire_timeout(Duration::from_secs(30));
        let write = pool(1).connect_with(options.clone()).await.map_err(|e| fault(e.to_string()))?;
        let migrations = sqlx::migrate!("src/server/store/migrations");
        migrations.run(&write).await.map_err(|e| fault(e.to_string()))?;
        let store = Self {
            write,
            read: pool(READERS).connect_lazy_with(options),
            changes: broadcast::channel(BACKLOG).0,
            polls_moved: Arc::new(Notify::new()),
            members_moved: Arc::new(Notify::new()),
            _throwaway: throwaway.map(Arc::new),
        };
        store.start_feed().await.map_err(|e| fault(e.to_string()))?;
        Ok(store)
    }

    /// Every change from now on, after it is on disk.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Resolves when polls were added, so that there may be a new next opening or closing.
    pub async fn polls_moved(&self) {
        self.polls_moved.notified().await;
    }

    /// Resolves when members did what may bring them a badge or another stage.
    pub async fn members_moved(&self) {
        self.members_moved.notified().await;
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

    /// Starts a write that nothing can come between.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.write.begin_with("BEGIN IMMEDIATE").await
    }

    /// Makes a write last, then lets the world know.
    async fn commit(
        &self,
        write: Transaction<'static, Sqlite>,
        changes: Vec<Change>,
    ) -> Result<(), sqlx::Error> {
        write.commit().await?;
        for change in changes {
            // Nobody listening is fine.
            let _ = self.changes.send(change);
        }
        Ok(())
    }
}

/// Does a write to its end, even where nobody waits for it any more: a page that is closed while its vote is being
/// stored must not keep the vote from being announced.
async fn to_the_end<T, E>(write: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::spawn(write).await.unwrap_or_else(|_| Err(StoreError::Stopped.into()))
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

/// An id that the database has.
fn id<T, E>(what: &'static str, made: Result<T, E>, value: &str) -> Result<T, StoreError> {
    made.map_err(|_| StoreError::Corrupt { what, value: value.to_owned() })
}
