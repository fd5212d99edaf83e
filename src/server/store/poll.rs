//! Polls, and what one viewer may see of them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::change::{Change, Topic, millis};
use super::follow::Voters;
use super::{Repeat, Store, StoreError, id, number, rankings, rounds, says};
use crate::api::{self, results_from, results_word, secrecy_from, secrecy_word};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::link::Link;
use crate::domain::poll::{
    Answer, Asks, BadRules, Ballot, Base, Kind, MAX_DESCRIPTION, MAX_TITLE, Past, Phase, Poll, PollOption,
    Proposal, Results, Rules, Series, Slot, Standing, Tally, Turnout, Viewer, Zone,
};
use crate::domain::time::Timestamp;
use crate::server::who::{Identity, Role, Who};

/// Polls whose state is kept for those who follow them.
const STATES: usize = 1000;

/// A poll to be.
#[derive(Clone, Debug)]
pub struct NewPoll {
    /// Its id.
    pub id: PollId,
    /// The question.
    pub title: String,
    /// A sentence or two; may be empty.
    pub description: String,
    /// What can be chosen, in order.
    pub options: Vec<PollOption>,
    /// What stands for its whole life.
    pub rules: Rules,
    /// Whom it asks.
    pub asks: Asks,
    /// How many may vote, where that is known.
    pub entitled: Option<u32>,
    /// Whether each member sees the options in an order of their own, so that none is always the first.
    pub shuffle: bool,
    /// When it comes back, if it does.
    pub repeat: Option<Repeat>,
}

/// A poll with all that is stored about it but the ballots: for no viewer's eyes yet.
#[derive(Clone, Debug)]
pub struct Stored {
    /// With the tally, and a guest for its viewer.
    pub(super) poll: Poll,
    pub(super) asks: Asks,
    pub(super) shuffle: bool,
    pub(super) repeat: Option<Repeat>,
}

impl NewPoll {
    /// A poll of these options by these rules, of which nothing else is said.
    pub fn new(id: PollId, title: &str, options: Vec<PollOption>, rules: Rules) -> Self {
        Self {
            id,
            title: title.into(),
            description: String::new(),
            options,
            rules,
            asks: Asks::default(),
            entitled: None,
            shuffle: false,
            repeat: None,
        }
    }

    /// Checks that the poll can be.
    pub(in crate::server) fn check(&self) -> Result<(), BadRules> {
        let has = |text: &str, most| (1..=most).contains(&text.chars().count());
        // A time, or a stand, has words of its own.
        let named = |o: &PollOption| o.slot.is_some() || matches!(self.rules.kind, Kind::Proposal(_));
        let labelled = |o: &PollOption| has(&o.label, MAX_TITLE) || o.label.is_empty() && named(o);
        if !has(&self.title, MAX_TITLE) || !self.options.iter().all(labelled) {
            return Err(BadRules::Title);
        }
        if self.description.chars().count() > MAX_DESCRIPTION {
            return Err(BadRules::Description);
        }
        if self.shuffle && matches!(self.rules.kind, Kind::Availability | Kind::Proposal(_)) {
            return Err(BadRules::Shuffle);
        }
        // The round that an edit makes longer ends when the next one opens; whoever edits it is to know.
        let opens_at = self.rules.opens_at;
        let next = self.repeat.as_ref().zip(opens_at).and_then(|(repeat, at)| repeat.next(at));
        if next.zip(self.rules.closes_at).is_some_and(|(next, closes)| closes > next) {
            return Err(BadRules::Overlap);
        }
        if self.asks.guests {
            let of_entitled = matches!(self.rules.kind, Kind::Proposal(Proposal { of: Base::Entitled, .. }));
            if self.asks.is_narrow() {
                return Err(BadRules::Guests);
            }
            if of_entitled || self.entitled.is_some() || self.rules.quorum.is_some() {
                return Err(BadRules::GuestShare);
            }
        }
        self.rules.check()?;
        self.rules.check_options(&self.options)
    }
}

impl Stored {
    /// Which poll it is.
    pub fn id(&self) -> &PollId {
        &self.poll.id
    }

