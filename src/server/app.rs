//! The state that all handlers share.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::watch;

use super::keys::Keys;
use super::limits::Guard;
use super::store::Store;

/// The state that all handlers share. It is cloned several times for each call, so a clone is one pointer.
#[derive(Clone)]
pub(super) struct App(Arc<Shared>);

pub(super) struct Shared {
    pub(super) store: Store,
    /// Verifies tokens.
    pub(super) keys: Keys,
    /// Limits what each caller may use.
    pub(super) guard: Arc<Guard>,
    pub(super) counts_visits: bool,
    /// Becomes true once the host is asked to stop.
    pub(super) stopping: watch::Receiver<bool>,
}

impl App {
    pub(super) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
