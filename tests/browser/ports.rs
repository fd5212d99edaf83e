//! The ports of a run.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Ports that a server of this run has had.
static HAD: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// Whether no server of this run has been here before. Systems hand ports out again, and the browser of a run keeps for
/// each what an earlier test had there: files that were to be cached, open connections, storage.
pub fn is_new(here: SocketAddr) -> bool {
    HAD.lock().unwrap_or_else(PoisonError::into_inner).insert(here.port())
}
