//! Notices for the followers of a poll, kept until the forum has taken them.

use std::sync::Arc;

use super::ledger::Ledger;
use crate::domain::id::PollId;
use crate::domain::poll::Phase;
use crate::domain::time::Timestamp;
use crate::server::store::reads::notices::Notice;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Connection, Query};

/// Adds a notice, as part of a write, if a poll with followers opened or closed.
pub async fn note(
    write: &mut Connection,
    poll: &PollId,
    from: Phase,
    to: Phase,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (event, other) = match (from, to) {
        (Phase::Upcoming | Phase::Closed, Phase::Open) => ("opened", "closed"),
        (Phase::Upcoming | Phase::Open, Phase::Closed) => ("closed", "opened"),
        (Phase::Upcoming | Phase::Open | Phase::Closed, Phase::Upcoming)
        | (Phase::Open, Phase::Open)
        | (Phase::Closed, Phase::Closed) => return Ok(()),
    };
    // Followers are told only the latest event of a round.
    let sql =
        "DELETE FROM notices WHERE poll = ? AND event = ? AND round = (SELECT round FROM polls WHERE id = ?)";
    Query::new(sql).bind(poll).bind(other).bind(poll).execute(write).await?;
    let sql = "INSERT INTO notices (poll, round, event, at, due_at, tries) \
               SELECT id, round, ?, ?, ?, 0 FROM polls \
               WHERE id = ? AND EXISTS (SELECT 1 FROM followers WHERE poll = ?) \
               ON CONFLICT (poll, round, event) DO UPDATE SET at = excluded.at, due_at = excluded.due_at, tries = 0";
    Query::new(sql).bind(event).bind(now).bind(now).bind(poll).bind(poll).execute(write).await?;
    Ok(())
}

pub async fn noticed(ledger: &Arc<Ledger>, notice: &Notice) -> Result<(), StoreError> {
    let sql = "DELETE FROM notices WHERE poll = ? AND round = ? AND event = ? AND at = ?";
    ledger.execute(name(notice, &mut Query::new(sql))).await
}

pub async fn put_off(ledger: &Arc<Ledger>, notice: &Notice, until: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE notices SET tries = tries + 1, due_at = ? WHERE poll = ? AND round = ? AND event = ? AND at = ?";
    ledger.execute(name(notice, Query::new(sql).bind(until))).await
}

/// Binds the key of a notice and its time. If the poll opened or closed again meanwhile, the stored time is another one, and
/// the statement does not touch the notice.
fn name<'q>(notice: &Notice, query: &'q mut Query) -> &'q mut Query {
    query.bind(&notice.poll).bind(notice.round).bind(&notice.event).bind(notice.at)
}

pub async fn forget_notices(ledger: &Arc<Ledger>, then: Timestamp) -> Result<(), StoreError> {
    ledger.execute(Query::new("DELETE FROM notices WHERE at < ?").bind(then)).await
}
