//! Finds out whether a vote could be stored now.

use std::sync::Arc;
use std::time::Duration;

use rand::TryRng as _;
use rand::rngs::SysRng;
use tracing::error;

use super::ledger::Ledger;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Query, Unavailable};

/// How long a probe may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The number of bytes that a probe writes: about as many as the pages that a vote changes. Fewer could still fit into space
/// that an earlier write, which failed half-way, has left in the write-ahead log.
const FILLER: usize = 64 * 1024;

pub async fn health(ledger: &Arc<Ledger>) -> Result<(), Unavailable> {
    let _turn = ledger.health.trying.lock().await;
    ledger.db.in_place()?;
    if let Some(known) = ledger.health.known() {
        return known;
    }
    let tried = tokio::time::timeout(PATIENCE, probe(ledger)).await;
    let tried = match tried {
        Ok(Ok(())) => Ok(()),
        Ok(Err(StoreError::Unavailable(why))) => Err(why),
        Ok(Err(error)) => {
            error!("{error}");
            Err(Unavailable::Failing)
        }
        Err(_) => Err(Unavailable::Failing),
    };
    ledger.health.note(tried);
    tried
}

/// Writes as much as a vote. The bytes are random, since an engine need not write what does not change.
async fn probe(ledger: &Arc<Ledger>) -> Result<(), StoreError> {
    let mut filler = vec![0; FILLER];
    SysRng.try_fill_bytes(&mut filler).map_err(|_| StoreError::Stopped)?;
    let sql = "INSERT INTO probe (id, filler) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler";
    ledger.execute(Query::new(sql).bind(filler)).await
}
