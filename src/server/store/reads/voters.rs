//! The voters of a poll and their answers, for polls that publish them.

use super::page;
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::Says;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, id, says};

/// The number of voters, or of reasons, on a page.
const PAGE: u32 = 100;

/// A member whose ballot stands.
#[derive(Clone, Debug)]
pub struct Voter {
    /// The member's id.
    pub id: MemberId,
    /// The member's display name.
    pub name: String,
    /// The member's answer.
    pub says: Says,
}

/// A member's reason for their stance on a proposal.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The member's answer, which has the stance and the reason.
    pub says: Says,
    /// The member's id and display name.
    pub member: (MemberId, String),
}

pub async fn reasons(
    read: &mut Connection,
    poll: &PollId,
    after: u32,
) -> Result<(Vec<Reason>, bool), StoreError> {
    let sql = "SELECT b.member, m.name, b.says, b.reason FROM ballots b JOIN members m ON m.id = b.member \
               WHERE b.reason IS NOT NULL AND b.poll = ? ORDER BY b.reason, b.says, b.member LIMIT ? OFFSET ?";
    let rows: Vec<(String, String, String, Option<String>)> =
        Query::new(sql).bind(poll.as_str()).bind(PAGE + 1).bind(after).fetch_all(read).await?;
    page(rows, PAGE, |(member, name, text, reason)| {
        let member = (id("ballots.member", member)?, name);
        Ok(Reason { says: says(Some(&text), reason)?, member })
    })
}

pub async fn voters(
    read: &mut Connection,
    poll: &PollId,
    option: Option<&OptionId>,
    after: Option<&MemberId>,
) -> Result<(Vec<Voter>, bool), StoreError> {
    let sql = "SELECT b.member, m.name, b.says, b.reason FROM ballots b JOIN members m ON m.id = b.member \
               WHERE b.says <> '' AND b.poll = ";
    let mut query = Query::new(sql);
    query.push_bind(poll);
    if let Some(after) = after {
        query.push(" AND b.member > ").push_bind(after);
    }
    if let Some(option) = option {
        // The option's id is followed by a space or the end, or by a slash and the option's value. A ballot that has one of
        // the two is another text without them.
        query.push(" AND ' ' || b.says || ' ' <> REPLACE(REPLACE(' ' || b.says || ' ', ");
        query.push_bind(format!(" {option} ")).push(", ''), ").push_bind(format!(" {option}/")).push(", '')");
    }
    query.push(" ORDER BY b.member LIMIT ").push_bind(PAGE + 1);
    let rows: Vec<(String, String, String, Option<String>)> = query.fetch_all(read).await?;
    page(rows, PAGE, |(member, name, text, reason)| {
        Ok(Voter { id: id("ballots.member", member)?, name, says: says(Some(&text), reason)? })
    })
}
