//! Reading polls, and what one viewer may see of them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::change::{Change, Topic};
use super::poll::{Own, Stored};
use super::{Repeat, Store, StoreError, followers, id, number, own_options, rankings, rounds, says};
use crate::api::{own_options_from, results_from, secrecy_from};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::link::Link;
use crate::domain::poll::{
    Ballot, Past, Poll, PollOption, Proposed, Rules, Series, Slot, Standing, Tally, Turnout, Viewer, Zone,
};
use crate::domain::time::Timestamp;
use crate::server::who::Who;

/// Polls whose state is kept for those who follow them.
const STATES: usize = 1000;

#[derive(FromRow)]
struct PollRow {
    id: String,
    revision: i64,
    title: String,
    description: String,
    kind: String,
    opens_at: Option<i64>,
    closes_at: Option<i64>,
    time_zone: Option<String>,
    results: String,
    secrecy: String,
    changeable: i64,
    retractable: i64,
    abstention: i64,
    quorum: Option<i64>,
    own_options: String,
    commentable: i64,
    comments: i64,
    shuffle: i64,
    asks: Option<String>,
    entitled: Option<i64>,
    repeat: Option<String>,
    repeat_from: Option<i64>,
    lasts: Option<String>,
    round: i64,
    next_round_at: Option<i64>,
    ballots_cast: i64,
    counts: String,
    result: Option<String>,
}

#[derive(FromRow)]
struct OptionRow {
    poll: String,
    id: String,
    label: String,
    picture: Option<String>,
    link: Option<String>,
    starts_at: Option<i64>,
    ends_at: Option<i64>,
    added_after: Option<i64>,
}

impl OptionRow {
    fn read(self, zone: Option<&TimeZone>) -> Result<PollOption, StoreError> {
        let slot = self.starts_at.map(|starts_at| Slot {
            starts_at: Timestamp(starts_at),
            ends_at: self.ends_at.map(Timestamp),
            offset: offset(zone, Some(starts_at)),
        });
        Ok(PollOption {
            id: id("options.id", OptionId::new(&self.id), &self.id)?,
            label: self.label,
            picture: self.picture.and_then(|text| Link::new(&text)),
            link: self.link.and_then(|text| Link::new(&text)),
            slot,
            added_after: self.added_after.map(|n| number("options.added_after", n)).transpose()?,
        })
    }
}

/// Minutes ahead of UTC of this zone's clocks then.
pub(super) fn offset(zone: Option<&TimeZone>, at: Option<i64>) -> Option<i32> {
    let at = jiff::Timestamp::from_millisecond(at?).ok()?;
    Some(zone?.to_offset(at).seconds() / 60)
}

/// What this zone's clocks say then; nothing where the name is none of the tz database's.
fn zone(name: String, opens_at: Option<i64>, closes_at: Option<i64>) -> Zone {
    let known = TimeZone::get(&name).ok();
    let offset = |at| offset(known.as_ref(), at);
    Zone { at_opening: offset(opens_at), at_closing: offset(closes_at), name }
}

