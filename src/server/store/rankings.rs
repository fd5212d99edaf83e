//! Ranked polls. How many ballots say each order is kept in memory and moved one ballot at a time; from that the poll is
//! counted anew. Where that takes a moment, it is done beside the writes: the ballot is stored and acknowledged at once, and
//! the result follows as a change of its own.

use std::sync::Arc;
use std::time::Instant;

use sqlx::SqliteConnection;

use super::change::Topic;
use super::follow::Voters;
use super::load::load;
use super::poll::Stored;
use super::put::store_counts;
use super::says::says;
use super::{Store, StoreError, id};
use crate::api::{Tally as Wire, tally_from, tally_written};
use crate::domain::count::{Profile, Ranking, run_off, schulze, stv};
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{Answer, Count, Kind, Method, PollOption, Says, Tally};

/// Different orders up to which a poll is counted together with the ballot.
const AT_ONCE: usize = 1000;

/// Options up to which it is: more can be tied in more ways than there is time to follow.
const FEW: usize = 6;

/// How many ballots of a ranked poll say each order, as the database has them.
pub(super) async fn profile_of(read: &mut SqliteConnection, stored: &Stored) -> Result<Profile, StoreError> {
    let poll = &stored.poll;
    let mut profile = Profile::new();
    let sql = "SELECT says FROM ballots WHERE poll = ? AND says <> ''";
    let texts: Vec<String> = sqlx::query_scalar(sql).bind(poll.id.as_str()).fetch_all(read).await?;
    for text in texts {
        if let Says::This(answer) = says(Some(&text), None)?
            && let Some(ranking) = ranking(&answer, &poll.options)
        {
            *profile.entry(ranking).or_default() += 1;
        }
    }
    Ok(profile)
}

/// Has one ballot in the place of another.
pub(super) fn replace(
    profile: &mut Profile,
    options: &[PollOption],
    before: Option<&Answer>,
    after: Option<&Answer>,
) {
    if let Some(ranking) = before.and_then(|answer| ranking(answer, options))
        && let Some(ballots) = profile.get_mut(&ranking)
    {
        *ballots = ballots.saturating_sub(1);
        if *ballots == 0 {
            profile.remove(&ranking);
        }
    }
    if let Some(ranking) = after.and_then(|answer| ranking(answer, options)) {
        *profile.entry(ranking).or_default() += 1;
    }
}

fn ranking(answer: &Answer, options: &[PollOption]) -> Option<Ranking> {
    let Answer::Options(order) = answer else { return None };
    let place = |id: &OptionId| options.iter().position(|o| o.id == *id).and_then(|at| u8::try_from(at).ok());
    Some(order.iter().filter_map(place).collect())
}

/// Counts a poll, if that takes no time worth waiting for; whether it was.
pub(super) fn count_at_once(stored: &mut Stored, profile: &Profile) -> bool {
    let kind = stored.poll.rules.kind;
    let options = stored.poll.options.len();
    let small = profile.len() <= AT_ONCE && options <= FEW;
    if small && let Some(tally) = &mut stored.poll.tally {
        tally.count = count(kind, options, profile);
    }
    small
}

fn count(kind: Kind, options: usize, profile: &Profile) -> Count {
    match kind {
        Kind::Ranked(Method::Stv { seats }) => Count::Rounds(stv(options, profile, seats)),
        Kind::Ranked(Method::Schulze) => Count::Pairs(schulze(options, profile)),
        _ => Count::Rounds(run_off(options, profile)),
    }
}

/// A count as the database has it; nothing for kinds that are counted one ballot at a time.
pub(super) fn result_row(tally: &Tally, options: &[PollOption]) -> Option<String> {
    matches!(tally.count, Count::Rounds(_) | Count::Pairs(_)).then(|| {
        let Wire { rounds, pairs, .. } = tally_written(tally, options);
        serde_json::to_string(&Wire { rounds, pairs, ..Wire::default() }).ok()
    })?
}

/// Reads [`result_row`].
pub(super) fn result(text: &str, kind: Kind, options: &[PollOption]) -> Result<Count, StoreError> {
    let corrupt = || StoreError::Corrupt { what: "polls.result", value: text.into() };
    let json: serde_json::Value = serde_json::from_str(text).map_err(|_| corrupt())?;
    tally_from(&json, kind, options).map(|tally| tally.count).map_err(|_| corrupt())
}

impl Store {
    /// Counts what the host before this one left uncounted.
    pub(super) async fn count_rest(&self) -> Result<(), StoreError> {
        let sql = "SELECT id FROM polls WHERE counted = 0";
        let texts: Vec<String> = sqlx::query_scalar(sql).fetch_all(&self.read).await?;
        let polls = texts.iter().map(|text| id("polls.id", PollId::new(text), text));
        self.count_anew(polls.collect::<Result<_, _>>()?);
        Ok(())
    }

    /// Counts polls anew beside the writes, each by one worker at a time.
    pub(super) fn count_anew(&self, polls: Vec<PollId>) {
        for poll in polls {
            let store = self.clone();
            tokio::spawn(async move {
                if let Err(error) = store.keep_counting(&poll).await {
                    eprintln!("folkmoot: cannot count poll \"{poll}\": {error}");
                    store.turn.lock().await.counting.remove(&poll);
                }
            });
        }
    }

    /// Counts a poll until no ballot came meanwhile.
    async fn keep_counting(&self, poll: &PollId) -> Result<(), StoreError> {
        if !self.turn.lock().await.counting.insert(poll.clone()) {
            return Ok(());
        }
        loop {
            let started = Instant::now();
            let mut write = self.begin().await?;
            let Some(stored) = load(&mut write, std::slice::from_ref(poll)).await?.remove(poll) else {
                break;
            };
            let Some(profile) = write.profile(&stored).await? else { break };
            drop(write);
            let (kind, before) = (stored.poll.rules.kind, stored.poll.options);
            let (ballots, options) = (Arc::clone(&profile), before.len());
            let counting = tokio::task::spawn_blocking(move || count(kind, options, &ballots));
            let counted = counting.await.map_err(|_| StoreError::Stopped)?;

            let mut write = self.begin().await?;
            let Some(mut stored) = load(&mut write, std::slice::from_ref(poll)).await?.remove(poll) else {
                break;
            };
            let same = stored.poll.options.iter().map(|o| &o.id).eq(before.iter().map(|o| &o.id));
            if !same || stored.poll.rules.kind != kind {
                continue; // the poll was edited meanwhile, and a count goes by the options' places
            }
            if let Some(tally) = &mut stored.poll.tally {
                tally.count = counted;
            }
            stored.poll.revision += 1;
            let newest = write.profile(&stored).await?;
            let over = newest.is_some_and(|newest| Arc::ptr_eq(&newest, &profile));
            store_counts(&mut write, &stored, over).await?;
            write.announce(Topic::Poll(poll.clone()), Voters::new());
            if over {
                write.counted(poll);
            }
            self.commit(write).await?;
            if over {
                return Ok(());
            }
            // Half of one core at most, however many vote.
            tokio::time::sleep(started.elapsed()).await;
        }
        self.turn.lock().await.counting.remove(poll);
        Ok(())
    }
}
