//! The list of all polls of the host, page by page, and the polls that staff deleted.

use std::collections::HashSet;

use super::page;
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, id};

/// The number of polls on a page of the list.
const PAGE: u32 = 50;

pub async fn polls_before(
    read: &mut Connection,
    before: Option<(Timestamp, &PollId)>,
) -> Result<(Vec<(Timestamp, PollId)>, bool), StoreError> {
    let (at, last) = before.map_or((i64::MAX, ""), |(at, id)| (at.0, id.as_str()));
    let sql = "SELECT COALESCE(created_at, 0), id FROM polls \
               WHERE (COALESCE(created_at, 0), id) < (?, ?) ORDER BY COALESCE(created_at, 0) DESC, id DESC LIMIT ?";
    let rows: Vec<(i64, String)> = Query::new(sql).bind(at).bind(last).bind(PAGE + 1).fetch_all(read).await?;
    page(rows, PAGE, |(at, poll)| Ok((Timestamp(at), id("polls.id", poll)?)))
}

pub async fn deleted(read: &mut Connection, ids: &[PollId]) -> Result<HashSet<PollId>, StoreError> {
    let mut query = Query::new("SELECT id FROM deleted_polls WHERE id IN ");
    query.push_list(ids);
    let rows: Vec<String> = query.fetch_all(read).await?;
    rows.iter().map(|text| id("deleted_polls.id", text)).collect()
}

/// Whether staff deleted this poll.
pub async fn is_deleted(read: &mut Connection, poll: &PollId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM deleted_polls WHERE id = ?)";
    Ok(Query::new(sql).bind(poll.as_str()).fetch_one(read).await?)
}