impl PollRow {
    fn read(
        self,
        options: Vec<PollOption>,
        waiting: Vec<(MemberId, Proposed)>,
        past: Vec<Past>,
    ) -> Result<Stored, StoreError> {
        let repeat = self.repeat(self.time_zone.as_deref().unwrap_or("UTC"))?;
        let results = results_from(&self.results)
            .ok_or(StoreError::Corrupt { what: "polls.results", value: self.results })?;
        let secrecy = secrecy_from(&self.secrecy)
            .ok_or(StoreError::Corrupt { what: "polls.secrecy", value: self.secrecy })?;
        let cast = number("polls.ballots_cast", self.ballots_cast)?;
        let own_options = own_options_from(&self.own_options)
            .ok_or(StoreError::Corrupt { what: "polls.own_options", value: self.own_options })?;
        let kind = says::kind(&self.kind)?;
        let mut tally = Tally::empty(kind, options.len());
        tally.voters = cast;
        says::count(&mut tally, &self.counts)?;
        if let Some(result) = self.result {
            tally.count = rankings::result(&result, kind, &options)?;
        }
        let round = number("polls.round", self.round)?;
        let series = (repeat.is_some() || round > 1).then(|| Series {
            number: round,
            next_at: self.next_round_at.map(Timestamp),
            offset: self
                .time_zone
                .as_ref()
                .and_then(|name| offset(TimeZone::get(name).ok().as_ref(), self.next_round_at)),
            past,
        });
        let zone = self.time_zone.map(|name| zone(name, self.opens_at, self.closes_at));
        let poll = Poll {
            id: id("polls.id", PollId::new(&self.id), &self.id)?,
            revision: number("polls.revision", self.revision)?,
            title: self.title,
            description: self.description,
            options,
            proposed: Vec::new(),
            comments: number("polls.comments", self.comments)?,
            rules: Rules {
                kind,
                opens_at: self.opens_at.map(Timestamp),
                closes_at: self.closes_at.map(Timestamp),
                zone,
                results,
                secrecy,
                changeable: self.changeable != 0,
                retractable: self.retractable != 0,
                abstention: self.abstention != 0,
                quorum: self.quorum.map(|n| number("polls.quorum", n)).transpose()?,
                own_options,
                commentable: self.commentable != 0,
            },
            turnout: Turnout {
                cast,
                entitled: self.entitled.map(|n| number("polls.entitled", n)).transpose()?,
            },
            tally: Some(tally),
            series,
            viewer: Viewer::new(Standing::Guest),
        };
        let asks = self.asks.map(|text| says::asks(&text)).transpose()?.unwrap_or_default();
        Ok(Stored { poll, asks, waiting, shuffle: self.shuffle != 0, repeat })
    }

    fn repeat(&self, zone: &str) -> Result<Option<Repeat>, StoreError> {
        let (Some(rule), Some(from)) = (&self.repeat, self.repeat_from) else { return Ok(None) };
        let corrupt = |what, value: &str| StoreError::Corrupt { what, value: value.into() };
        let lasts = self.lasts.as_deref().map(|text| text.parse().map_err(|_| corrupt("polls.lasts", text)));
        let repeat = Repeat::stored(rule, Timestamp(from), zone, lasts.transpose()?);
        repeat.map(Some).map_err(|_| corrupt("polls.repeat", rule))
    }
}

impl Store {
    /// Those of these polls that exist, in the order asked for, as the viewer may see them at `now`.
    pub async fn polls(&self, ids: &[PollId], who: &Who, now: Timestamp) -> Result<Vec<Poll>, StoreError> {
        let mut read = self.read.begin().await?;
        let stored = load(&mut read, ids).await?;
        let mut own = match who.voter() {
            Some(voter) => own_of(&mut read, &voter.id, ids).await?,
            None => HashMap::new(),
        };
        let seen = |id| Some(stored.get(id)?.seen_by(who.voter(), own.remove(id).unwrap_or_default(), now));
        Ok(ids.iter().filter_map(seen).collect())
    }

    /// What is a member's own in these polls.
    pub async fn own(&self, member: &MemberId, polls: &[PollId]) -> Result<HashMap<PollId, Own>, StoreError> {
        let mut read = self.read.begin().await?;
        own_of(&mut read, member, polls).await
    }

    /// A poll as of now or of the last change that was announced, read once for all who follow it.
    pub async fn state(&self, id: &PollId) -> Result<Option<Arc<Stored>>, StoreError> {
        // Held while it is read, so that a change cannot be announced in between and be missed.
        let mut states = self.states.lock().await;
        if let Some(state) = states.get(id) {
            return Ok(Some(Arc::clone(state)));
        }
        let mut read = self.read.begin().await?;
        let state = load(&mut read, std::slice::from_ref(id)).await?.remove(id).map(Arc::new);
        if states.len() >= STATES {
            states.clear();
        }
        states.extend(state.iter().map(|state| (id.clone(), Arc::clone(state))));
        Ok(state)
    }

    /// Has changed polls read anew.
    pub(super) async fn forget_states(&self, changes: &[Change]) {
        let mut states = self.states.lock().await;
        for change in changes {
            if let Topic::Poll(id) = &change.topic {
                states.remove(id);
            }
        }
    }
}

