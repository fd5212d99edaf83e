//! The followers of polls.

use super::page;
use crate::domain::id::{MemberId, PollId};
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, id};

/// The number of followers on a page.
const PAGE: u32 = 100;

/// Those of these polls that a member follows.
pub async fn followed(
    read: &mut Connection,
    member: &MemberId,
    polls: &[PollId],
) -> Result<Vec<PollId>, StoreError> {
    let mut query = Query::new("SELECT poll FROM followers WHERE member = ");
    query.push_bind(member).push(" AND poll IN ").push_list(polls);
    let polls: Vec<String> = query.fetch_all(read).await?;
    polls.iter().map(|poll| id("followers.poll", poll)).collect()
}

pub async fn followers(
    read: &mut Connection,
    poll: &PollId,
    after: Option<&MemberId>,
) -> Result<(Vec<(MemberId, String)>, bool), StoreError> {
    let sql = "SELECT f.member, m.name FROM followers f JOIN members m ON m.id = f.member WHERE f.poll = ";
    let mut query = Query::new(sql);
    query.push_bind(poll);
    if let Some(after) = after {
        query.push(" AND f.member > ").push_bind(after);
    }
    query.push(" ORDER BY f.member LIMIT ").push_bind(PAGE + 1);
    let rows: Vec<(String, String)> = query.fetch_all(read).await?;
    page(rows, PAGE, |(member, name)| Ok((id("followers.member", member)?, name)))
}
