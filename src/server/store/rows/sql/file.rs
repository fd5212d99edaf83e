//! The database's file: locked against a second host, and watched, since writes to a file that was moved or deleted succeed
//! and are lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use file_id::{FileId, get_file_id};

use crate::locks::held_elsewhere;

/// The offset and the number of the bytes in the index of a write-ahead log that SQLite locks for readers: `WAL_READ_LOCK` in
/// <https://sqlite.org/walformat.html>.
const READERS: (u64, u64) = (123, 5);

/// Why the file cannot be locked.
#[derive(Debug)]
pub(super) enum NotHeld {
    /// Another process has locked it.
    InUse,
    /// The operating system failed to open or lock it.
    Failed(io::Error),
}

/// The lock on a database's file, held until the database is released. If the process ends first, even by a crash, the
/// operating system releases the lock.
#[derive(Debug)]
pub(super) struct Lock {
    file: fs::File,
    path: PathBuf,
}

impl Lock {
    /// Creates the file if there is none, and locks it against other processes.
    ///
    /// The lock is on the file itself and not on its name, so that a link to the file is the same database. SQLite's own locks
    /// are of another type and do not conflict with this one. They would be lost if this process opened the file a second
    /// time and closed it again, so nothing here does that.
    pub(super) fn take(path: &Path) -> Result<Self, NotHeld> {
        let path = std::path::absolute(path).map_err(NotHeld::Failed)?;
        // On Windows the lock would also exclude this process's other handles, so a second file is locked. Links to open files
        // are rare there.
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

    /// Begins to watch the database and its write-ahead log. The log and its index must exist already.
    pub(super) fn watch(self) -> io::Result<Held> {
        let log = beside(&self.path, "-wal");
        let known = [get_file_id(&self.path)?, get_file_id(&log)?];
        let index = fs::File::open(beside(&self.path, "-shm"))?;
        Ok(Held { paths: [self.path, log], known, open: Mutex::new(Some([self.file, index])) })
    }
}

/// The files of a database, locked and watched.
#[derive(Debug)]
pub(super) struct Held {
    paths: [PathBuf; 2],
    known: [FileId; 2],
    /// The locked database, and the index of its write-ahead log.
    open: Mutex<Option<[fs::File; 2]>>,
}

impl Held {
    /// Whether the files that this process has open are still those that the next process will find. Checked before each
    /// acknowledgement, since a write to a file that was deleted or replaced succeeds, but is lost when the process ends. The
    /// check takes two system calls, a few microseconds.
    pub(super) fn is_in_place(&self) -> bool {
        self.paths.iter().zip(&self.known).all(|(path, known)| get_file_id(path).is_ok_and(|id| id == *known))
    }

    /// Whether another process reads the database through SQLite at this moment.
    pub(super) fn is_read_elsewhere(&self) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().is_some_and(|[_, index]| held_elsewhere(index, READERS.0, READERS.1))
    }

    /// Releases the lock. No connection to the database may be left.
    pub(super) fn release(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The path of a file whose name is the database's with a suffix.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
