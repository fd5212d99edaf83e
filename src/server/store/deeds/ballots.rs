//! The ballots of one write. They are judged in memory, one after the other, and then stored together. However many there are,
//! they take the same few statements, and the tally and the revision of each poll change once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::cast::{Act, Cast, Refusal, digest, judge};
use super::checklist::{self, Done, Whose};
use super::ledger::{Ledger, Write};
use super::members;
use super::put::store_counts;
use crate::domain::activity::Count;
use crate::domain::count::Profile;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Stage;
use crate::domain::poll::{Ballot, Poll, Says};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::feed::Topic;
use crate::server::store::reads::polls::{ballot, load};
use crate::server::store::reads::{self, rankings};
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, made_id, says_row};
use crate::server::store::{Own, Stored};
use crate::server::who::{Identity, Role};

/// The member who sent an idempotency key, and the key as the database stores it.
type Key<'a> = (&'a MemberId, Cow<'a, str>);

#[derive(Default)]
pub struct Batch<'a> {
    polls: HashMap<PollId, Stored>,
    /// Whether another process could find out the answer of an anonymous ballot.
    watched: bool,
    profiles: HashMap<PollId, Arc<Profile>>,
    ballots: HashMap<Whose<'a>, Ballot>,
    keys: HashMap<Key<'a>, Vec<u8>>,
    stages: Stages,
    follows: HashSet<Whose<'a>>,
    /// The granted requests. They are sorted by ids, which does not show the order in which they arrived.
    granted: Granted<'a>,
}

/// The members' stages. They are read only if who may vote in one of the polls depends on stages.
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
    keys: BTreeMap<Key<'a>, (Vec<u8>, Timestamp)>,
    /// For each member and day, the number of polls in which the member voted for the first time.
    first: BTreeMap<(&'a MemberId, i64), u32>,
    /// The day after which each member is assessed; 0 means at once. A badge for an anonymous vote would show when the member
    /// voted, so it waits for the next day, when all members are assessed.
    assess: BTreeMap<&'a MemberId, i64>,
    /// The polls in which members, not guests, cast or changed a ballot, and when.
    voted: BTreeMap<Whose<'a>, Done>,
}

