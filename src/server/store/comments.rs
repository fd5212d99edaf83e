//! What members say about a poll beside their ballots.

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::follow::Voters;
use super::load::load_one;
use super::{Denied, Store, StoreError, id, made_id, member};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::Comment;
use crate::domain::time::Timestamp;
use crate::server::who::{Identity, Role};

/// Comments on a page.
const PAGE: usize = 50;

/// A comment, and whose it is.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its id.
    pub id: String,
    /// Whose.
    pub member: MemberId,
    /// What people call them.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// A comment to be.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// About which poll.
    pub poll: PollId,
    /// Whose.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub comment: Comment,
}

/// Writes a comment down, as part of a write.
pub(super) async fn insert(
    write: &mut SqliteConnection,
    new: &NewComment,
    id: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO comments (poll, id, member, at, text) VALUES (?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(new.poll.as_str())
        .bind(id)
        .bind(new.member.as_str())
        .bind(new.at.0)
        .bind(new.comment.as_str())
        .execute(&mut *write)
        .await?;
    let sql = "UPDATE polls SET comments = comments + 1, revision = revision + 1 WHERE id = ?";
    sqlx::query(sql).bind(new.poll.as_str()).execute(write).await?;
    Ok(())
}

#[derive(FromRow)]
struct SaidRow {
    id: String,
    member: String,
    name: String,
    at: i64,
    text: String,
}

impl Store {
    /// Adds a member's comment to a poll; once, however often it is asked under one key.
    pub async fn comment(
        &self,
        member: &Identity,
        poll: &PollId,
        comment: &Comment,
        key: &str,
        now: Timestamp,
    ) -> Result<(), Denied> {
        let mut write = self.begin().await?;
        let stored = load_one(&mut write, poll).await?.ok_or_else(|| Denied::NoPoll(poll.clone()))?;
        if !stored.poll.rules.commentable {
            return Err(Denied::NoComments);
        }
        let member = member::met(&mut write, member).await?;
        if !stored.standing(Some(&member)).may_vote() {
            return Err(Denied::NotAsked);
        }
        let id = made_id(["comment", poll.as_str(), member.id.as_str(), key]);
        let sql = "SELECT text FROM comments WHERE poll = ? AND id = ?";
        let known: Option<Option<String>> =
            sqlx::query_scalar(sql).bind(poll.as_str()).bind(&id).fetch_optional(&mut *write).await?;
        match known {
            Some(Some(text)) if text != comment.as_str() => return Err(Denied::KeyReused),
            Some(_) => return Ok(()),
            None => {}
        }
        let (comment, member) = (comment.clone(), member.id);
        insert(&mut write, &NewComment { poll: poll.clone(), member, at: now, comment }, &id).await?;
        Ok(self.publish(write, poll, Voters::new()).await?)
    }

    /// Takes a comment away: staff do, and whose it is.
    pub async fn take_comment(&self, who: &Identity, poll: &PollId, comment: &str) -> Result<(), Denied> {
        let mut write = self.begin().await?;
        let sql = "SELECT member FROM comments WHERE poll = ? AND id = ?";
        let member: Option<String> =
            sqlx::query_scalar(sql).bind(poll.as_str()).bind(comment).fetch_optional(&mut *write).await?;
        let member = member.ok_or_else(|| Denied::NoComment(comment.into()))?;
        if who.role != Role::Staff && member != who.id.as_str() {
            return Err(Denied::NotTheirs);
        }
        let sql = "UPDATE comments SET text = NULL WHERE poll = ? AND id = ? AND text IS NOT NULL";
        let taken = sqlx::query(sql).bind(poll.as_str()).bind(comment).execute(&mut *write).await?;
        if taken.rows_affected() == 0 {
            return Ok(());
        }
        let sql = "UPDATE polls SET comments = comments - 1, revision = revision + 1 WHERE id = ?";
        sqlx::query(sql).bind(poll.as_str()).execute(&mut *write).await?;
        Ok(self.publish(write, poll, Voters::new()).await?)
    }

    /// A page of a poll's comments, the latest first, before one of them; whether there are more.
    pub async fn comments(
        &self,
        poll: &PollId,
        before: Option<(Timestamp, &str)>,
    ) -> Result<(Vec<Said>, bool), StoreError> {
        let sql = "SELECT c.id, c.member, m.name, c.at, c.text FROM comments c JOIN members m ON m.id = c.member \
                   WHERE c.text IS NOT NULL AND c.poll = ";
        let mut query = QueryBuilder::<Sqlite>::new(sql);
        query.push_bind(poll.as_str());
        if let Some((at, id)) = before {
            query.push(" AND (c.at, c.id) < (").push_bind(at.0).push(", ").push_bind(id.to_owned()).push(")");
        }
        query
            .push(" ORDER BY c.at DESC, c.id DESC LIMIT ")
            .push_bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
        let mut rows: Vec<SaidRow> = query.build_query_as().fetch_all(&self.read).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let said = |row: SaidRow| {
            let member = id("comments.member", MemberId::new(&row.member), &row.member)?;
            Ok(Said { id: row.id, member, name: row.name, at: Timestamp(row.at), text: row.text })
        };
        Ok((rows.into_iter().map(said).collect::<Result<_, StoreError>>()?, more))
    }
}
