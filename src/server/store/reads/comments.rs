//! The comments of a poll.

use super::page;
use crate::domain::id::{MemberId, PollId};
use crate::domain::time::Timestamp;
use crate::server::store::rows::sql::{Connection, Query, Row};
use crate::server::store::rows::{StoreError, id};

/// The number of comments on a page.
const PAGE: u32 = 50;

/// A comment and its author.
#[derive(Clone, Debug)]
pub struct Said {
    /// The comment's id.
    pub id: String,
    /// The author's id.
    pub member: MemberId,
    /// The author's display name.
    pub name: String,
    /// When the comment was added.
    pub at: Timestamp,
    /// The text.
    pub text: String,
}

pub async fn comments(
    read: &mut Connection,
    poll: &PollId,
    before: Option<(Timestamp, &str)>,
) -> Result<(Vec<Said>, bool), StoreError> {
    let sql = "SELECT c.id, c.member, m.name, c.at, c.text FROM comments c JOIN members m ON m.id = c.member \
               WHERE c.text IS NOT NULL AND c.poll = ";
    let mut query = Query::new(sql);
    query.push_bind(poll);
    if let Some((at, id)) = before {
        query.push(" AND (c.at, c.id) < (").push_bind(at.0).push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY c.at DESC, c.id DESC LIMIT ").push_bind(PAGE + 1);
    page(query.fetch_all(read).await?, PAGE, |row: Row| {
        Ok(Said {
            id: row.get("id")?,
            member: id("comments.member", row.get::<String>("member")?)?,
            name: row.get("name")?,
            at: Timestamp(row.get("at")?),
            text: row.get("text")?,
        })
    })
}
