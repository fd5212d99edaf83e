//! Who chose what, in polls that say so.

use sqlx::{QueryBuilder, Sqlite};

use super::poll::ballot_row;
use super::{Store, StoreError, id};
use crate::domain::id::{MemberId, OptionId, PollId};

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
    pub options: Vec<OptionId>,
}

impl Store {
    /// A page of those whose ballots in a poll stand, by their ids, of one option or of all, after a member; whether
    /// there are more. Whether the poll is one that says so is for the caller to know.
    pub async fn voters(
        &self,
        poll: &PollId,
        option: Option<&OptionId>,
        after: Option<&MemberId>,
    ) -> Result<(Vec<Voter>, bool), StoreError> {
        let sql = "SELECT b.member, m.name, b.options FROM ballots b JOIN members m ON m.id = b.member \
                   WHERE b.options <> '' AND b.poll = ";
        let mut query = QueryBuilder::<Sqlite>::new(sql);
        query.push_bind(poll.to_string());
        if let Some(after) = after {
            query.push(" AND b.member > ").push_bind(after.to_string());
        }
        if let Some(option) = option {
            query.push(" AND instr(' ' || b.options || ' ', ").push_bind(format!(" {option} ")).push(") > 0");
        }
        query.push(" ORDER BY b.member LIMIT ").push_bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
        let mut rows: Vec<(String, String, String)> = query.build_query_as().fetch_all(&self.read).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let voters = rows.into_iter().map(|(member, name, options)| {
            let options = ballot_row(0, Some(options))?.options.unwrap_or_default();
            Ok(Voter { id: id("ballots.member", MemberId::new(&member), &member)?, name, options })
        });
        Ok((voters.collect::<Result<_, StoreError>>()?, more))
    }
}
