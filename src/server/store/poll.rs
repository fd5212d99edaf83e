//! Polls, and what one viewer may see of them.

use std::collections::HashMap;

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::change::{Change, Topic, millis, record};
use super::{Store, StoreError, id, number};
use crate::api::{results_from, results_word};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{
    Ballot, Phase, Poll, PollOption, Rules, Secrecy, Standing, Tally, Turnout, Viewer, Zone,
};
use crate::domain::time::Timestamp;
use crate::server::who::Who;

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
    /// The forum's group that may vote; `None` for every member.
    pub asks: Option<String>,
    /// How many may vote, where that is known.
    pub entitled: Option<u32>,
}

/// A poll with all that is stored about it but the ballots: for no viewer's eyes yet.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    poll: Poll,
    asks: Option<String>,
}

impl Stored {
    /// The poll as a viewer whose ballot this is may see it.
    pub(super) fn seen_by(self, who: &Who, ballot: Option<Ballot>, now: Timestamp) -> Poll {
        let standing = match (who.member(), self.asks) {
            (None, _) => Standing::Guest,
            (Some(member), Some(group)) if !member.groups.contains(&group) => Standing::NotEntitled,
            (Some(_), _) => Standing::Entitled,
        };
        let voted = ballot.as_ref().is_some_and(Ballot::stands);
        let shown = self.poll.rules.shows_tally(now, voted, who.is_staff());
        Poll { tally: self.poll.tally.filter(|_| shown), viewer: Viewer { standing, ballot }, ..self.poll }
    }
}

#[derive(FromRow)]
struct PollRow {
    id: String,
    revision: i64,
    title: String,
    description: String,
    min_options: i64,
    max_options: i64,
    opens_at: Option<i64>,
    closes_at: Option<i64>,
    time_zone: Option<String>,
    results: String,
    changeable: i64,
    retractable: i64,
    asks: Option<String>,
    entitled: Option<i64>,
    ballots_cast: i64,
}

/// What this zone's clocks say then; nothing where the name is none of the tz database's.
fn zone(name: String, opens_at: Option<i64>, closes_at: Option<i64>) -> Zone {
    let known = jiff::tz::TimeZone::get(&name).ok();
    let offset = |at: Option<i64>| {
        let at = jiff::Timestamp::from_millisecond(at?).ok()?;
        Some(known.as_ref()?.to_offset(at).seconds() / 60)
    };
    Zone { at_opening: offset(opens_at), at_closing: offset(closes_at), name }
}

impl PollRow {
    fn read(self, options: Vec<(PollOption, u32)>) -> Result<Stored, StoreError> {
        let results = results_from(&self.results)
            .ok_or(StoreError::Corrupt { what: "polls.results", value: self.results })?;
        let cast = number("polls.ballots_cast", self.ballots_cast)?;
        let (options, votes) = options.into_iter().unzip();
        let poll = Poll {
            id: id("polls.id", PollId::new(&self.id), &self.id)?,
            revision: number("polls.revision", self.revision)?,
            title: self.title,
            description: self.description,
            options,
            rules: Rules {
                min: number("polls.min_options", self.min_options)?,
                max: number("polls.max_options", self.max_options)?,
                opens_at: self.opens_at.map(Timestamp),
                closes_at: self.closes_at.map(Timestamp),
                zone: self.time_zone.map(|name| zone(name, self.opens_at, self.closes_at)),
                results,
                secrecy: Secrecy::Secret,
                changeable: self.changeable != 0,
                retractable: self.retractable != 0,
            },
            turnout: Turnout {
                cast,
                entitled: self.entitled.map(|n| number("polls.entitled", n)).transpose()?,
            },
            tally: Some(Tally { voters: cast, votes }),
            viewer: Viewer { standing: Standing::Guest, ballot: None },
        };
        Ok(Stored { poll, asks: self.asks })
    }
}

impl Store {
    /// Those of these polls that exist, in the order asked for, as the viewer may see them at `now`.
    pub async fn polls(&self, ids: &[PollId], who: &Who, now: Timestamp) -> Result<Vec<Poll>, StoreError> {
        let mut read = self.read.begin().await?;
        let mut stored = load(&mut read, ids).await?;
        let mut ballots = match who.member() {
            Some(member) => ballots_of(&mut read, &member.id, ids).await?,
            None => HashMap::new(),
        };
        let polls = ids.iter().filter_map(|id| {
            let stored = stored.remove(id)?;
            Some(stored.seen_by(who, ballots.remove(id), now))
        });
        Ok(polls.collect())
    }

