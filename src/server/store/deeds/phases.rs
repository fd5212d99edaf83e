//! Announces polls that open and close as time passes.

use std::sync::Arc;

use super::ledger::Ledger;
use super::notices;
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;
use crate::server::store::feed::Voters;
use crate::server::store::reads::polls::{load_one, phase_of};
use crate::server::store::rows::sql::Query;
use crate::server::store::rows::{StoreError, Word, id};

pub async fn announce_phases(ledger: &Arc<Ledger>, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let moved: Vec<String> = Query::new(
        "SELECT id FROM polls WHERE phase <> CASE WHEN closes_at <= ? THEN 'closed' \
         WHEN opens_at > ? THEN 'upcoming' ELSE 'open' END",
    )
    .bind(now)
    .bind(now)
    .fetch_all(&mut ledger.db.reader().await?)
    .await?;
    for poll in moved {
        let poll = id::<PollId>("polls.id", poll)?;
        let mut write = ledger.begin().await?;
        let Some(stored) = load_one(&mut write, &poll).await? else { continue };
        let phase = stored.poll.rules.phase(now);
        let before = phase_of(&mut write, &poll).await?;
        let sql = "UPDATE polls SET revision = revision + 1, phase = ? WHERE id = ?";
        Query::new(sql).bind(phase.word()).bind(&poll).execute(&mut write).await?;
        notices::note(&mut write, &poll, before, phase, now).await?;
        write.publish(&poll, Voters::new()).await?;
    }
    let next: Option<i64> = Query::new(
        "SELECT MIN(t) FROM (SELECT opens_at AS t FROM polls UNION ALL SELECT closes_at FROM polls \
         UNION ALL SELECT next_round_at FROM polls) AS times WHERE t > ?",
    )
    .bind(now)
    .fetch_one(&mut ledger.db.reader().await?)
    .await?;
    Ok(next.map(Timestamp))
}