impl<'a> Batch<'a> {
    /// Reads all that these requests are judged by.
    pub async fn load(write: &mut Write, casts: &[&'a Cast]) -> Result<Self, StoreError> {
        if casts.is_empty() {
            return Ok(Self::default());
        }
        let ids: HashSet<&PollId> = casts.iter().map(|cast| &cast.poll).collect();
        let ids: Vec<PollId> = ids.into_iter().cloned().collect();
        let polls = load(write, &ids).await?;
        let watched = polls.values().any(Stored::is_anonymous) && write.is_watched();
        let ballots = ballots_of(write, casts).await?;
        let keys = keys_of(write, casts, &polls).await?;
        let follows = follows_of(write, casts).await?;
        let mut profiles = HashMap::new();
        for (id, stored) in &polls {
            profiles.extend(write.profile(stored).await?.map(|profile| (id.clone(), profile)));
        }
        let stages = if polls.values().any(|stored| !stored.asks.stages.is_empty()) {
            reads::members::stages_of(write, casts.iter().map(|cast| &cast.member.id)).await?
        } else {
            HashMap::new()
        };
        Ok(Self {
            polls,
            watched,
            profiles,
            ballots,
            keys,
            stages: Stages(stages),
            follows,
            granted: Granted::default(),
        })
    }

    /// Grants or refuses a request. `day` is the day of `now` in the community's calendar.
    pub fn judge(&mut self, cast: &'a Cast, now: Timestamp, day: i64) -> Result<(), Refusal> {
        let stored = self.polls.get_mut(&cast.poll).ok_or_else(|| Refusal::NoPoll(cast.poll.clone()))?;
        let member = &cast.member.id;
        let request = digest(cast, &stored.poll);
        let key = key(cast, stored);
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
        let anonymous = stored.is_anonymous();
        if anonymous && self.watched {
            return Err(Refusal::Watched);
        }
        // In an anonymous poll only the day is stored. It is enough to expire the key, and to say when a step was done.
        let at = if anonymous { now.day_start() } else { now };
        stored.count(before, answer.as_ref());
        if let Some(profile) = self.profiles.get_mut(&cast.poll) {
            let before = before.and_then(Ballot::answer);
            rankings::replace(Arc::make_mut(profile), &stored.poll.options, before, answer.as_ref());
        }
        if matches!(cast.act, Act::Vote(_)) && cast.member.role != Role::Guest {
            self.granted.voted.entry((&cast.poll, member)).or_insert(Done { at, day });
            if before.is_none() {
                *self.granted.first.entry((member, day)).or_default() += 1;
                let day = if anonymous { day } else { 0 };
                self.granted.assess.entry(member).and_modify(|known| *known = day.max(*known)).or_insert(day);
            }
        }
        let says = match answer {
            _ if anonymous => Says::Unknown,
            Some(answer) => Says::This(answer),
            None => Says::TakenBack,
        };
        // In an anonymous poll a member's first ballot is their only one. The client's revision could show the time, so it is
        // not stored.
        let revision = if anonymous { stored.poll.next_ballot() } else { cast.revision };
        let ballot = Ballot { revision, says };
        self.granted.ballots.insert((&cast.poll, member), ballot.clone());
        self.granted.keys.insert(key.clone(), (request.clone(), at));
        self.ballots.insert((&cast.poll, member), ballot);
        self.keys.insert(key, request);
        Ok(())
    }

    /// Writes the granted requests. Returns whether members have to be assessed at once.
    pub async fn store(&mut self, write: &mut Write) -> Result<bool, StoreError> {
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
            let anonymous = stored.is_anonymous();
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
            members::add_activity(write, Count::PollsVoted, &granted.first).await?;
            let days: BTreeSet<i64> = granted.assess.values().copied().collect();
            for day in days {
                let members = granted.assess.iter().filter(|(_, d)| **d == day).map(|(member, _)| *member);
                members::assess_after(write, day, members).await?;
            }
        }
        for member in checklist::complete(write, &granted.voted).await? {
            write.announce(Topic::Member(member), HashSet::new());
        }
        Ok(granted.assess.values().any(|day| *day == 0))
    }

    /// The poll of a request as its member sees it, after all requests of the batch.
    pub fn seen(&self, cast: &Cast, now: Timestamp) -> Option<Poll<Text>> {
        let ballot = self.ballots.get(&(&cast.poll, &cast.member.id)).cloned();
        let own = Own { ballot, follows: self.follows.contains(&(&cast.poll, &cast.member.id)) };
        Some(self.polls.get(&cast.poll)?.seen_by(Some(&self.stages.of(cast)), own, now))
    }
}

/// A query that begins with a table of these pairs of ids, each with its index.
fn asked<'a>(text: &'static str, pairs: impl Iterator<Item = [&'a str; 2]>) -> Query {
    let mut query = Query::new(text);
    let rows = (0_i64..).zip(pairs).map(|(n, [first, second])| [n.into(), first.into(), second.into()]);
    query.push(" AS (").push_rows(rows).push(")");
    query
}

/// The ids of a request's poll and member.
fn names(cast: &Cast) -> [&str; 2] {
    [cast.poll.as_str(), cast.member.id.as_str()]
}

