//! What every call can reach.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use super::auth::Keys;
use super::limits::Guard;
use super::store::Store;
use crate::domain::time::Timestamp;

/// What every call can reach. Clones share it.
#[derive(Clone)]
pub(super) struct App {
    /// What the host remembers.
    pub(super) store: Store,
    /// What tokens are held against.
    pub(super) keys: Arc<Keys>,
    /// How much of it anybody may ask.
    pub(super) guard: Arc<Guard>,
    /// Turns true once the host is to stop.
    pub(super) stopping: watch::Receiver<bool>,
}

/// The host's clock, by which polls open and close.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
