//! Polls that open and close as time passes.

use sqlx::SqliteConnection;

use super::follow::Voters;
use super::load::load_one;
use super::{Store, StoreError, id, notices};
use crate::domain::id::PollId;
use crate::domain::poll::Phase;
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
            let poll = id("polls.id", PollId::new(&poll), &poll)?;
            let mut write = self.begin().await?;
            let Some(stored) = load_one(&mut write, &poll).await? else { continue };
            let phase = stored.poll.rules.phase(now);
            let before = phase_of(&mut write, &poll).await?;
            let sql = "UPDATE polls SET revision = revision + 1, phase = ? WHERE id = ?";
            sqlx::query(sql).bind(phase_word(phase)).bind(poll.as_str()).execute(&mut *write).await?;
            notices::note(&mut write, &poll, before, phase, now).await?;
            self.publish(write, &poll, Voters::new()).await?;
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

/// The database's word for a phase.
pub(super) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Upcoming => "upcoming",
        Phase::Open => "open",
        Phase::Closed => "closed",
    }
}

/// The phase of a poll that was announced last.
pub(super) async fn phase_of(read: &mut SqliteConnection, poll: &PollId) -> Result<Phase, StoreError> {
    let sql = "SELECT phase FROM polls WHERE id = ?";
    let word: String = sqlx::query_scalar(sql).bind(poll.as_str()).fetch_one(read).await?;
    let known = [Phase::Upcoming, Phase::Open, Phase::Closed].into_iter().find(|&p| phase_word(p) == word);
    known.ok_or(StoreError::Corrupt { what: "polls.phase", value: word })
}
