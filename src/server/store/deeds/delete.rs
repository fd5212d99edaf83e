//! Staff delete polls.

use std::sync::Arc;

use super::denied::EditError;
use super::ledger::Ledger;
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;
use crate::server::store::feed::Voters;
use crate::server::store::reads::polls::load_one;
use crate::server::store::rows::sql::Query;

/// The tables with rows of a poll, except `polls`.
const PARTS: [&str; 7] = ["options", "own_options", "comments", "followers", "notices", "rounds", "ballots"];

pub async fn delete_poll(ledger: &Arc<Ledger>, poll: &PollId, now: Timestamp) -> Result<(), EditError> {
    let mut write = ledger.begin().await?;
    if load_one(&mut write, poll).await?.is_none() {
        return Err(EditError::NoPoll(poll.clone()));
    }
    for table in PARTS {
        Query::new("DELETE FROM ").push(table).push(" WHERE poll = ?").bind(poll).execute(&mut write).await?;
    }
    Query::new("DELETE FROM polls WHERE id = ?").bind(poll).execute(&mut write).await?;
    let sql = "INSERT INTO deleted_polls (id, at) VALUES (?, ?)";
    Query::new(sql).bind(poll).bind(now).execute(&mut write).await?;
    write.leaves_traces();
    Ok(write.publish(poll, Voters::new()).await?)
}