    /// Adds a poll, with no ballots yet, and announces it.
    pub async fn add_poll(&self, poll: &NewPoll, now: Timestamp) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        insert(&mut write, poll, now).await?;
        let change = record(&mut write, Topic::Poll(poll.id.clone())).await?;
        self.commit(write, vec![change]).await?;
        self.polls_moved.notify_one();
        Ok(())
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
            let change = record(&mut write, topic).await?;
            self.commit(write, vec![change]).await?;
        }
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT MIN(t) FROM (SELECT opens_at AS t FROM polls UNION ALL SELECT closes_at FROM polls) AS times \
             WHERE t > ?1",
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
        "SELECT id, revision, title, description, min_options, max_options, opens_at, closes_at, time_zone, \
         results, changeable, retractable, asks, entitled, ballots_cast FROM polls WHERE id IN ",
    );
    push_ids(&mut query, ids);
    let rows: Vec<PollRow> = query.build_query_as().fetch_all(&mut *read).await?;
    let mut query = QueryBuilder::<Sqlite>::new("SELECT poll, id, label, votes FROM options WHERE poll IN ");
    push_ids(&mut query, ids);
    query.push(" ORDER BY poll, place");
    let mut options: HashMap<String, Vec<(PollOption, u32)>> = HashMap::new();
    for (poll, option, label, votes) in
        query.build_query_as::<(String, String, String, i64)>().fetch_all(read).await?
    {
        let option = PollOption { id: id("options.id", OptionId::new(&option), &option)?, label };
        options.entry(poll).or_default().push((option, number("options.votes", votes)?));
    }
    let mut polls = HashMap::new();
    for row in rows {
        let of_poll = options.remove(&row.id).unwrap_or_default();
        let stored = row.read(of_poll)?;
        polls.insert(stored.poll.id.clone(), stored);
    }
    Ok(polls)
}

/// Reads a member's ballots in these polls.
pub(super) async fn ballots_of(
    read: &mut SqliteConnection,
    member: &MemberId,
    polls: &[PollId],
) -> Result<HashMap<PollId, Ballot>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT b.poll, b.revision, o.id FROM ballots b \
         LEFT JOIN choices c ON c.poll = b.poll AND c.member = b.member \
         LEFT JOIN options o ON o.poll = c.poll AND o.id = c.option WHERE b.member = ",
    );
    query.push_bind(member.as_str());
    query.push(" AND b.poll IN ");
    push_ids(&mut query, polls);
    query.push(" ORDER BY b.poll, o.place");
    let mut ballots: HashMap<PollId, Ballot> = HashMap::new();
    let rows: Vec<(String, i64, Option<String>)> = query.build_query_as().fetch_all(read).await?;
    for (poll, revision, option) in rows {
        let revision = number("ballots.revision", revision)?;
        let ballot = ballots
            .entry(id("ballots.poll", PollId::new(&poll), &poll)?)
            .or_insert(Ballot { revision, options: Some(Vec::new()) });
        if let (Some(option), Some(options)) = (option, &mut ballot.options) {
            options.push(id("choices.option", OptionId::new(&option), &option)?);
        }
    }
    Ok(ballots)
}

/// Adds a poll as part of a write.
pub(super) async fn insert(
    write: &mut SqliteConnection,
    poll: &NewPoll,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rules = &poll.rules;
    let phase = match rules.phase(now) {
        Phase::Upcoming => "upcoming",
        Phase::Open => "open",
        Phase::Closed => "closed",
    };
    sqlx::query(
        "INSERT INTO polls (id, title, description, min_options, max_options, opens_at, closes_at, time_zone, \
         results, changeable, retractable, asks, entitled, phase) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(poll.id.as_str())
    .bind(&poll.title)
    .bind(&poll.description)
    .bind(i64::from(rules.min))
    .bind(i64::from(rules.max))
    .bind(millis(rules.opens_at))
    .bind(millis(rules.closes_at))
    .bind(rules.zone.as_ref().map(|zone| &zone.name))
    .bind(results_word(rules.results))
    .bind(i64::from(rules.changeable))
    .bind(i64::from(rules.retractable))
    .bind(&poll.asks)
    .bind(poll.entitled.map(i64::from))
    .bind(phase)
    .execute(&mut *write)
    .await?;
    for (place, option) in (0_i64..).zip(&poll.options) {
        sqlx::query("INSERT INTO options (poll, id, place, label) VALUES (?, ?, ?, ?)")
            .bind(poll.id.as_str())
            .bind(option.id.as_str())
            .bind(place)
            .bind(&option.label)
            .execute(&mut *write)
            .await?;
    }
    Ok(())
}

/// Raises a poll's revision and puts the change in the order, as part of a write.
pub(super) async fn raise(write: &mut SqliteConnection, poll: &PollId) -> Result<Change, StoreError> {
    sqlx::query("UPDATE polls SET revision = revision + 1 WHERE id = ?")
        .bind(poll.as_str())
        .execute(&mut *write)
        .await?;
    record(write, Topic::Poll(poll.clone())).await
}

fn push_ids(query: &mut QueryBuilder<Sqlite>, ids: &[PollId]) {
    query.push("(");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.as_str().to_owned());
    }
    query.push(")");
}
