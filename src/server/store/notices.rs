//! What those who follow a poll are to be told: kept until the forum has it.

use sqlx::{FromRow, SqliteConnection};

use super::{Store, StoreError, id};
use crate::domain::id::PollId;
use crate::domain::poll::Phase;
use crate::domain::time::Timestamp;

/// Notices that are told in one go.
const TOGETHER: i64 = 100;

/// That a poll opened or closed.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Which poll.
    pub poll: PollId,
    /// Which round of it.
    pub round: i64,
    /// `opened` or `closed`.
    pub event: String,
    /// When it was noticed.
    pub at: Timestamp,
    /// How often the forum was told in vain.
    pub tries: u32,
}

#[derive(FromRow)]
struct NoticeRow {
    poll: String,
    round: i64,
    event: String,
    at: i64,
    tries: i64,
}

/// Notes, as part of a write, that a poll that somebody follows went from one phase into another.
pub(super) async fn note(
    write: &mut SqliteConnection,
    poll: &PollId,
    from: Phase,
    to: Phase,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (event, other) = match (from, to) {
        (Phase::Upcoming | Phase::Closed, Phase::Open) => ("opened", "closed"),
        (Phase::Upcoming | Phase::Open, Phase::Closed) => ("closed", "opened"),
        _ => return Ok(()),
    };
    // Of the same round only the last word counts.
    let sql = "DELETE FROM notices WHERE poll = ?1 AND event = ?2 AND round = (SELECT round FROM polls WHERE id = ?1)";
    sqlx::query(sql).bind(poll.as_str()).bind(other).execute(&mut *write).await?;
    let sql = "INSERT INTO notices (poll, round, event, at, due_at, tries) \
               SELECT id, round, ?2, ?3, ?3, 0 FROM polls \
               WHERE id = ?1 AND EXISTS (SELECT 1 FROM followers WHERE poll = ?1) \
               ON CONFLICT (poll, round, event) DO UPDATE SET at = excluded.at, due_at = excluded.due_at, tries = 0";
    sqlx::query(sql).bind(poll.as_str()).bind(event).bind(now.0).execute(&mut *write).await?;
    Ok(())
}

impl Store {
    /// The notices that are due, the oldest first.
    pub async fn due_notices(&self, now: Timestamp) -> Result<Vec<Notice>, StoreError> {
        let sql =
            "SELECT poll, round, event, at, tries FROM notices WHERE due_at <= ? ORDER BY at, poll LIMIT ?";
        let rows: Vec<NoticeRow> =
            sqlx::query_as(sql).bind(now.0).bind(TOGETHER).fetch_all(&self.read).await?;
        let notice = |row: NoticeRow| {
            Ok(Notice {
                poll: id("notices.poll", PollId::new(&row.poll), &row.poll)?,
                round: row.round,
                event: row.event,
                at: Timestamp(row.at),
                tries: super::number("notices.tries", row.tries)?,
            })
        };
        rows.into_iter().map(notice).collect()
    }

    /// When the next notice is due, if there is one.
    pub async fn next_notice(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> =
            sqlx::query_scalar("SELECT MIN(due_at) FROM notices").fetch_one(&self.read).await?;
        Ok(next.map(Timestamp))
    }

    /// Forgets a notice that the forum has, unless the poll moved again meanwhile.
    pub async fn noticed(&self, notice: &Notice) -> Result<(), StoreError> {
        let sql = "DELETE FROM notices WHERE poll = ? AND round = ? AND event = ? AND at = ?";
        let mut write = self.begin().await?;
        sqlx::query(sql)
            .bind(notice.poll.as_str())
            .bind(notice.round)
            .bind(&notice.event)
            .bind(notice.at.0)
            .execute(&mut *write)
            .await?;
        self.commit(write).await
    }

    /// Leaves a notice that the forum did not take until later.
    pub async fn put_off(&self, notice: &Notice, until: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET tries = tries + 1, due_at = ? WHERE poll = ? AND round = ? AND event = ? AND at = ?";
        let mut write = self.begin().await?;
        sqlx::query(sql)
            .bind(until.0)
            .bind(notice.poll.as_str())
            .bind(notice.round)
            .bind(&notice.event)
            .bind(notice.at.0)
            .execute(&mut *write)
            .await?;
        self.commit(write).await
    }

    /// Forgets notices of before `then`: nobody wants to hear of them any more.
    pub async fn forget_notices(&self, then: Timestamp) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM notices WHERE at < ?").bind(then.0).execute(&mut *write).await?;
        self.commit(write).await
    }
}
