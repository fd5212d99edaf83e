//! What staff do to a poll: write it, edit it, close it, open it again. Ballots stand as far as their options do.

use std::sync::Arc;

use sqlx::SqliteConnection;

use super::change::Topic;
use super::follow::Voters;
use super::load::{ballot_row, load};
use super::poll::{NewPoll, Stored};
use super::put::{put, store_counts};
use super::says::says_row;
use super::write::Write;
use super::{Repeat, Store, StoreError, id, notices, rankings};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{Asks, Ballot, Kind, Phase, Poll, PollOption, Says, Secrecy, Tally};
use crate::domain::time::Timestamp;

/// Why a poll cannot be written or edited so.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// There is one by that id.
    #[error("there is a poll \"{0}\" already; choose another id, or edit that one")]
    Taken(PollId),
    /// Members voted on the understanding that this stays.
    #[error("{0} cannot change any more: members have voted by it")]
    Settled(&'static str),
    /// Nobody knows what the ballots of an anonymous poll say.
    #[error("option \"{0}\" cannot go: ballots of an anonymous poll may name it, and nobody knows which")]
    Named(OptionId),
}

impl Stored {
    /// The poll as staff see it.
    pub fn poll(&self) -> &Poll {
        &self.poll
    }

    /// Whom it asks.
    pub fn asks(&self) -> &Asks {
        &self.asks
    }

    /// When it comes back, if it does.
    pub fn repeat(&self) -> Option<&Repeat> {
        self.repeat.as_ref()
    }

    /// Whether each member sees the options in an order of their own.
    pub fn shuffles(&self) -> bool {
        self.shuffle
    }
}

impl Store {
    /// Adds a poll, with no ballots yet, and announces it.
    pub async fn add_poll(&self, poll: &NewPoll, now: Timestamp) -> Result<(), EditError> {
        let mut write = self.begin().await?;
        if !load(&mut write, std::slice::from_ref(&poll.id)).await?.is_empty() {
            return Err(EditError::Taken(poll.id.clone()));
        }
        put(&mut write, poll, now).await?;
        self.publish(write, &poll.id, Voters::new()).await?;
        Ok(())
    }

    /// Puts in the place of a poll what `change` makes of it.
    pub async fn edit_poll<E: From<EditError>>(
        &self,
        poll: &PollId,
        now: Timestamp,
        change: impl FnOnce(&Stored) -> Result<NewPoll, E> + Send,
    ) -> Result<(), E> {
        let mut write = self.begin().await.map_err(EditError::from)?;
        let stored =
            load(&mut write, std::slice::from_ref(poll)).await.map_err(EditError::from)?.remove(poll);
        let stored = stored.ok_or_else(|| EditError::NoPoll(poll.clone()))?;
        let new = change(&stored)?;
        let voters = edit(&mut write, stored, new, now).await?;
        self.publish(write, poll, voters).await.map_err(EditError::from)?;
        Ok(())
    }

    /// Makes a write to a poll last; `voters` are those for whom something of their own changed.
    pub(super) async fn publish(
        &self,
        mut write: Write,
        poll: &PollId,
        voters: Voters,
    ) -> Result<(), StoreError> {
        write.announce(Topic::Poll(poll.clone()), voters);
        self.commit(write).await?;
        self.polls_moved.notify_one();
        self.notices_moved.notify_one();
        Ok(())
    }
}

/// Adds an option to a poll, after the others.
pub(super) async fn append(
    write: &mut Write,
    stored: Stored,
    option: PollOption,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut new = stored.as_new();
    new.options.push(option);
    edit(write, stored, new, now).await.map(drop).map_err(|error| match error {
        EditError::Store(error) => error,
        // Nothing that members voted by changes.
        _ => StoreError::Stopped,
    })
}

