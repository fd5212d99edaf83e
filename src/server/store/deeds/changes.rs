//! The order of all changes of polls, so that a page that lost its connection can be told what it missed and no more.
//!
//! Changes that concern one member alone have no place in this order, or the file would show the order in which members voted.
//! A page that reconnects is always sent the state of its member.

use std::collections::BTreeMap;

use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::server::store::feed::{Change, Topic, Voters};
use crate::server::store::rows::sql::{Connection, Database, MOST_VALUES, Query};
use crate::server::store::rows::{StoreError, number};

/// The number of epochs, the current one included, whose positions are still known.
const EPOCHS: i64 = 100;

/// A name for an epoch: 64 random bits, so that no other epoch has it.
pub fn new_epoch() -> std::io::Result<String> {
    let bits = SysRng.try_next_u64().map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(format!("{bits:016x}"))
}

/// Begins an epoch, and returns the place of its beginning. From here on the history is this process's own, even if the file is
/// a copy of a database with which another process went on.
pub async fn begin_epoch(db: &Database, name: &str) -> Result<u64, StoreError> {
    let mut write = db.write().await?;
    let sql = "SELECT MAX(n) FROM (SELECT MAX(id) AS n FROM changes UNION ALL SELECT MAX(first) FROM epochs) AS ends";
    let last: Option<i64> = Query::new(sql).fetch_one(&mut write).await?;
    let first = last.unwrap_or(0) + 1;
    let sql = "INSERT INTO epochs (first, name) VALUES (?, ?)";
    Query::new(sql).bind(first).bind(name).execute(&mut write).await?;
    let sql = "DELETE FROM epochs WHERE first NOT IN (SELECT first FROM epochs ORDER BY first DESC LIMIT ?)";
    Query::new(sql).bind(EPOCHS).execute(&mut write).await?;
    write.commit().await?;
    number("epochs.first", first)
}

/// Adds changes at the end of the order, after the place `last`, as part of a write.
pub async fn record(
    write: &mut Connection,
    changes: BTreeMap<Topic, Voters>,
    last: u64,
) -> Result<Vec<Change>, StoreError> {
    let mut last = last;
    // If the outcome of an earlier commit is unknown, the database may be ahead of `last`.
    if changes.keys().any(|topic| matches!(topic, Topic::Poll(_))) {
        let stored = Query::new("SELECT MAX(id) FROM changes").fetch_one::<Option<i64>>(write).await?;
        last = last.max(number("changes.id", stored.unwrap_or_default())?);
    }
    let mut place = |(topic, voters)| {
        last += u64::from(matches!(topic, Topic::Poll(_)));
        Change { id: last, topic, voters }
    };
    let changes: Vec<Change> = changes.into_iter().map(&mut place).collect();
    let polls = changes.partition_point(|change| matches!(change.topic, Topic::Poll(_)));
    for some in changes[..polls].chunks(MOST_VALUES / 2) {
        let rows =
            some.iter().map(|change| [change.topic.to_string().into(), change.id.cast_signed().into()]);
        let mut query = Query::new("INSERT INTO changes (topic, id) ");
        query.push_rows(rows).push(" ON CONFLICT (topic) DO UPDATE SET id = excluded.id");
        query.execute(write).await?;
    }
    Ok(changes)
}