    /// Whether somebody may vote in it.
    pub(super) fn standing(&self, viewer: Option<&Identity>) -> Standing {
        match viewer.filter(|viewer| viewer.role != Role::Guest) {
            None if self.asks.guests => Standing::Invited,
            None => Standing::Guest,
            Some(member) if self.asks.member(&member.groups, member.stage) => Standing::Entitled,
            Some(_) => Standing::NotEntitled,
        }
    }

    /// The poll as a viewer, whose ballot this is, may see it.
    pub fn seen_by(&self, viewer: Option<&Identity>, ballot: Option<Ballot>, now: Timestamp) -> Poll {
        let standing = self.standing(viewer);
        // Who follows the poll may be known with a ballot of the round before.
        let floor = self.poll.series.as_ref().map_or(0, Series::floor);
        let ballot = ballot.filter(|ballot| ballot.revision > floor);
        let voted = ballot.as_ref().is_some_and(Ballot::stands);
        let staff = viewer.is_some_and(|v| v.role == Role::Staff);
        let shown = self.poll.rules.shows_tally(now, voted, staff);
        let mut poll = self.poll.clone();
        poll.tally.take_if(|_| !shown);
        if let Some(series) = &mut poll.series
            && poll.rules.results == Results::Staff
            && !staff
        {
            series.past.clear();
        }
        if let Some(member) = viewer.filter(|v| self.shuffle && v.role == Role::Member) {
            shuffle(&mut poll, &member.id);
        }
        poll.viewer = Viewer { standing, ballot };
        poll
    }

    /// Counts a ballot in the place of the one before.
    pub(super) fn count(&mut self, before: Option<&Ballot>, after: Option<&Answer>) {
        let turnout = &mut self.poll.turnout;
        let cast = turnout.cast + u32::from(after.is_some());
        turnout.cast = cast.saturating_sub(u32::from(before.is_some_and(Ballot::stands)));
        if let Some(tally) = &mut self.poll.tally {
            let before = before.and_then(Ballot::answer);
            tally.replace(self.poll.rules.kind, &self.poll.options, before, after);
        }
    }
}

/// Puts the options into the order in which this member always sees them.
fn shuffle(poll: &mut Poll, member: &MemberId) {
    let rank = |option: &PollOption| Sha256::digest(format!("{} {member} {}", poll.id, option.id));
    let mut options = poll.options.clone();
    options.sort_by_cached_key(rank);
    if let Some(tally) = &mut poll.tally {
        *tally = tally.of_options(poll.rules.kind, &poll.options, &options);
    }
    poll.options = options;
}

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

/// Whom a poll asks, as the database has it; absent where that is every member.
fn asks_row(asks: &Asks) -> Option<String> {
    (*asks != Asks::default()).then(|| serde_json::to_string(&api::Asks::from(asks.clone())).ok()).flatten()
}

/// Reads [`asks_row`].
fn asks(text: &str) -> Result<Asks, StoreError> {
    let wire = serde_json::from_str::<api::Asks>(text).ok();
    let corrupt = || StoreError::Corrupt { what: "polls.asks", value: text.into() };
    wire.and_then(|wire| wire.try_into().ok()).ok_or_else(corrupt)
}

