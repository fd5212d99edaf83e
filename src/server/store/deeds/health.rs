//! What the latest write says of the next one.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::info;

use crate::server::store::rows::sql::Unavailable;

/// How long a write that lasted, or failed, stands for the next one.
const STANDS: Duration = Duration::from_secs(1);

/// What came of the latest write.
#[derive(Debug, Default)]
pub struct Health {
    latest: Mutex<Option<(Instant, Result<(), Unavailable>)>>,
    /// Held by whoever tries.
    pub trying: tokio::sync::Mutex<()>,
}

impl Health {
    /// Notes what came of a write.
    pub fn note(&self, stored: Result<(), Unavailable>) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if stored.is_ok() && latest.is_some_and(|(_, before)| before.is_err()) {
            info!("the database takes writes again");
        }
        *latest = Some((Instant::now(), stored));
    }

    /// What the latest write says of the next one, if it was in the last second.
    pub fn known(&self) -> Option<Result<(), Unavailable>> {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.filter(|(at, _)| at.elapsed() < STANDS).map(|(_, stored)| stored)
    }
}
