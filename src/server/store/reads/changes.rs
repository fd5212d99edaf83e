//! The topics that changed after a page last heard of them, by the order of all changes.

use crate::server::store::feed::Topic;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Connection, Query};

/// Those of `topics` that may have changed after a position. `last` is the place of the last change of any topic.
pub async fn changed_since(
    read: &mut Connection,
    topics: &[Topic],
    position: &str,
    last: u64,
) -> Result<Vec<Topic>, StoreError> {
    let Some(since) = place(read, position, last).await? else { return Ok(topics.to_vec()) };
    let mut query = Query::new("SELECT topic FROM changes WHERE id > ");
    query.push_bind(since).push(" AND topic IN ").push_list(topics.iter().map(Topic::to_string));
    let changed: Vec<String> = query.fetch_all(read).await?;
    let due = |topic: &&Topic| match topic {
        Topic::Poll(_) => changed.contains(&topic.to_string()),
        Topic::Member(_) => true,
    };
    Ok(topics.iter().filter(due).cloned().collect())
}

/// The place that a position names; `None` if the position is not part of this database's history. Its epoch must be known, and
/// its place not after the end of that epoch: a database that was restored from a copy has only the beginning of an epoch.
async fn place(read: &mut Connection, position: &str, last: u64) -> Result<Option<i64>, StoreError> {
    let Some((epoch, place)) = position.rsplit_once('-') else { return Ok(None) };
    let Ok(place) = place.parse::<i64>() else { return Ok(None) };
    let sql = "SELECT first, (SELECT MIN(first) FROM epochs AS later WHERE later.first > epochs.first) \
               FROM epochs WHERE name = ?";
    let known: Option<(i64, Option<i64>)> = Query::new(sql).bind(epoch).fetch_optional(read).await?;
    let Some((first, next)) = known else { return Ok(None) };
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    Ok((first..=next.map_or(last, |next| next - 1)).contains(&place).then_some(place))
}
