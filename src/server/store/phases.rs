//! Polls that open and close as time passes.

use super::change::Topic;
use super::follow::Voters;
use super::{Store, StoreError, id};
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;

impl Store {
    /// Raises and announces every poll that opened or closed by `now` and was not announced yet; the next instant at
    /// which one will.
    pub async fn announce_phases(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let moved: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM polls WHERE phase <> CASE WHEN closes_at <= ?1 THEN 'closed' \
             WHEN opens_at > ?1 THEN 'upcoming' ELSE 'open' END",
        )
        .bind(now.0)
        .fetch_all(&self.read)
        .await?;
        for poll in moved {
            let mut write = self.begin().await?;
            let raised = sqlx::query(
                "UPDATE polls SET revision = revision + 1, phase = CASE WHEN closes_at <= ?1 THEN 'closed' \
                 WHEN opens_at > ?1 THEN 'upcoming' ELSE 'open' END WHERE id = ?2",
            );
            raised.bind(now.0).bind(&poll).execute(&mut *write).await?;
            let topic = Topic::Poll(id("polls.id", PollId::new(&poll), &poll)?);
            write.announce(topic, Voters::new());
            self.commit(write).await?;
        }
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT MIN(t) FROM (SELECT opens_at AS t FROM polls UNION ALL SELECT closes_at FROM polls \
             UNION ALL SELECT next_round_at FROM polls) AS times WHERE t > ?1",
        )
        .bind(now.0)
        .fetch_one(&self.read)
        .await?;
        Ok(next.map(Timestamp))
    }
}