/// Minutes ahead of UTC of this zone's clocks then.
fn offset(zone: Option<&TimeZone>, at: Option<i64>) -> Option<i32> {
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
    fn read(self, options: Vec<PollOption>, past: Vec<Past>) -> Result<Stored, StoreError> {
        let repeat = self.repeat(self.time_zone.as_deref().unwrap_or("UTC"))?;
        let results = results_from(&self.results)
            .ok_or(StoreError::Corrupt { what: "polls.results", value: self.results })?;
        let secrecy = secrecy_from(&self.secrecy)
            .ok_or(StoreError::Corrupt { what: "polls.secrecy", value: self.secrecy })?;
        let cast = number("polls.ballots_cast", self.ballots_cast)?;
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
            },
            turnout: Turnout {
                cast,
                entitled: self.entitled.map(|n| number("polls.entitled", n)).transpose()?,
            },
            tally: Some(tally),
            series,
            viewer: Viewer { standing: Standing::Guest, ballot: None },
        };
        let asks = self.asks.map(|text| asks(&text)).transpose()?.unwrap_or_default();
        Ok(Stored { poll, asks, shuffle: self.shuffle != 0, repeat })
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
        let mut ballots = match who.voter() {
            Some(voter) => ballots_of(&mut read, &voter.id, ids).await?,
            None => HashMap::new(),
        };
        let seen = |id| Some(stored.get(id)?.seen_by(who.voter(), ballots.remove(id), now));
        Ok(ids.iter().filter_map(seen).collect())
    }

    /// A member's own ballots in these polls.
    pub async fn own_ballots(
        &self,
        member: &MemberId,
        polls: &[PollId],
    ) -> Result<HashMap<PollId, Ballot>, StoreError> {
        let mut read = self.read.acquire().await?;
        ballots_of(&mut read, member, polls).await
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

    /// Raises and announces every poll that opened or closed by `now` and was not announced yet; the next instant at
    /// which one will.
    pub async fn announce_phases(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let moved: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM polls WHERE phase <> CASE WHEN closes_at <= ?1 THEN 'closed' \
             WHEN opens_at > ?1 THEN 'upcoming' ELSE 'open' END",
        )
        .bind(now.0)
        .fetch_all(&self.read)
        .await?;
        for poll in moved {
            let mut write = self.begin().await?;
            let raised = sqlx::query(
                "UPDATE polls SET revision = revision + 1, phase = CASE WHEN closes_at <= ?1 THEN 'closed' \
                 WHEN opens_at > ?1 THEN 'upcoming' ELSE 'open' END WHERE id = ?2",
            );
            raised.bind(now.0).bind(&poll).execute(&mut *write).await?;
            let topic = Topic::Poll(id("polls.id", PollId::new(&poll), &poll)?);
            write.announce(topic, Voters::new());
            self.commit(write).await?;
        }
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT MIN(t) FROM (SELECT opens_at AS t FROM polls UNION ALL SELECT closes_at FROM polls \
             UNION ALL SELECT next_round_at FROM polls) AS times WHERE t > ?1",
        )
        .bind(now.0)
        .fetch_one(&self.read)
        .await?;
        Ok(next.map(Timestamp))
    }
}

/// Reads polls in one state of the database.
pub(super) async fn load(
    read: &mut SqliteConnection,
    ids: &[PollId],
) -> Result<HashMap<PollId, Stored>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, revision, title, description, kind, opens_at, closes_at, time_zone, results, secrecy, \
         changeable, retractable, abstention, quorum, shuffle, asks, entitled, repeat, repeat_from, lasts, round, \
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
    let mut polls = HashMap::new();
    for row in rows {
        let zone = row.time_zone.as_deref().and_then(|name| jiff::tz::TimeZone::get(name).ok());
        let of_poll = options.remove(&row.id).unwrap_or_default();
        let of_poll = of_poll.into_iter().map(|option| option.read(zone.as_ref()));
        let of_poll = of_poll.collect::<Result<_, _>>()?;
        let past = past.remove(&row.id).unwrap_or_default();
        let stored = row.read(of_poll, past)?;
        polls.insert(stored.poll.id.clone(), stored);
    }
    Ok(polls)
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

/// A ballot as the database has it.
pub(super) fn ballot_row(
    revision: i64,
    text: Option<&str>,
    reason: Option<String>,
) -> Result<Ballot, StoreError> {
    Ok(Ballot { revision: number("ballots.revision", revision)?, says: says::says(text, reason)? })
}

/// Puts a poll's revision, turnout and tally in the place of those before; a ranked poll may have to be `counted` yet.
pub(super) async fn store_counts(
    write: &mut SqliteConnection,
    stored: &Stored,
    counted: bool,
) -> Result<(), StoreError> {
    let poll = &stored.poll;
    let result = poll.tally.as_ref().and_then(|tally| rankings::result_row(tally, &poll.options));
    sqlx::query(UPDATE_COUNTS)
        .bind(poll.revision.cast_signed())
        .bind(i64::from(poll.turnout.cast))
        .bind(poll.tally.as_ref().map(says::counts_row))
        .bind(result)
        .bind(i64::from(counted))
        .bind(poll.id.as_str())
        .execute(write)
        .await?;
    Ok(())
}

