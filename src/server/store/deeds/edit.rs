//! Staff write polls, edit them, close them and open them again. A ballot keeps those of its options that the poll keeps.

use std::sync::Arc;

use super::denied::EditError;
use super::ledger::{Ledger, Write};
use super::notices;
use super::put::{put, store_counts};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{Ballot, Edited, Kind, Phase, Poll, PollOption, Says, Secrecy, Tally, When};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::feed::Voters;
use crate::server::store::reads::polls::{ballot, load_one};
use crate::server::store::reads::{rankings, shelf};
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, edited_row, id, says_row};
use crate::server::store::{NewPoll, Stored};

pub async fn add_poll(ledger: &Arc<Ledger>, poll: &NewPoll, now: Timestamp) -> Result<(), EditError> {
    let poll = typed(poll.clone(), &[])?;
    let next = poll.next_round();
    let mut write = ledger.begin().await?;
    if load_one(&mut write, &poll.id).await?.is_some() {
        return Err(EditError::Taken(poll.id.clone()));
    }
    if shelf::is_deleted(&mut write, &poll.id).await? {
        return Err(EditError::Deleted(poll.id.clone()));
    }
    put(&mut write, &poll, next, now).await?;
    write.publish(&poll.id, Voters::new()).await?;
    Ok(())
}

pub async fn edit_poll<E: From<EditError>>(
    ledger: &Arc<Ledger>,
    poll: &PollId,
    now: Timestamp,
    change: impl Fn(&Stored) -> Result<NewPoll, E> + Send,
) -> Result<(), E> {
    if let Some(stored) = ledger.states.get(&ledger.db, poll).await.map_err(EditError::from)? {
        change(&stored)?;
    }
    let mut write = ledger.begin().await.map_err(EditError::from)?;
    let stored = load_one(&mut write, poll).await.map_err(EditError::from)?;
    let stored = stored.ok_or_else(|| EditError::NoPoll(poll.clone()))?;
    let new = typed(change(&stored)?, &stored.poll.options).map_err(EditError::from)?;
    let voters = edit(&mut write, stored, new, now).await?;
    write.publish(poll, voters).await.map_err(EditError::from)?;
    Ok(())
}

/// The poll with cleaned texts.
fn typed(poll: NewPoll, before: &[PollOption<Text>]) -> Result<NewPoll, StoreError> {
    let id = poll.id.clone();
    poll.typed(before).map_err(|fault| StoreError::Rules { poll: id, fault })
}

/// Adds an option to a poll, after the others.
pub async fn append(
    write: &mut Write,
    stored: Stored,
    option: PollOption,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut new = stored.as_new();
    new.options.push(option.map(&mut Text::from));
    edit(write, stored, new, now).await.map(drop).map_err(|error| match error {
        EditError::Store(error) => error,
        // These cannot happen: the poll is there, and an added option changes nothing that members voted by.
        EditError::NoPoll(_)
        | EditError::Taken(_)
        | EditError::Deleted(_)
        | EditError::Settled(_)
        | EditError::Named(_) => StoreError::Stopped,
    })
}

