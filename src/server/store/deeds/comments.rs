//! Members comment on polls, and comments are removed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::denied::Denied;
use super::ledger::Ledger;
use super::members;
use crate::domain::activity::Count;
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::Comment;
use crate::domain::time::Timestamp;
use crate::server::store::feed::Voters;
use crate::server::store::reads::polls::load_one;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, made_id};
use crate::server::who::{Identity, Role};

/// A comment to add.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// The poll's id.
    pub poll: PollId,
    /// The author's id.
    pub member: MemberId,
    /// When the author wrote it.
    pub at: Timestamp,
    /// The text.
    pub comment: Comment,
}

/// Writes a comment, as part of a write.
pub async fn insert(write: &mut Connection, new: &NewComment, id: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO comments (poll, id, member, at, text) VALUES (?, ?, ?, ?, ?)";
    Query::new(sql)
        .bind(&new.poll)
        .bind(id)
        .bind(&new.member)
        .bind(new.at)
        .bind(new.comment.as_str())
        .execute(write)
        .await?;
    let sql = "UPDATE polls SET comments = comments + 1, revision = revision + 1 WHERE id = ?";
    Query::new(sql).bind(&new.poll).execute(write).await?;
    Ok(())
}

pub async fn comment(
    ledger: &Arc<Ledger>,
    member: &Identity,
    poll: &PollId,
    comment: &Comment,
    key: &str,
    now: Timestamp,
) -> Result<(), Denied> {
    let mut write = ledger.begin().await?;
    let stored = load_one(&mut write, poll).await?.ok_or_else(|| Denied::NoPoll(poll.clone()))?;
    if !stored.poll.rules.commentable {
        return Err(Denied::NoComments);
    }
    let member = members::met(&mut write, member).await?;
    if !stored.standing(Some(&member)).may_vote() {
        return Err(Denied::NotAsked);
    }
    let id = made_id(["comment", poll.as_str(), member.id.as_str(), key]);
    let sql = "SELECT text FROM comments WHERE poll = ? AND id = ?";
    let known: Option<Option<String>> =
        Query::new(sql).bind(poll).bind(&id).fetch_optional(&mut write).await?;
    match known {
        Some(Some(text)) if text != comment.as_str() => return Err(Denied::KeyReused),
        Some(_) => return Ok(()),
        None => {}
    }
    let (comment, member) = (comment.clone(), member.id);
    let new = NewComment { poll: poll.clone(), member, at: now, comment };
    insert(&mut write, &new, &id).await?;
    let done = BTreeMap::from([((&new.member, ledger.calendar.day(now)), 1)]);
    members::add_activity(&mut write, Count::Comments, &done).await?;
    Ok(write.publish(poll, Voters::new()).await?)
}

pub async fn take_comment(
    ledger: &Arc<Ledger>,
    who: &Identity,
    poll: &PollId,
    comment: &str,
) -> Result<(), Denied> {
    let mut write = ledger.begin().await?;
    let sql = "SELECT member FROM comments WHERE poll = ? AND id = ?";
    let member: Option<String> = Query::new(sql).bind(poll).bind(comment).fetch_optional(&mut write).await?;
    let member = member.ok_or_else(|| Denied::NoComment(comment.into()))?;
    if who.role != Role::Staff && member != who.id.as_str() {
        return Err(Denied::NotTheirs);
    }
    let sql = "UPDATE comments SET text = NULL WHERE poll = ? AND id = ? AND text IS NOT NULL";
    let taken = Query::new(sql).bind(poll).bind(comment).execute(&mut write).await?;
    if taken == 0 {
        return Ok(());
    }
    let sql = "UPDATE polls SET comments = comments - 1, revision = revision + 1 WHERE id = ?";
    Query::new(sql).bind(poll).execute(&mut write).await?;
    Ok(write.publish(poll, Voters::new()).await?)
}