const UPDATE_COUNTS: &str =
    "UPDATE polls SET revision = ?, ballots_cast = ?, counts = ?, result = ?, counted = ? WHERE id = ?";

/// Writes down all of a poll but its counts, as part of a write: a new one, or one in the place of what it was.
pub(super) async fn put(
    write: &mut SqliteConnection,
    poll: &NewPoll,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rules = &poll.rules;
    let fault = |fault| StoreError::Rules { poll: poll.id.clone(), fault };
    poll.check().map_err(fault)?;
    let repeat = poll.repeat.as_ref().map(Repeat::row);
    let next = poll.repeat.as_ref().and_then(|repeat| repeat.next(rules.opens_at.unwrap_or(now)));
    sqlx::query(
        "INSERT INTO polls (id, title, description, kind, opens_at, closes_at, time_zone, results, secrecy, \
         changeable, retractable, abstention, quorum, shuffle, asks, entitled, repeat, repeat_from, lasts, \
         next_round_at, phase, counts) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, description = excluded.description, \
         kind = excluded.kind, opens_at = excluded.opens_at, closes_at = excluded.closes_at, \
         time_zone = excluded.time_zone, results = excluded.results, secrecy = excluded.secrecy, \
         changeable = excluded.changeable, retractable = excluded.retractable, \
         abstention = excluded.abstention, quorum = excluded.quorum, shuffle = excluded.shuffle, asks = excluded.asks, \
         entitled = excluded.entitled, repeat = excluded.repeat, repeat_from = excluded.repeat_from, \
         lasts = excluded.lasts, next_round_at = excluded.next_round_at, phase = excluded.phase",
    )
    .bind(poll.id.as_str())
    .bind(&poll.title)
    .bind(&poll.description)
    .bind(says::kind_row(rules.kind))
    .bind(millis(rules.opens_at))
    .bind(millis(rules.closes_at))
    .bind(rules.zone.as_ref().map(|zone| &zone.name))
    .bind(results_word(rules.results))
    .bind(secrecy_word(rules.secrecy))
    .bind(i64::from(rules.changeable))
    .bind(i64::from(rules.retractable))
    .bind(i64::from(rules.abstention))
    .bind(rules.quorum.map(i64::from))
    .bind(i64::from(poll.shuffle))
    .bind(asks_row(&poll.asks))
    .bind(poll.entitled.map(i64::from))
    .bind(poll.repeat.as_ref().map(Repeat::rule))
    .bind(repeat.as_ref().map(|row| row.0))
    .bind(repeat.and_then(|row| row.1))
    .bind(millis(next))
    .bind(phase_word(rules.phase(now)))
    .bind(says::counts_row(&Tally::empty(rules.kind, poll.options.len())))
    .execute(&mut *write)
    .await?;
    let sql = "DELETE FROM options WHERE poll = ?";
    sqlx::query(sql).bind(poll.id.as_str()).execute(&mut *write).await?;
    for (place, option) in (0_i64..).zip(&poll.options) {
        let sql = "INSERT INTO options (poll, id, place, label, picture, link, starts_at, ends_at, added_after) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(poll.id.as_str())
            .bind(option.id.as_str())
            .bind(place)
            .bind(&option.label)
            .bind(option.picture.as_ref().map(Link::as_str))
            .bind(option.link.as_ref().map(Link::as_str))
            .bind(option.slot.map(|slot| slot.starts_at.0))
            .bind(option.slot.and_then(|slot| slot.ends_at).map(|t| t.0))
            .bind(option.added_after.map(i64::from))
            .execute(&mut *write)
            .await?;
    }
    Ok(())
}

/// The database's word for a phase.
pub(super) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Upcoming => "upcoming",
        Phase::Open => "open",
        Phase::Closed => "closed",
    }
}

pub(super) fn push_ids(query: &mut QueryBuilder<Sqlite>, ids: &[PollId]) {
    query.push("(");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.as_str().to_owned());
    }
    query.push(")");
}
