//! The state that all handlers share.

use std::sync::Arc;

use tokio::sync::watch;

use super::keys::Keys;
use super::limits::Guard;
use super::store::Store;

/// The state that all handlers share. Clones share it, too.
#[derive(Clone)]
pub(super) struct App {
    pub(super) store: Store,
    /// Verifies tokens.
    pub(super) keys: Arc<Keys>,
    /// Limits what each caller may use.
    pub(super) guard: Arc<Guard>,
    pub(super) counts_visits: bool,
    /// Becomes true once the host is asked to stop.
    pub(super) stopping: watch::Receiver<bool>,
}