/// Returns the members whose ballots changed.
async fn edit(
    write: &mut Write,
    mut stored: Stored,
    mut new: NewPoll,
    now: Timestamp,
) -> Result<Voters, EditError> {
    let poll = &stored.poll;
    // A closing time before now is moved to now, since no ballot that was counted may be too late. In a poll that is closed
    // already, one before the time at which the poll closed is moved to that time, so that closing is idempotent.
    let closed = if poll.rules.phase(now) == Phase::Closed { poll.rules.closes_at } else { None };
    new.rules.closes_at = new.rules.closes_at.map(|at| at.max(closed.unwrap_or(now)));
    mark(write, poll, &mut new).await?;
    let sql = "SELECT EXISTS (SELECT 1 FROM ballots WHERE poll = ?)";
    let voted: bool = Query::new(sql).bind(&poll.id).fetch_one(write).await?;
    let mut voters = Voters::new();
    if voted {
        settled(&stored, &new)?;
        for option in &mut new.options {
            let known = poll.options.iter().find(|o| o.id == option.id);
            let before = Some(poll.turnout.cast).filter(|&cast| cast > 0);
            option.added_after = known.map_or(before, |known| known.added_after);
        }
        let is_gone = |option: &&PollOption<Text>| !new.options.iter().any(|o| o.id == option.id);
        let gone: Vec<OptionId> = poll.options.iter().filter(is_gone).map(|o| o.id.clone()).collect();
        if let (Secrecy::Anonymous, Some(option)) = (poll.rules.secrecy, gone.first()) {
            return Err(EditError::Named(option.clone()));
        }
        voters = strike(write, &mut stored, &new, &gone).await?;
    }
    let next = match (&new.repeat, &stored.repeat) {
        // The rule for repeating stays: the edit concerns the current round alone, and the next one opens when it would have.
        (Some(repeat), Some(known)) if repeat.is(known) => {
            stored.poll.series.as_ref().and_then(|s| s.next_at)
        }
        // The rule changes: the current round goes on until the next one opens, and keeps its ballots.
        (Some(repeat), _) => new.rules.opens_at.and_then(|at| repeat.next(at.max(now))),
        (None, _) => None,
    };
    put(write, &new, next, now).await?;
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
        // The known profile has options by their indices. It is still valid if the earlier options keep theirs.
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

/// Keeps the earlier version of each text that is changed after votes were cast. Where the edit changes the poll's title,
/// description or options, stores the revision that the poll gets by it.
async fn mark(write: &mut Write, poll: &Poll<Text>, new: &mut NewPoll) -> Result<(), StoreError> {
    let votes = poll.turnout.cast;
    for option in &mut new.options {
        let known = poll.options.iter().find(|known| known.id == option.id);
        option.edited =
            known.and_then(|known| Edited::of(known.edited.as_ref(), &known.label, &option.label, votes));
    }
    let written = |option: &PollOption<Text>| {
        let when = option.when.map(When::plain);
        (option.id.clone(), option.label.clone(), option.picture.clone(), option.link.clone(), when)
    };
    if new.title == poll.title
        && new.description == poll.description
        && new.options.iter().map(written).eq(poll.options.iter().map(written))
    {
        return Ok(());
    }
    let title = Edited::of(poll.title_edited.as_ref(), &poll.title, &new.title, votes);
    let description =
        Edited::of(poll.description_edited.as_ref(), &poll.description, &new.description, votes);
    Query::new(
        "UPDATE polls SET title_edited = ?, description_edited = ?, written_revision = ? WHERE id = ?",
    )
    .bind(edited_row(title.as_ref()))
    .bind(edited_row(description.as_ref()))
    .bind((poll.revision + 1).cast_signed())
    .bind(&poll.id)
    .execute(write)
    .await?;
    Ok(())
}

/// Refuses to change what members voted by, such as the kind of poll, who sees what, and who may vote.
fn settled(stored: &Stored, new: &NewPoll) -> Result<(), EditError> {
    let (before, after) = (&stored.poll.rules, &new.rules);
    let when = |option: &PollOption<Text>| option.when.map(When::plain);
    let moved =
        |option: &PollOption<Text>| new.options.iter().any(|o| o.id == option.id && when(o) != when(option));
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

/// Removes options from the ballots that name them, and returns the members whose ballots changed. A ballot that is invalid
/// without the options is taken back, and its member can vote again.
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
        Query::new(sql).bind(says).bind(reason).bind(&stored.poll.id).bind(&member).execute(write).await?;
        voters.insert(member);
    }
    Ok(voters)
}

async fn ballots(read: &mut Connection, poll: &PollId) -> Result<Vec<(MemberId, Ballot)>, StoreError> {
    let sql = "SELECT member, revision, says, reason FROM ballots WHERE poll = ? AND says <> ''";
    let rows: Vec<(String, i64, Option<String>, Option<String>)> =
        Query::new(sql).bind(poll).fetch_all(read).await?;
    let read = |(member, revision, says, reason): (String, _, Option<String>, _)| {
        Ok((id("ballots.member", member)?, ballot(revision, says.as_deref(), reason)?))
    };
    rows.into_iter().map(read).collect()
}