/// Edits a poll; those whose ballots changed by it.
async fn edit(
    write: &mut Write,
    mut stored: Stored,
    mut new: NewPoll,
    now: Timestamp,
) -> Result<Voters, EditError> {
    let poll = &stored.poll;
    // A closing time that is past means now: a ballot that counted was not too late.
    if poll.rules.phase(now) != Phase::Closed {
        new.rules.closes_at = new.rules.closes_at.map(|at| at.max(now));
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM ballots WHERE poll = ?)";
    let voted: bool = sqlx::query_scalar(sql)
        .bind(poll.id.as_str())
        .fetch_one(&mut **write)
        .await
        .map_err(StoreError::from)?;
    let mut voters = Voters::new();
    if voted {
        settled(&stored, &new)?;
        for option in &mut new.options {
            let known = poll.options.iter().find(|o| o.id == option.id);
            option.added_after = known.map_or(Some(poll.turnout.cast), |known| known.added_after);
        }
        let is_gone = |option: &&PollOption| !new.options.iter().any(|o| o.id == option.id);
        let gone: Vec<OptionId> = poll.options.iter().filter(is_gone).map(|o| o.id.clone()).collect();
        if let (Secrecy::Anonymous, Some(option)) = (poll.rules.secrecy, gone.first()) {
            return Err(EditError::Named(option.clone()));
        }
        voters = strike(write, &mut stored, &new, &gone).await?;
    }
    put(write, &new, now).await?;
    notices::note(write, &new.id, stored.poll.rules.phase(now), new.rules.phase(now), now).await?;
    let kind = new.rules.kind;
    let poll = &mut stored.poll;
    poll.tally = Some(match &poll.tally {
        Some(tally) if voted => tally.of_options(kind, &poll.options, &new.options),
        _ => Tally::empty(kind, new.options.len()),
    });
    poll.revision += 1;
    poll.rules = new.rules;
    let stay =
        new.options.iter().map(|o| &o.id).take(poll.options.len()).eq(poll.options.iter().map(|o| &o.id));
    poll.options = new.options;
    let mut counted = true;
    if matches!(kind, Kind::Ranked(_)) {
        // Where the options that were there keep their places, what is known of the ballots is still true.
        let known = if stay { write.profile(&stored).await? } else { None };
        let profile = match known {
            Some(profile) => profile,
            None => Arc::new(rankings::profile_of(write, &stored).await?),
        };
        counted = rankings::count_at_once(&mut stored, &profile);
        write.set_profile(stored.id(), profile, counted);
    }
    store_counts(write, &stored, counted).await?;
    if stored.poll.rules.secrecy == Secrecy::Anonymous {
        write.leaves_traces();
    }
    Ok(voters)
}

/// What members knew when they voted stays: what a ballot is, who sees what, and who is asked.
fn settled(stored: &Stored, new: &NewPoll) -> Result<(), EditError> {
    let (before, after) = (&stored.poll.rules, &new.rules);
    let slot = |option: &PollOption| option.slot.map(|slot| (slot.starts_at, slot.ends_at));
    let moved =
        |option: &PollOption| new.options.iter().any(|o| o.id == option.id && slot(o) != slot(option));
    let fixed = [
        (before.kind != after.kind, "what a ballot is"),
        (before.secrecy != after.secrecy, "secrecy"),
        (before.results != after.results, "results"),
        (before.changeable != after.changeable, "changeable"),
        (before.retractable != after.retractable, "retractable"),
        (before.abstention != after.abstention, "abstention"),
        (before.quorum != after.quorum, "quorum"),
        (stored.asks != new.asks, "whom it asks"),
        (stored.poll.options.iter().any(moved), "the time of an option"),
    ];
    fixed.iter().find(|(changed, _)| *changed).map_or(Ok(()), |(_, what)| Err(EditError::Settled(what)))
}

/// Takes options out of the ballots that name them. One that says too little without them no longer stands: its member can
/// vote anew.
async fn strike(
    write: &mut Write,
    stored: &mut Stored,
    new: &NewPoll,
    gone: &[OptionId],
) -> Result<Voters, StoreError> {
    let mut voters = Voters::new();
    if gone.is_empty() {
        return Ok(voters);
    }
    let left = Poll { options: new.options.clone(), rules: new.rules.clone(), ..stored.poll.clone() };
    for (member, ballot) in ballots(write, &stored.poll.id).await? {
        let Some(answer) = ballot.answer().filter(|a| a.marks().iter().any(|(o, _)| gone.contains(o))) else {
            continue;
        };
        let answer = answer.without(gone).and_then(|answer| left.take(answer).ok());
        stored.count(Some(&ballot), answer.as_ref());
        let says = answer.map_or(Says::TakenBack, Says::This);
        let (says, reason) = says_row(&says);
        let sql =
            "UPDATE ballots SET revision = revision + 1, says = ?, reason = ? WHERE poll = ? AND member = ?";
        sqlx::query(sql)
            .bind(says)
            .bind(reason)
            .bind(stored.poll.id.as_str())
            .bind(member.as_str())
            .execute(&mut **write)
            .await?;
        voters.insert(member);
    }
    Ok(voters)
}

async fn ballots(read: &mut SqliteConnection, poll: &PollId) -> Result<Vec<(MemberId, Ballot)>, StoreError> {
    let sql = "SELECT member, revision, says, reason FROM ballots WHERE poll = ? AND says <> ''";
    let rows: Vec<(String, i64, Option<String>, Option<String>)> =
        sqlx::query_as(sql).bind(poll.as_str()).fetch_all(read).await?;
    let ballot = |(member, revision, says, reason): (String, _, Option<String>, _)| {
        Ok((
            id("ballots.member", MemberId::new(&member), &member)?,
            ballot_row(revision, says.as_deref(), reason)?,
        ))
    };
    rows.into_iter().map(ballot).collect()
}
