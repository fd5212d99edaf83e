//! The write-ahead log. It has the database's pages before and after each write, which together show who voted in an anonymous
//! poll and what was counted for it. Once the log is empty, only the sums are left.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::{error, warn};

use super::{Error, Unavailable};

/// The pause after an attempt to empty the log that failed because of a reader. Each attempt delays all writes.
const PAUSE: Duration = Duration::from_secs(1);

/// The log of an open database.
#[derive(Debug)]
pub(super) struct Log {
    /// Whether the log may still show the database before and after an anonymous ballot, and must be emptied.
    traces: AtomicBool,
    sweeper: Mutex<Sweeper>,
}

#[derive(Debug)]
struct Sweeper {
    /// It lasts as long as the database is open, so that SQLite never deletes the log.
    connection: Option<SqliteConnection>,
    /// The time before which no new attempt is made, since a reader was in the way.
    held: Option<Instant>,
}

impl Log {
    /// The log as a host finds it at its start: the host before may have been killed right after a ballot.
    pub(super) fn new(connection: SqliteConnection) -> Self {
        let sweeper = Mutex::new(Sweeper { connection: Some(connection), held: None });
        Self { traces: AtomicBool::new(true), sweeper }
    }

    pub(super) fn has_traces(&self) -> bool {
        self.traces.load(Relaxed)
    }

    pub(super) fn leave_traces(&self) {
        self.traces.store(true, Relaxed);
    }

    /// Empties the log if it has traces. If a reader is in the way, the next attempt is made after [`PAUSE`].
    pub(super) async fn sweep(&self) {
        if !self.has_traces() {
            return;
        }
        let mut sweeper = self.sweeper.lock().await;
        if sweeper.held.is_some_and(|until| Instant::now() < until) {
            return;
        }
        let emptied = sweeper.empty().await;
        sweeper.held = matches!(emptied, Ok(false)).then(|| Instant::now() + PAUSE);
        match emptied {
            Ok(true) => self.traces.store(false, Relaxed),
            Ok(false) => warn!("{}", Unavailable::Watched),
            Err(error) => {
                if let Some(why) = Unavailable::of(&error) {
                    error!("{why}");
                } else {
                    error!("cannot empty the write-ahead log yet: {error}");
                }
            }
        }
    }

    /// Closes the log. What is left of it is emptied when the next host starts.
    pub(super) async fn release(&self) {
        if let Some(connection) = self.sweeper.lock().await.connection.take() {
            let _ = connection.close().await;
        }
    }
}

impl Sweeper {
    /// Moves the log into the database and truncates it. Returns `false` where it could not, since another connection was in
    /// the way for longer than a moment.
    async fn empty(&mut self) -> Result<bool, Error> {
        let Some(connection) = &mut self.connection else { return Ok(true) };
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as(sql).fetch_one(connection).await?;
        Ok(busy == 0)
    }
}
