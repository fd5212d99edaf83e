//! Reads: what the host knows, read of one state of the database and changed by nothing here.
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

/// The rows of a page of at most this many, of which one more was asked for; whether there are more.
fn page<T, U>(
    mut rows: Vec<T>,
    most: u32,
    read: impl Fn(T) -> Result<U, StoreError>,
) -> Result<(Vec<U>, bool), StoreError> {
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    Ok((rows.into_iter().map(read).collect::<Result<_, _>>()?, more))
}

/// Whether nobody and nothing is in the database yet.
pub async fn is_empty(read: &mut Connection) -> Result<bool, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM members) + (SELECT COUNT(*) FROM polls)";
    Ok(Query::new(sql).fetch_one::<i64>(read).await? == 0)
}
