//! The order of all changes, so that a page that lost its connection learns what it missed and no more.

use std::collections::BTreeMap;
use std::fmt;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::follow::Voters;
use super::{Store, StoreError, number};
use crate::domain::id::{MemberId, PollId};
use crate::domain::time::Timestamp;

/// Something that a page can follow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A poll.
    Poll(PollId),
    /// What concerns one member alone.
    Member(MemberId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Poll(id) => write!(f, "poll:{id}"),
            Self::Member(id) => write!(f, "member:{id}"),
        }
    }
}

/// That something changed.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Its place in the order of all changes: one more than the one before.
    pub(super) id: u64,
    /// What changed.
    pub(super) topic: Topic,
    /// Whose ballots did.
    pub(super) voters: Voters,
}

/// The row that holds the place at which a database's own order starts.
const START: &str = "";

/// Rows in one statement; SQLite takes at most 32,766 values.
const ROWS: usize = 1000;

impl Store {
    /// A new database starts counting at the clock, in thousandths of a millisecond, not at 1: a page that comes with
    /// the position it had in another database is then always behind, and gets everything.
    pub(super) async fn start_feed(&self) -> Result<(), StoreError> {
        let start = jiff::Timestamp::now().as_microsecond();
        sqlx::query("INSERT INTO changes (topic, id) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(START)
            .bind(start)
            .execute(&self.write)
            .await?;
        let last = sqlx::query_scalar("SELECT MAX(id) FROM changes").fetch_one(&self.write).await?;
        self.hub.start(number("changes.id", last)?);
        Ok(())
    }

    /// Those of `topics` that changed after `since`; all of them where that is no position of this database.
    pub async fn changed_since(&self, topics: &[Topic], since: u64) -> Result<Vec<Topic>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT topic, id, (SELECT MAX(id) FROM changes) FROM changes WHERE topic IN (",
        );
        let mut list = query.separated(", ");
        list.push_bind(START);
        for topic in topics {
            list.push_bind(topic.to_string());
        }
        query.push(")");
        let rows: Vec<(String, i64, i64)> = query.build_query_as().fetch_all(&self.read).await?;
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        let stands =
            |(topic, id, last): &(String, i64, i64)| topic == START && (*id..=*last).contains(&since);
        if !rows.iter().any(stands) {
            return Ok(topics.to_vec());
        }
        let changed = |topic: &&Topic| {
            let name = topic.to_string();
            rows.iter().any(|(topic, id, _)| *topic == name && *id > since)
        };
        Ok(topics.iter().filter(changed).cloned().collect())
    }
}

/// Puts changes last in the order, as part of a write.
pub(super) async fn record(
    write: &mut SqliteConnection,
    changes: BTreeMap<Topic, Voters>,
) -> Result<Vec<Change>, StoreError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let last = sqlx::query_scalar("SELECT MAX(id) FROM changes").fetch_one(&mut *write).await?;
    let last: u64 = number("changes.id", last)?;
    let placed = (last + 1..).zip(changes).map(|(id, (topic, voters))| Change { id, topic, voters });
    let changes: Vec<Change> = placed.collect();
    for some in changes.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO changes (topic, id) ");
        query.push_values(some, |mut row, change| {
            row.push_bind(change.topic.to_string()).push_bind(change.id.cast_signed());
        });
        query.push(" ON CONFLICT (topic) DO UPDATE SET id = excluded.id");
        query.build().persistent(false).execute(&mut *write).await?;
    }
    Ok(changes)
}

/// The instant, as the database has it.
pub(super) fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(|t| t.0)
}