async fn ballots_of<'a>(
    read: &mut Connection,
    casts: &[&'a Cast],
) -> Result<HashMap<Whose<'a>, Ballot>, StoreError> {
    let mut query = asked("WITH asked (n, poll, member)", casts.iter().map(|cast| names(cast)));
    query.push(
        " SELECT a.n, b.revision, b.says, b.reason FROM asked a \
         JOIN ballots b ON b.poll = a.poll AND b.member = a.member",
    );
    let rows: Vec<(i64, i64, Option<String>, Option<String>)> = query.fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|(n, revision, says, reason)| {
        let cast = casts.get(usize::try_from(n).ok()?)?;
        Some(ballot(revision, says.as_deref(), reason).map(|ballot| ((&cast.poll, &cast.member.id), ballot)))
    });
    known.collect()
}

async fn follows_of<'a>(read: &mut Connection, casts: &[&'a Cast]) -> Result<HashSet<Whose<'a>>, StoreError> {
    let mut query = asked("WITH asked (n, poll, member)", casts.iter().map(|cast| names(cast)));
    query.push(" SELECT a.n FROM asked a JOIN followers f ON f.poll = a.poll AND f.member = a.member");
    let rows: Vec<i64> = query.fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|n| casts.get(usize::try_from(n).ok()?));
    Ok(known.map(|cast| (&cast.poll, &cast.member.id)).collect())
}

/// A request's idempotency key as the database stores it. In an anonymous poll it is hashed, since a client may derive the key
/// from the time.
fn key<'a>(cast: &'a Cast, stored: &Stored) -> Key<'a> {
    let key = if stored.is_anonymous() {
        Cow::Owned(made_id(["ballot", cast.poll.as_str(), cast.member.id.as_str(), &cast.key]))
    } else {
        Cow::Borrowed(cast.key.as_str())
    };
    (&cast.member.id, key)
}

async fn keys_of<'a>(
    read: &mut Connection,
    casts: &[&'a Cast],
    polls: &HashMap<PollId, Stored>,
) -> Result<HashMap<Key<'a>, Vec<u8>>, StoreError> {
    let keys = casts.iter().filter_map(|cast| Some(key(cast, polls.get(&cast.poll)?)));
    let keys: Vec<Key<'a>> = keys.collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query =
        asked("WITH asked (n, member, key)", keys.iter().map(|(member, key)| [member.as_str(), key]));
    query.push(
        " SELECT a.n, k.request FROM asked a \
         JOIN idempotency_keys k ON k.member = a.member AND k.key = a.key",
    );
    let rows: Vec<(i64, Vec<u8>)> = query.fetch_all(read).await?;
    let known = rows
        .into_iter()
        .filter_map(|(n, request)| Some((keys.get(usize::try_from(n).ok()?)?.clone(), request)));
    Ok(known.collect())
}

async fn store_ballots(
    write: &mut Connection,
    ballots: &BTreeMap<Whose<'_>, Ballot>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO ballots (poll, member, revision, says, reason) ";
    let mut query = Query::new(sql);
    query.push_rows(ballots.iter().map(|(&(poll, member), ballot)| {
        let (says, reason) = says_row(&ballot.says);
        [poll.into(), member.into(), ballot.revision.cast_signed().into(), says.into(), reason.into()]
    }));
    query.push(
        " ON CONFLICT (poll, member) DO UPDATE \
         SET revision = excluded.revision, says = excluded.says, reason = excluded.reason",
    );
    query.execute(write).await?;
    Ok(())
}

async fn store_keys(
    write: &mut Connection,
    keys: &BTreeMap<Key<'_>, (Vec<u8>, Timestamp)>,
) -> Result<(), StoreError> {
    let mut query = Query::new("INSERT INTO idempotency_keys (member, key, request, at) ");
    query.push_rows(keys.iter().map(|((member, key), (request, at))| {
        [(*member).into(), key.as_ref().into(), request.clone().into(), (*at).into()]
    }));
    query.execute(write).await?;
    Ok(())
}

/// Deletes keys that were used before `then`.
pub async fn forget_keys(ledger: &Arc<Ledger>, then: Timestamp) -> Result<(), StoreError> {
    ledger.execute(Query::new("DELETE FROM idempotency_keys WHERE at < ?").bind(then)).await
}
