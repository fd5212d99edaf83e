//! Whether the next write will succeed, as far as the latest one shows.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::info;

use crate::server::store::rows::sql::Unavailable;

/// How long the outcome of a write counts as that of the next one.
const STANDS: Duration = Duration::from_secs(1);

/// The outcome of the latest write.
#[derive(Debug, Default)]
pub struct Health {
    latest: Mutex<Option<(Instant, Result<(), Unavailable>)>>,
    /// Locked while a probe is written, so that there is only one at a time.
    pub trying: tokio::sync::Mutex<()>,
}

impl Health {
    /// Stores the outcome of a write.
    pub fn note(&self, stored: Result<(), Unavailable>) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if stored.is_ok() && latest.is_some_and(|(_, before)| before.is_err()) {
            info!("the database takes writes again");
        }
        *latest = Some((Instant::now(), stored));
    }

    /// The outcome of the latest write, if the write ended less than [`STANDS`] ago.
    pub fn known(&self) -> Option<Result<(), Unavailable>> {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.filter(|(at, _)| at.elapsed() < STANDS).map(|(_, stored)| stored)
    }
}
