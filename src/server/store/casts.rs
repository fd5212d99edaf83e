//! The ballots of one write: judged in memory, each after those before it, then stored together. However many there
//! are, they take the same few statements, and each poll's tally and revision move once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::ballot::{Act, Cast, Refusal, digest, judge};
use super::change::Topic;
use super::load::{ballot_row, load};
use super::poll::{Own, Stored};
use super::put::store_counts;
use super::queue::Wish;
use super::says::says_row;
use super::write::Write;
use super::{StoreError, checklist, member, rankings};
use crate::domain::activity::Count;
use crate::domain::count::Profile;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Stage;
use crate::domain::poll::{Ballot, Poll, Says, Secrecy};
use crate::domain::time::Timestamp;
use crate::server::who::{Identity, Role};

/// What the host sees happen when a member votes; steps of the checklist name it.
const VOTED: &str = "vote";

type Whose<'a> = (&'a PollId, &'a MemberId);

#[derive(Default)]
pub(super) struct Casts<'a> {
    polls: HashMap<PollId, Stored>,
    /// How many ballots say each order, of ranked polls.
    profiles: HashMap<PollId, Arc<Profile>>,
    ballots: HashMap<Whose<'a>, Ballot>,
    keys: HashMap<(&'a MemberId, &'a str), Vec<u8>>,
    stages: Stages,
    follows: HashSet<Whose<'a>>,
    /// What was granted. Sorted by names, which says nothing of what came when.
    granted: Granted<'a>,
}

/// Where the members stand, as far as a poll wants to know.
#[derive(Default)]
struct Stages(HashMap<MemberId, Stage>);

impl Stages {
    fn of<'a>(&self, cast: &'a Cast) -> Cow<'a, Identity> {
        match self.0.get(&cast.member.id) {
            Some(stage) => Cow::Owned(Identity { stage: Some(*stage), ..cast.member.clone() }),
            None => Cow::Borrowed(&cast.member),
        }
    }
}

#[derive(Default)]
struct Granted<'a> {
    ballots: BTreeMap<Whose<'a>, Ballot>,
    keys: BTreeMap<(&'a MemberId, &'a str), (Vec<u8>, Timestamp)>,
    /// Who voted in how many polls for the first time, on which day.
    first: BTreeMap<(&'a MemberId, i64), u32>,
    /// The day after which their badges are looked at. A badge that comes with an anonymous vote would tell the moment
    /// of it: it waits for the next day, when everybody is looked at.
    assess: BTreeMap<&'a MemberId, i64>,
    /// Who voted at all, and when.
    voted: BTreeMap<&'a MemberId, Timestamp>,
}

impl<'a> Casts<'a> {
    /// Reads all that these wishes are judged by.
    pub(super) async fn load(write: &mut Write, wishes: &'a [Wish]) -> Result<Self, StoreError> {
        let casts = wishes.iter().filter_map(|wish| match wish {
            Wish::Cast(cast, _) => Some(cast),
            Wish::Meet(_) | Wish::Step(..) => None,
        });
        let casts: Vec<&Cast> = casts.collect();
        if casts.is_empty() {
            return Ok(Self::default());
        }
        let ids: HashSet<&PollId> = casts.iter().map(|cast| &cast.poll).collect();
        let ids: Vec<PollId> = ids.into_iter().cloned().collect();
        let polls = load(write, &ids).await?;
        let ballots = ballots_of(write, &casts).await?;
        let keys = keys_of(write, &casts).await?;
        let follows = follows_of(write, &casts).await?;
        let mut profiles = HashMap::new();
        for (id, stored) in &polls {
            profiles.extend(write.profile(stored).await?.map(|profile| (id.clone(), profile)));
        }
        let stages = if polls.values().any(|stored| !stored.asks.stages.is_empty()) {
            member::stages_of(write, casts.iter().map(|cast| &cast.member.id)).await?
        } else {
            HashMap::new()
        };
        Ok(Self {
            polls,
            profiles,
            ballots,
            keys,
            stages: Stages(stages),
            follows,
            granted: Granted::default(),
        })
    }