/// Reads polls in one state of the database.
pub(super) async fn load(
    read: &mut SqliteConnection,
    ids: &[PollId],
) -> Result<HashMap<PollId, Stored>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, revision, title, description, kind, opens_at, closes_at, time_zone, results, secrecy, \
         changeable, retractable, abstention, quorum, own_options, commentable, comments, shuffle, asks, entitled, repeat, repeat_from, lasts, round, \
         next_round_at, ballots_cast, counts, result FROM polls WHERE id IN ",
    );
    push_ids(&mut query, ids);
    let rows: Vec<PollRow> = query.build_query_as().fetch_all(&mut *read).await?;
    let sql =
        "SELECT poll, id, label, picture, link, starts_at, ends_at, added_after FROM options WHERE poll IN ";
    let mut query = QueryBuilder::<Sqlite>::new(sql);
    push_ids(&mut query, ids);
    query.push(" ORDER BY poll, place");
    let mut options: HashMap<String, Vec<OptionRow>> = HashMap::new();
    for option in query.build_query_as::<OptionRow>().fetch_all(&mut *read).await? {
        options.entry(option.poll.clone()).or_default().push(option);
    }
    let come_back: Vec<PollId> =
        rows.iter().filter(|row| row.round > 1).filter_map(|row| PollId::new(&row.id).ok()).collect();
    let mut past = if come_back.is_empty() { HashMap::new() } else { rounds::past(read, &come_back).await? };
    let mut waiting = own_options::waiting(read, ids).await?;
    let mut polls = HashMap::new();
    for row in rows {
        let zone = row.time_zone.as_deref().and_then(|name| jiff::tz::TimeZone::get(name).ok());
        let of_poll = options.remove(&row.id).unwrap_or_default();
        let of_poll = of_poll.into_iter().map(|option| option.read(zone.as_ref()));
        let of_poll = of_poll.collect::<Result<_, _>>()?;
        let past = past.remove(&row.id).unwrap_or_default();
        let waiting = waiting.remove(&row.id).unwrap_or_default();
        let waiting = waiting.into_iter().map(|option| option.read(zone.as_ref()));
        let stored = row.read(of_poll, waiting.collect::<Result<_, _>>()?, past)?;
        polls.insert(stored.poll.id.clone(), stored);
    }
    Ok(polls)
}

/// Reads a poll, if there is one by that id.
pub(super) async fn load_one(
    read: &mut SqliteConnection,
    poll: &PollId,
) -> Result<Option<Stored>, StoreError> {
    Ok(load(read, std::slice::from_ref(poll)).await?.remove(poll))
}

/// Reads a member's ballots in these polls.
async fn ballots_of(
    read: &mut SqliteConnection,
    member: &MemberId,
    polls: &[PollId],
) -> Result<HashMap<PollId, Ballot>, StoreError> {
    let sql = "SELECT poll, revision, says, reason FROM ballots WHERE member = ";
    let mut query = QueryBuilder::<Sqlite>::new(sql);
    query.push_bind(member.as_str());
    query.push(" AND poll IN ");
    push_ids(&mut query, polls);
    let rows: Vec<(String, i64, Option<String>, Option<String>)> =
        query.build_query_as().fetch_all(read).await?;
    let ballots = rows.into_iter().map(|(poll, revision, says, reason)| {
        Ok((id("ballots.poll", PollId::new(&poll), &poll)?, ballot_row(revision, says.as_deref(), reason)?))
    });
    ballots.collect()
}

/// Reads what is a member's own in these polls.
async fn own_of(
    read: &mut SqliteConnection,
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

/// A ballot as the database has it.
pub(super) fn ballot_row(
    revision: i64,
    text: Option<&str>,
    reason: Option<String>,
) -> Result<Ballot, StoreError> {
    Ok(Ballot { revision: number("ballots.revision", revision)?, says: says::says(text, reason)? })
}

pub(super) fn push_ids(query: &mut QueryBuilder<Sqlite>, ids: &[PollId]) {
    query.push("(");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.as_str().to_owned());
    }
    query.push(")");
}
