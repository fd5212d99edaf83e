//! Whether other processes hold locks on a file.

use std::fs::File;

use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};

/// Whether another process holds a POSIX lock, shared or exclusive, on any of these bytes.
pub(crate) fn held_elsewhere(file: &File, start: u64, length: u64) -> bool {
    let exclusive =
        Flock { start, length, pid: None, typ: FlockType::WriteLock, offset_type: FlockOffsetType::Set };
    // If the system cannot tell, assume that another process does.
    fcntl_getlk(file, &exclusive).map_or(true, |other| other.is_some())
}
