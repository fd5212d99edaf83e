//! The database as a file: locked against a second host, and watched, because a file that was taken away still takes
//! writes and loses them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use file_id::{FileId, get_file_id};

use crate::locks::held_elsewhere;

/// Where in a write-ahead log's index SQLite locks what a reader reads, and how many bytes that is: `WAL_READ_LOCK` in
/// <https://sqlite.org/walformat.html>.
const READERS: (u64, u64) = (123, 5);

/// Why the file cannot be had.
#[derive(Debug)]
pub(super) enum NotHeld {
    /// Another process has it.
    InUse,
    /// The system says no.
    Failed(io::Error),
}

/// The lock on a database's file, held for the life of the process. The system lets it go with the process, however
/// sudden its end.
#[derive(Debug)]
pub(super) struct Lock {
    file: fs::File,
    path: PathBuf,
}

impl Lock {
    /// Makes the file where there is none, and locks it against other processes.
    ///
    /// The lock is on the file itself and not on its name, so that a link to it is the same database. SQLite's own locks
    /// are of another sort and never meet this one. They would be lost, though, if this process opened the file a second
    /// time and closed it again: nothing here ever does.
    pub(super) fn take(path: &Path) -> Result<Self, NotHeld> {
        let path = std::path::absolute(path).map_err(NotHeld::Failed)?;
        // On Windows a lock keeps this process's other handles out, too, and links to an open file are rare.
        let locked =
            if std::env::consts::FAMILY == "windows" { beside(&path, "-lock") } else { path.clone() };
        let file = fs::File::options().read(true).write(true).create(true).truncate(false).open(locked);
        let file = file.map_err(NotHeld::Failed)?;
        file.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => NotHeld::InUse,
            fs::TryLockError::Error(error) => NotHeld::Failed(error),
        })?;
        Ok(Self { file, path })
    }

    /// Begins to watch the database and its write-ahead log, which has to be there already, with its index.
    pub(super) fn watch(self) -> io::Result<Held> {
        let log = beside(&self.path, "-wal");
        let known = [get_file_id(&self.path)?, get_file_id(&log)?];
        let index = fs::File::open(beside(&self.path, "-shm"))?;
        Ok(Held { paths: [self.path, log], known, open: Mutex::new(Some([self.file, index])) })
    }
}

/// A database's file that is locked and watched.
#[derive(Debug)]
pub(super) struct Held {
    paths: [PathBuf; 2],
    known: [FileId; 2],
    /// The database with the lock, and the index of its write-ahead log.
    open: Mutex<Option<[fs::File; 2]>>,
}

impl Held {
    /// Whether the files that this process has open are still those that the next process will find. Costs two calls of
    /// the system, a few microseconds, and is therefore asked before each acknowledgement: what is written to a file
    /// that was deleted or replaced succeeds, and is gone with the process.
    pub(super) fn is_in_place(&self) -> bool {
        self.paths.iter().zip(&self.known).all(|(path, known)| get_file_id(path).is_ok_and(|id| id == *known))
    }

    /// Whether another process reads the database through SQLite at this moment.
    pub(super) fn is_read_elsewhere(&self) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().is_some_and(|[_, index]| held_elsewhere(index, READERS.0, READERS.1))
    }

    /// Lets another process have the database, once no connection to it is left.
    pub(super) fn release(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The name of a file beside the database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
