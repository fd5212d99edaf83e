//! A cache of the polls that pages follow: each is read once for all followers, and again after it changed.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::polls::load_one;
use crate::domain::id::PollId;
use crate::server::store::Stored;
use crate::server::store::feed::{Change, Topic};
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::Database;

/// The most polls in the cache.
const STATES: usize = 1000;

#[derive(Debug, Default)]
pub struct States(Mutex<HashMap<PollId, Arc<Stored>>>);

impl States {
    /// A poll as it was after its last announced change, or later.
    pub async fn get(&self, db: &Database, id: &PollId) -> Result<Option<Arc<Stored>>, StoreError> {
        // Locked while the poll is read, so that no change is announced in the meantime and missed.
        let mut states = self.0.lock().await;
        if let Some(state) = states.get(id) {
            return Ok(Some(Arc::clone(state)));
        }
        let state = load_one(&mut db.read().await?, id).await?.map(Arc::new);
        if states.len() >= STATES {
            states.clear();
        }
        states.extend(state.iter().map(|state| (id.clone(), Arc::clone(state))));
        Ok(state)
    }

    /// Removes changed polls from the cache.
    pub async fn forget(&self, changes: &[Change]) {
        let mut states = self.0.lock().await;
        for change in changes {
            if let Topic::Poll(id) = &change.topic {
                states.remove(id);
            }
        }
    }
}
