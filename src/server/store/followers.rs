//! Who wants to hear what comes of a poll.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::follow::Voters;
use super::load::push_ids;
use super::{Denied, Store, StoreError, id, member};
use crate::domain::id::{MemberId, PollId};
use crate::server::who::Identity;

/// Followers on a page.
const PAGE: usize = 100;

/// Those of these polls that a member follows.
pub(super) async fn followed(
    read: &mut SqliteConnection,
    member: &MemberId,
    polls: &[PollId],
) -> Result<Vec<PollId>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT poll FROM followers WHERE member = ");
    query.push_bind(member.as_str());
    query.push(" AND poll IN ");
    push_ids(&mut query, polls);
    let polls: Vec<String> = query.build_query_scalar().fetch_all(read).await?;
    polls.iter().map(|poll| id("followers.poll", PollId::new(poll), poll)).collect()
}

impl Store {
    /// Has a member follow a poll, or not any more.
    pub async fn follow_poll(&self, member: &Identity, poll: &PollId, follows: bool) -> Result<(), Denied> {
        let mut write = self.begin().await?;
        let sql = "SELECT EXISTS (SELECT 1 FROM polls WHERE id = ?)";
        let exists: bool = sqlx::query_scalar(sql).bind(poll.as_str()).fetch_one(&mut *write).await?;
        if !exists {
            return Err(Denied::NoPoll(poll.clone()));
        }
        let member = member::met(&mut write, member).await?;
        let sql = if follows {
            "INSERT INTO followers (poll, member) VALUES (?, ?) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM followers WHERE poll = ? AND member = ?"
        };
        let moved =
            sqlx::query(sql).bind(poll.as_str()).bind(member.id.as_str()).execute(&mut *write).await?;
        if moved.rows_affected() == 0 {
            return Ok(());
        }
        super::put::raise(&mut write, poll).await?;
        Ok(self.publish(write, poll, Voters::from([member.id.clone()])).await?)
    }

    /// A page of those who follow a poll, with their names, by their ids, after one of them; whether there are more.
    pub async fn followers(
        &self,
        poll: &PollId,
        after: Option<&MemberId>,
    ) -> Result<(Vec<(MemberId, String)>, bool), StoreError> {
        let sql =
            "SELECT f.member, m.name FROM followers f JOIN members m ON m.id = f.member WHERE f.poll = ";
        let mut query = QueryBuilder::<Sqlite>::new(sql);
        query.push_bind(poll.as_str());
        if let Some(after) = after {
            query.push(" AND f.member > ").push_bind(after.to_string());
        }
        query.push(" ORDER BY f.member LIMIT ").push_bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
        let mut rows: Vec<(String, String)> = query.build_query_as().fetch_all(&self.read).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let follower = |(member, name): (String, _)| {
            Ok((id("followers.member", MemberId::new(&member), &member)?, name))
        };
        Ok((rows.into_iter().map(follower).collect::<Result<_, StoreError>>()?, more))
    }
}