    /// Grants a wish or refuses it.
    pub(super) fn judge(&mut self, cast: &'a Cast, now: Timestamp) -> Result<(), Refusal> {
        let stored = self.polls.get_mut(&cast.poll).ok_or_else(|| Refusal::NoPoll(cast.poll.clone()))?;
        let member = &cast.member.id;
        let request = digest(cast, &stored.poll);
        let key = (member, cast.key.as_str());
        match self.keys.get(&key) {
            None => {}
            Some(known) if *known == request => return Ok(()),
            Some(_) => return Err(Refusal::KeyReused),
        }
        if !stored.standing(Some(&self.stages.of(cast))).may_vote() {
            return Err(Refusal::NotEntitled);
        }
        let before = self.ballots.get(&(&cast.poll, member));
        let answer = judge(&stored.poll, before, cast, now)?;
        let anonymous = stored.poll.rules.secrecy == Secrecy::Anonymous;
        // The day is enough to forget a key by, and to say when a step was done.
        let at = if anonymous { now.day_start() } else { now };
        stored.count(before, answer.as_ref());
        if let Some(profile) = self.profiles.get_mut(&cast.poll) {
            let before = before.and_then(Ballot::answer);
            rankings::replace(Arc::make_mut(profile), &stored.poll.options, before, answer.as_ref());
        }
        if matches!(cast.act, Act::Vote(_)) && cast.member.role != Role::Guest {
            self.granted.voted.entry(member).or_insert(at);
            if before.is_none() {
                *self.granted.first.entry((member, now.day())).or_default() += 1;
                let day = if anonymous { now.day() } else { 0 };
                self.granted.assess.entry(member).and_modify(|known| *known = day.max(*known)).or_insert(day);
            }
        }
        let says = match answer {
            _ if anonymous => Says::Unknown,
            Some(answer) => Says::This(answer),
            None => Says::TakenBack,
        };
        let ballot = Ballot { revision: cast.revision, says };
        self.granted.ballots.insert((&cast.poll, member), ballot.clone());
        self.granted.keys.insert(key, (request.clone(), at));
        self.ballots.insert((&cast.poll, member), ballot);
        self.keys.insert(key, request);
        Ok(())
    }

    /// Writes what was granted; whether anybody is to be looked at at once.
    pub(super) async fn store(&mut self, write: &mut Write) -> Result<bool, StoreError> {
        let granted = std::mem::take(&mut self.granted);
        if granted.ballots.is_empty() {
            return Ok(false);
        }
        let mut voters: BTreeMap<&PollId, HashSet<MemberId>> = BTreeMap::new();
        for (poll, member) in granted.ballots.keys() {
            voters.entry(poll).or_default().insert((*member).clone());
        }
        for (id, voters) in voters {
            let Some(stored) = self.polls.get_mut(id) else { continue };
            stored.poll.revision += 1;
            let anonymous = stored.poll.rules.secrecy == Secrecy::Anonymous;
            let mut counted = true;
            if let Some(profile) = self.profiles.remove(id) {
                counted = rankings::count_at_once(stored, &profile);
                write.set_profile(id, profile, counted);
            }
            store_counts(write, stored, counted).await?;
            write.announce(Topic::Poll(id.clone()), voters);
            if anonymous {
                write.leaves_traces();
            }
        }
        store_ballots(write, &granted.ballots).await?;
        store_keys(write, &granted.keys).await?;
        if !granted.first.is_empty() {
            member::add_activity(write, Count::PollsVoted, &granted.first).await?;
            let days: BTreeSet<i64> = granted.assess.values().copied().collect();
            for day in days {
                let members = granted.assess.iter().filter(|(_, d)| **d == day).map(|(member, _)| *member);
                member::assess_after(write, day, members).await?;
            }
        }
        for member in checklist::complete(write, &granted.voted, VOTED).await? {
            write.announce(Topic::Member(member), HashSet::new());
        }
        Ok(granted.assess.values().any(|day| *day == 0))
    }

    /// The poll of a wish as its member sees it, after all wishes.
    pub(super) fn seen(&self, cast: &Cast, now: Timestamp) -> Option<Poll> {
        let ballot = self.ballots.get(&(&cast.poll, &cast.member.id)).cloned();
        let own = Own { ballot, follows: self.follows.contains(&(&cast.poll, &cast.member.id)) };
        Some(self.polls.get(&cast.poll)?.seen_by(Some(&self.stages.of(cast)), own, now))
    }
}

