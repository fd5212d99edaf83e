//! Who chose what, in polls that say so.

use sqlx::{QueryBuilder, Sqlite};

use super::says::says;
use super::{Store, StoreError, id};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::Says;

/// Voters on a page.
const PAGE: usize = 100;

/// Somebody whose ballot stands.
#[derive(Clone, Debug)]
pub struct Voter {
    /// Who.
    pub id: MemberId,
    /// What people call them.
    pub name: String,
    /// What they chose.
    pub says: Says,
}

/// Why somebody took their stand on a proposal.
#[derive(Clone, Debug)]
pub struct Reason {
    /// What they said, with the reason in it.
    pub says: Says,
    /// Who, and what people call them.
    pub member: (MemberId, String),
}

impl Store {
    /// A page of the reasons in a poll's ballots after so many of them, in an order that tells nothing; whether there are
    /// more. Whether the poll tells whose they are is for the caller to know.
    pub async fn reasons(&self, poll: &PollId, after: u32) -> Result<(Vec<Reason>, bool), StoreError> {
        let sql = "SELECT b.member, m.name, b.says, b.reason FROM ballots b JOIN members m ON m.id = b.member \
                   WHERE b.reason IS NOT NULL AND b.poll = ? ORDER BY b.reason, b.says, b.member LIMIT ? OFFSET ?";
        let mut rows: Vec<(String, String, String, Option<String>)> = sqlx::query_as(sql)
            .bind(poll.as_str())
            .bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
            .bind(i64::from(after))
            .fetch_all(&self.read)
            .await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let reasons = rows.into_iter().map(|(member, name, text, reason)| {
            let member = (id("ballots.member", MemberId::new(&member), &member)?, name);
            Ok(Reason { says: says(Some(&text), reason)?, member })
        });
        Ok((reasons.collect::<Result<_, StoreError>>()?, more))
    }

    /// A page of those whose ballots in a poll stand, by their ids, of one option or of all, after a member; whether
    /// there are more. Whether the poll is one that says so is for the caller to know.
    pub async fn voters(
        &self,
        poll: &PollId,
        option: Option<&OptionId>,
        after: Option<&MemberId>,
    ) -> Result<(Vec<Voter>, bool), StoreError> {
        let sql = "SELECT b.member, m.name, b.says, b.reason FROM ballots b JOIN members m ON m.id = b.member \
                   WHERE b.says <> '' AND b.poll = ";
        let mut query = QueryBuilder::<Sqlite>::new(sql);
        query.push_bind(poll.to_string());
        if let Some(after) = after {
            query.push(" AND b.member > ").push_bind(after.to_string());
        }
        if let Some(option) = option {
            // Its name is followed by a space, or by a slash and what is said of it.
            query.push(" AND (instr(' ' || b.says || ' ', ").push_bind(format!(" {option} ")).push(") > 0");
            query.push(" OR instr(' ' || b.says, ").push_bind(format!(" {option}/")).push(") > 0)");
        }
        query.push(" ORDER BY b.member LIMIT ").push_bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
        let mut rows: Vec<(String, String, String, Option<String>)> =
            query.build_query_as().fetch_all(&self.read).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let voters = rows.into_iter().map(|(member, name, text, reason)| {
            let says = says(Some(&text), reason)?;
            Ok(Voter { id: id("ballots.member", MemberId::new(&member), &member)?, name, says })
        });
        Ok((voters.collect::<Result<_, StoreError>>()?, more))
    }
}
