//! Whether a vote could be stored now.

use std::sync::Arc;
use std::time::Duration;

use rand::TryRng as _;
use rand::rngs::SysRng;
use tracing::error;

use super::ledger::Ledger;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Query, Unavailable};

/// How long the disk may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes that are written to try: about the pages that a vote changes. Fewer could still find room in what an earlier
/// write, which failed half-way, has left of the log.
const FILLER: usize = 64 * 1024;

pub async fn health(ledger: &Arc<Ledger>) -> Result<(), Unavailable> {
    let _turn = ledger.health.trying.lock().await;
    if !ledger.db.is_in_place() {
        return Err(Unavailable::Gone);
    }
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

/// Writes as much as a vote. Other bytes each time: SQLite does not write what is there already.
async fn probe(ledger: &Arc<Ledger>) -> Result<(), StoreError> {
    let mut filler = vec![0; FILLER];
    SysRng.try_fill_bytes(&mut filler).map_err(|_| StoreError::Stopped)?;
    let sql = "INSERT INTO probe (id, filler) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler";
    ledger.execute(Query::new(sql).bind(filler)).await
}
