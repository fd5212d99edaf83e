//! Reads of the database. Nothing here changes it.
//!
//! May use: `rows`, and the types of polls and of the feed beside these folders.

pub mod changes;
pub mod checklist;
pub mod comments;
pub mod followers;
pub mod members;
pub mod notices;
pub mod own_options;
pub mod polls;
pub mod rankings;
pub mod rounds;
pub mod shelf;
pub mod states;
pub mod voters;

use super::rows::StoreError;
use super::rows::sql::{Connection, Query};

/// A page of at most `most` rows, and whether there are more. The query must ask for one row more than that.
fn page<T, U>(
    mut rows: Vec<T>,
    most: u32,
    read: impl Fn(T) -> Result<U, StoreError>,
) -> Result<(Vec<U>, bool), StoreError> {
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    Ok((rows.into_iter().map(read).collect::<Result<_, _>>()?, more))
}

/// Whether the database has neither members nor polls.
pub async fn is_empty(read: &mut Connection) -> Result<bool, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM members) + (SELECT COUNT(*) FROM polls)";
    Ok(Query::new(sql).fetch_one::<i64>(read).await? == 0)
}
