//! Notices for the followers of a poll.

use crate::domain::id::PollId;
use crate::domain::time::Timestamp;
use crate::server::store::rows::sql::{Connection, Query, Row};
use crate::server::store::rows::{StoreError, id, number};

/// The most notices that are read at once.
const TOGETHER: i64 = 100;

/// A notice that a poll opened or closed.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The poll's id.
    pub poll: PollId,
    /// The number of the poll's round.
    pub round: i64,
    /// `opened` or `closed`.
    pub event: String,
    /// When the host noted the event.
    pub at: Timestamp,
    /// The number of failed attempts to tell the forum.
    pub tries: u32,
}

pub async fn due_notices(read: &mut Connection, now: Timestamp) -> Result<Vec<Notice>, StoreError> {
    let sql = "SELECT poll, round, event, at, tries FROM notices WHERE due_at <= ? ORDER BY at, poll LIMIT ?";
    let rows: Vec<Row> = Query::new(sql).bind(now).bind(TOGETHER).fetch_all(read).await?;
    let notice = |row: &Row| {
        Ok(Notice {
            poll: id("notices.poll", row.get::<String>("poll")?)?,
            round: row.get("round")?,
            event: row.get("event")?,
            at: Timestamp(row.get("at")?),
            tries: number("notices.tries", row.get("tries")?)?,
        })
    };
    rows.iter().map(notice).collect()
}

pub async fn next_notice(read: &mut Connection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<i64> = Query::new("SELECT MIN(due_at) FROM notices").fetch_one(read).await?;
    Ok(next.map(Timestamp))
}