/// A query that has a row for each cast: its number and two of its names.
fn asked(names: &str, casts: &[&Cast], of: fn(&Cast) -> [&str; 2]) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("WITH asked (n, ");
    query.push(names).push(") AS (");
    query.push_values((0_i64..).zip(casts), |mut row, (n, cast)| {
        let [first, second] = of(cast);
        row.push_bind(n).push_bind(first.to_owned()).push_bind(second.to_owned());
    });
    query.push(")");
    query
}

/// Which ballot a cast is about.
fn ballot(cast: &Cast) -> [&str; 2] {
    [cast.poll.as_str(), cast.member.id.as_str()]
}

async fn ballots_of<'a>(
    read: &mut SqliteConnection,
    casts: &[&'a Cast],
) -> Result<HashMap<Whose<'a>, Ballot>, StoreError> {
    let mut query = asked("poll, member", casts, ballot);
    query.push(
        " SELECT a.n, b.revision, b.says, b.reason FROM asked a \
         JOIN ballots b ON b.poll = a.poll AND b.member = a.member",
    );
    let rows: Vec<(i64, i64, Option<String>, Option<String>)> =
        query.build_query_as().persistent(false).fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|(n, revision, says, reason)| {
        let cast = casts.get(usize::try_from(n).ok()?)?;
        Some(
            ballot_row(revision, says.as_deref(), reason)
                .map(|ballot| ((&cast.poll, &cast.member.id), ballot)),
        )
    });
    known.collect()
}

async fn follows_of<'a>(
    read: &mut SqliteConnection,
    casts: &[&'a Cast],
) -> Result<HashSet<Whose<'a>>, StoreError> {
    let mut query = asked("poll, member", casts, ballot);
    query.push(" SELECT a.n FROM asked a JOIN followers f ON f.poll = a.poll AND f.member = a.member");
    let rows: Vec<i64> = query.build_query_scalar().persistent(false).fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|n| casts.get(usize::try_from(n).ok()?));
    Ok(known.map(|cast| (&cast.poll, &cast.member.id)).collect())
}

async fn keys_of<'a>(
    read: &mut SqliteConnection,
    casts: &[&'a Cast],
) -> Result<HashMap<(&'a MemberId, &'a str), Vec<u8>>, StoreError> {
    let mut query = asked("member, key", casts, |cast| [cast.member.id.as_str(), &cast.key]);
    query.push(
        " SELECT a.n, k.request FROM asked a \
         JOIN idempotency_keys k ON k.member = a.member AND k.key = a.key",
    );
    let rows: Vec<(i64, Vec<u8>)> = query.build_query_as().persistent(false).fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|(n, request)| {
        let cast = casts.get(usize::try_from(n).ok()?)?;
        Some(((&cast.member.id, cast.key.as_str()), request))
    });
    Ok(known.collect())
}

async fn store_ballots(
    write: &mut SqliteConnection,
    ballots: &BTreeMap<Whose<'_>, Ballot>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO ballots (poll, member, revision, says, reason) ";
    let mut query = QueryBuilder::<Sqlite>::new(sql);
    query.push_values(ballots, |mut row, ((poll, member), ballot)| {
        let (says, reason) = says_row(&ballot.says);
        row.push_bind(poll.to_string())
            .push_bind(member.to_string())
            .push_bind(ballot.revision.cast_signed())
            .push_bind(says)
            .push_bind(reason.map(str::to_owned));
    });
    query.push(
        " ON CONFLICT (poll, member) DO UPDATE \
         SET revision = excluded.revision, says = excluded.says, reason = excluded.reason",
    );
    query.build().persistent(false).execute(write).await?;
    Ok(())
}

async fn store_keys(
    write: &mut SqliteConnection,
    keys: &BTreeMap<(&MemberId, &str), (Vec<u8>, Timestamp)>,
) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO idempotency_keys (member, key, request, at) ");
    query.push_values(keys, |mut row, ((member, key), (request, at))| {
        row.push_bind(member.to_string())
            .push_bind((*key).to_owned())
            .push_bind(request.clone())
            .push_bind(at.0);
    });
    query.build().persistent(false).execute(write).await?;
    Ok(())
}
