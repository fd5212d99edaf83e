//! A native host's database as the files it is made of: what takes long to fill is filled once a run, and copied.

use std::ffi::OsString;
use std::path::Path;

/// The files, by name.
pub struct Database(Vec<(OsString, Vec<u8>)>);

impl Database {
    /// The database in this folder, whose host is down.
    pub fn at(folder: &Path) -> Self {
        let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        Self(files.map(|file| (file.file_name(), std::fs::read(file.path()).unwrap())).collect())
    }

    pub fn write_to(&self, folder: &Path) {
        for (name, bytes) in &self.0 {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}
