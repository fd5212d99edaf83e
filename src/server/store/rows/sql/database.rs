//! The database: an SQLite file that only this process uses, with one connection that writes and a few that read.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _, Sqlite, SqlitePool, Transaction};

use super::file::{Held, Lock, NotHeld};
use super::log::Log;
use super::{Error, OpenError, Unavailable};
use crate::server::{self, Fsync};

/// How long a write waits for a write of another process.
const BUSY: Duration = Duration::from_secs(5);

/// How long emptying the write-ahead log waits for readers. The host's own readers finish sooner.
const MOMENT: Duration = Duration::from_millis(200);

const READERS: u32 = 4;

/// How many prepared statements a connection keeps: all that the store has, with each length of their tables and lists.
const STATEMENTS: usize = 300;

/// An open database.
#[derive(Debug)]
pub struct Database {
    // One connection, so that writers wait their turn here and not in SQLite, which would poll.
    write: SqlitePool,
    read: SqlitePool,
    log: Log,
    path: PathBuf,
    // Declared after the connections, since fields are dropped in order and the lock must be released last.
    file: Held,
    _throwaway: Option<tempfile::TempDir>,
}

/// A connection on which statements are executed.
#[derive(Debug)]
pub struct Connection(Session);

#[derive(Debug)]
enum Session {
    /// Each statement is a transaction of its own.
    Single(PoolConnection<Sqlite>),
    Transaction(Transaction<'static, Sqlite>),
}

impl Connection {
    pub(super) fn raw(&mut self) -> &mut SqliteConnection {
        match &mut self.0 {
            Session::Single(connection) => connection,
            Session::Transaction(transaction) => transaction,
        }
    }

    /// Commits the transaction. A transaction that is dropped instead is rolled back.
    pub async fn commit(self) -> Result<(), Error> {
        match self.0 {
            Session::Single(_) => Ok(()),
            Session::Transaction(transaction) => Ok(transaction.commit().await?),
        }
    }
}

impl Database {
    /// Opens a database, creates it if there is none, and applies the migrations.
    pub async fn open(database: &server::Database, fsync: Fsync) -> Result<Self, OpenError> {
        let (options, throwaway) = locate(database)?;
        let path = options.get_filename().to_owned();
        let fault = |reason: &dyn Display| fault(&path, reason);
        let lock = Lock::take(&path).map_err(|why| match why {
            NotHeld::InUse => OpenError::InUse { path: path.clone() },
            NotHeld::Failed(error) => fault(&format!("it cannot be opened and locked: {error}")),
        })?;
        let options = options
            // The lock created the file. If the file disappears later, no connection may create an empty one in its place.
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match fsync {
                Fsync::Always => SqliteSynchronous::Full,
                Fsync::Os => SqliteSynchronous::Normal,
            })
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .busy_timeout(BUSY)
            .statement_cache_capacity(STATEMENTS)
            .foreign_keys(true);
        let connected = async {
            let write = pool(1).connect_with(options.clone()).await?;
            sqlx::migrate!("src/server/store/migrations").run(&write).await?;
            let mut sweeper = options.clone().busy_timeout(MOMENT).connect().await?;
            // SQLite creates the log at the first read.
            sqlx::query("SELECT COUNT(*) FROM polls").execute(&mut sweeper).await?;
            // All readers connect now, since one that connects later could find another file.
            let read = pool(READERS).min_connections(READERS).connect_with(options).await?;
            Ok::<_, sqlx::Error>((write, Log::new(sweeper), read))
        };
        let (write, log, read) = connected.await.map_err(|error| fault(&error))?;
        let file = lock.watch().map_err(|error| fault(&error))?;
        Ok(Self { write, read, log, path, file, _throwaway: throwaway })
    }

    /// The error for a database that was opened and cannot be brought up to date.
    pub fn fault(&self, reason: &dyn Display) -> OpenError {
        fault(&self.path, reason)
    }

    /// A connection to read with. Each statement sees the latest state of the database.
    pub async fn reader(&self) -> Result<Connection, Error> {
        Ok(Connection(Session::Single(self.read.acquire().await?)))
    }

    /// A connection to read with. All statements see the same state of the database.
    pub async fn read(&self) -> Result<Connection, Error> {
        Ok(Connection(Session::Transaction(self.read.begin().await?)))
    }

    /// A transaction to write in, which begins once all earlier writes have ended.
    pub async fn write(&self) -> Result<Connection, Error> {
        Ok(Connection(Session::Transaction(self.write.begin_with("BEGIN IMMEDIATE").await?)))
    }

    /// Fails if the database's file was moved, replaced or deleted, since a write to it would be lost.
    pub fn in_place(&self) -> Result<(), Unavailable> {
        if self.file.is_in_place() { Ok(()) } else { Err(Unavailable::Gone) }
    }

    /// Whether another process could find out the answer of an anonymous ballot that is stored now. The write-ahead log shows
    /// what a write changed, and a reader keeps the log from being emptied after the write.
    pub fn is_watched(&self) -> bool {
        self.log.has_traces() || self.file.is_read_elsewhere()
    }

    /// Has the database [swept](Database::sweep) after a write that leaves traces of an anonymous ballot.
    pub fn leave_traces(&self) {
        self.log.leave_traces();
    }

    /// Removes the traces of earlier writes, if they left any. Call it between two writes. If a reader is in the way, a later
    /// call removes them.
    pub async fn sweep(&self) {
        self.log.sweep().await;
    }

    /// Closes all connections but the sweeper, once their statements have ended.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Closes the sweeper and releases the files.
    pub async fn release(&self) {
        self.log.release().await;
        self.file.release();
    }
}

fn fault(path: &Path, reason: &dyn Display) -> OpenError {
    let reason = reason.to_string();
    OpenError::Database {
        path: path.to_owned(),
        reason: reason.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// A pool of connections that never expire. A connection whose transaction did not end, because the database failed, would
/// fail for ever: it is closed, and another one is opened.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .max_lifetime(None)
        .idle_timeout(None)
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
}

fn locate(
    database: &server::Database,
) -> Result<(SqliteConnectOptions, Option<tempfile::TempDir>), OpenError> {
    match database {
        server::Database::Sqlite(url) => {
            let bad = || OpenError::DatabaseUrl { url: url.clone() };
            let path = url.strip_prefix("sqlite:").ok_or_else(bad)?;
            if path.is_empty() || path.contains(":memory:") {
                return Err(bad());
            }
            Ok((SqliteConnectOptions::from_str(url).map_err(|_| bad())?, None))
        }
        server::Database::Throwaway => {
            let folder =
                tempfile::Builder::new().prefix("folkmoot-").tempdir().map_err(OpenError::Throwaway)?;
            let file = folder.path().join("folkmoot.db");
            Ok((SqliteConnectOptions::new().filename(file), Some(folder)))
        }
    }
}
