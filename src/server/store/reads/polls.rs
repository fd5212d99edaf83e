//! Polls, and the ballots and follows of one member in them.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::{followers, own_options, rounds};
use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{Ballot, Phase, Poll};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::rows::sql::{Connection, Query, Row};
use crate::server::store::rows::{StoreError, id, number, option, says, stored, word};
use crate::server::store::{Own, Stored};
use crate::server::who::Who;

pub async fn polls(
    read: &mut Connection,
    ids: &[PollId],
    who: &Who,
    now: Timestamp,
) -> Result<Vec<Poll<Text>>, StoreError> {
    let stored = load(read, ids).await?;
    let mut own = match who.voter() {
        Some(voter) => own_of(read, &voter.id, ids).await?,
        None => HashMap::new(),
    };
    let seen = |id| Some(stored.get(id)?.seen_by(who.voter(), own.remove(id).unwrap_or_default(), now));
    Ok(ids.iter().filter_map(seen).collect())
}

/// Reads polls. `read` must show one state of the database, since a poll is in several tables.
pub async fn load(read: &mut Connection, ids: &[PollId]) -> Result<HashMap<PollId, Stored>, StoreError> {
    let mut query = Query::new(
        "SELECT id, revision, title, title_languages, title_edited, description, description_languages, description_edited, \
         written_revision, kind, opens_at, closes_at, time_zone, results, secrecy, \
         changeable, retractable, abstention, quorum, own_options, commentable, comments, shuffle, asks, entitled, repeat, repeat_from, lasts, round, \
         next_round_at, ballots_cast, counts, result FROM polls WHERE id IN ",
    );
    let rows: Vec<Row> = query.push_list(ids).fetch_all(read).await?;
    let sql = "SELECT poll, id, label, label_languages, picture, link, date, starts_at, ends_at, added_after, edited FROM options \
               WHERE poll IN ";
    let mut query = Query::new(sql);
    query.push_list(ids).push(" ORDER BY poll, place");
    let mut options: HashMap<String, Vec<Row>> = HashMap::new();
    for row in query.fetch_all::<Row>(read).await? {
        options.entry(row.get("poll")?).or_default().push(row);
    }
    let mut come_back: Vec<PollId> = Vec::new();
    for row in &rows {
        if row.get::<i64>("round")? > 1 {
            come_back.push(id("polls.id", row.get::<String>("id")?)?);
        }
    }
    let mut past = if come_back.is_empty() { HashMap::new() } else { rounds::past(read, &come_back).await? };
    let mut waiting = own_options::waiting(read, ids).await?;
    let mut polls = HashMap::new();
    for row in rows {
        let (poll, zone): (String, Option<String>) = (row.get("id")?, row.get("time_zone")?);
        let zone = zone.and_then(|name| TimeZone::get(&name).ok());
        let options = options.remove(&poll).unwrap_or_default();
        let options = options.iter().map(|row| option(row, zone.as_ref())).collect::<Result<_, _>>()?;
        let waiting = waiting.remove(&poll).unwrap_or_default();
        let waiting = waiting.iter().map(|row| own_options::proposed(row, zone.as_ref()));
        let past = past.remove(&poll).unwrap_or_default();
        let stored = stored(&row, zone.as_ref(), options, waiting.collect::<Result<_, _>>()?, past)?;
        polls.insert(stored.poll.id.clone(), stored);
    }
    Ok(polls)
}

/// Reads a poll; `None` if it does not exist.
pub async fn load_one(read: &mut Connection, poll: &PollId) -> Result<Option<Stored>, StoreError> {
    Ok(load(read, std::slice::from_ref(poll)).await?.remove(poll))
}

/// Reads a member's ballots in these polls.
async fn ballots_of(
    read: &mut Connection,
    member: &MemberId,
    polls: &[PollId],
) -> Result<HashMap<PollId, Ballot>, StoreError> {
    let sql = "SELECT poll, revision, says, reason FROM ballots WHERE member = ";
    let mut query = Query::new(sql);
    query.push_bind(member).push(" AND poll IN ").push_list(polls);
    let rows: Vec<(String, i64, Option<String>, Option<String>)> = query.fetch_all(read).await?;
    let ballots = rows.into_iter().map(|(poll, revision, says, reason)| {
        Ok((id("ballots.poll", &poll)?, ballot(revision, says.as_deref(), reason)?))
    });
    ballots.collect()
}

/// Reads a member's ballots in these polls, and which of the polls the member follows.
pub async fn own_of(
    read: &mut Connection,
    member: &MemberId,
    polls: &[PollId],
) -> Result<HashMap<PollId, Own>, StoreError> {
    let ballots = ballots_of(read, member, polls).await?;
    let mut own: HashMap<PollId, Own> = ballots
        .into_iter()
        .map(|(poll, ballot)| (poll, Own { ballot: Some(ballot), follows: false }))
        .collect();
    for poll in followers::followed(read, member, polls).await? {
        own.entry(poll).or_default().follows = true;
    }
    Ok(own)
}

/// Reads a ballot from its columns.
pub fn ballot(revision: i64, text: Option<&str>, reason: Option<String>) -> Result<Ballot, StoreError> {
    Ok(Ballot { revision: number("ballots.revision", revision)?, says: says(text, reason)? })
}

/// The phase of a poll that was last announced.
pub async fn phase_of(read: &mut Connection, poll: &PollId) -> Result<Phase, StoreError> {
    let sql = "SELECT phase FROM polls WHERE id = ?";
    word("polls.phase", Query::new(sql).bind(poll).fetch_one(read).await?)
}
