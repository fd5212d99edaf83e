//! Options that members add: they are part of the poll at once, or wait for staff.

use std::sync::Arc;

use super::denied::Denied;
use super::edit::append;
use super::ledger::{Ledger, Write};
use super::members;
use super::put::raise;
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{BadOption, MOST_OWN, OwnOptions, Phase, Poll, PollOption, When};
use crate::domain::time::Timestamp;
use crate::server::store::Stored;
use crate::server::store::feed::Voters;
use crate::server::store::reads::polls::load_one;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{OwnState, StoreError, Word, id, made_id, when_row, word};
use crate::server::typed;
use crate::server::who::{Identity, Role};

/// An option that a member adds.
#[derive(Clone, Debug)]
pub struct OwnOption {
    /// The option's label.
    pub label: String,
    /// The day or time that the option stands for, if any.
    pub when: Option<When>,
}

pub async fn add_own(
    ledger: &Arc<Ledger>,
    member: &Identity,
    poll: &PollId,
    new: OwnOption,
    key: &str,
    now: Timestamp,
) -> Result<(), Denied> {
    let (mut write, stored) = poll_of(ledger, poll).await?;
    let name = made_id(["option", poll.as_str(), member.id.as_str(), key]);
    let option = PollOption { when: new.when, ..PollOption::new(id("own_options.id", name)?, &new.label) };
    if is_known(&mut write, poll, &option).await? {
        return Ok(());
    }
    let member = members::met(&mut write, member).await?;
    if !stored.standing(Some(&member)).may_vote() {
        return Err(Denied::NotAsked);
    }
    match stored.poll.rules.phase(now) {
        Phase::Upcoming => return Err(Denied::NotYet(stored.poll.rules.opens_at)),
        Phase::Closed => return Err(Denied::Over(stored.poll.rules.closes_at)),
        Phase::Open => {}
    }
    let proposed: Vec<_> = stored.waiting.iter().map(|(_, proposed)| proposed.clone()).collect();
    for poll in stored.readings() {
        let poll = Poll { proposed: proposed.clone(), ..poll };
        poll.check_own(&option, &typed::same).map_err(Denied::BadOption)?;
    }
    let sql = "SELECT COUNT(*) FROM own_options WHERE poll = ? AND member = ? AND state <> 'declined'";
    let has: i64 = Query::new(sql).bind(poll).bind(&member.id).fetch_one(&mut write).await?;
    if usize::try_from(has).unwrap_or(usize::MAX) >= MOST_OWN {
        return Err(Denied::Enough);
    }
    let at_once = stored.poll.rules.own_options == OwnOptions::Open;
    insert(&mut write, poll, &member.id, &option, if at_once { OwnState::There } else { OwnState::Waiting })
        .await?;
    settle(write, stored, at_once.then_some(option), now).await
}

pub async fn approve_own(
    ledger: &Arc<Ledger>,
    poll: &PollId,
    option: &OptionId,
    now: Timestamp,
) -> Result<(), Denied> {
    let (mut write, stored) = poll_of(ledger, poll).await?;
    if stored.poll.options.iter().any(|known| known.id == *option) {
        return Ok(());
    }
    let waiting = stored.waiting(option).ok_or_else(|| Denied::NotWaiting(option.clone()))?;
    let (_, proposed) = waiting.clone();
    let is_double = |known: &PollOption| known.is_double(&proposed.option, &typed::same);
    if stored.readings().any(|poll| poll.options.iter().any(is_double)) {
        return Err(Denied::BadOption(BadOption::Doubled));
    }
    set_state(&mut write, poll, option, OwnState::There).await?;
    settle(write, stored, Some(proposed.option), now).await
}

pub async fn decline_own(
    ledger: &Arc<Ledger>,
    who: &Identity,
    poll: &PollId,
    option: &OptionId,
    now: Timestamp,
) -> Result<(), Denied> {
    let (mut write, stored) = poll_of(ledger, poll).await?;
    let sql = "SELECT member, state FROM own_options WHERE poll = ? AND id = ?";
    let known: Option<(String, String)> =
        Query::new(sql).bind(poll).bind(option).fetch_optional(&mut write).await?;
    let (by, state) = known.ok_or_else(|| Denied::NotWaiting(option.clone()))?;
    let state: OwnState = word("own_options.state", state)?;
    if state == OwnState::There {
        return Err(Denied::NotWaiting(option.clone()));
    }
    if who.role != Role::Staff && by != who.id.as_str() {
        return Err(Denied::NotTheirs);
    }
    // The answer to the first request may have been lost.
    if state == OwnState::Declined {
        return Ok(());
    }
    set_state(&mut write, poll, option, OwnState::Declined).await?;
    settle(write, stored, None, now).await
}

async fn poll_of(ledger: &Arc<Ledger>, poll: &PollId) -> Result<(Write, Stored), Denied> {
    let mut write = ledger.begin().await?;
    let stored = load_one(&mut write, poll).await?.ok_or_else(|| Denied::NoPoll(poll.clone()))?;
    Ok((write, stored))
}

/// Ends a write to the options that members added to a poll. `option` becomes part of the poll.
async fn settle(
    mut write: Write,
    stored: Stored,
    option: Option<PollOption>,
    now: Timestamp,
) -> Result<(), Denied> {
    let poll = stored.id().clone();
    match option {
        Some(option) => append(&mut write, stored, option, now).await.map_err(|error| {
            if let StoreError::Rules { fault, .. } = error {
                // Since the option was proposed, the poll may have reached its most options, or become one of another kind.
                Denied::NoPlace(fault)
            } else {
                error.into()
            }
        })?,
        None => raise(&mut write, &poll).await?,
    }
    Ok(write.publish(&poll, Voters::new()).await?)
}

/// Writes an option that a member adds, as part of a write.
pub async fn insert(
    write: &mut Connection,
    poll: &PollId,
    member: &MemberId,
    option: &PollOption,
    state: OwnState,
) -> Result<(), StoreError> {
    let (date, starts_at, ends_at) = when_row(option.when);
    let sql = "INSERT INTO own_options (poll, id, member, state, label, date, starts_at, ends_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    Query::new(sql)
        .bind(poll)
        .bind(&option.id)
        .bind(member)
        .bind(state.word())
        .bind(&option.label)
        .bind(date)
        .bind(starts_at)
        .bind(ends_at)
        .execute(write)
        .await?;
    Ok(())
}

/// An option's label, and the values of [`when_row`].
type Known = (String, Option<String>, Option<i64>, Option<i64>);

/// Whether the member has added this option before, in whatever state it is now. An error if the key was used for another.
async fn is_known(read: &mut Connection, poll: &PollId, option: &PollOption) -> Result<bool, Denied> {
    let sql = "SELECT label, date, starts_at, ends_at FROM own_options WHERE poll = ? AND id = ?";
    let known: Option<Known> = Query::new(sql).bind(poll).bind(&option.id).fetch_optional(read).await?;
    let (date, starts_at, ends_at) = when_row(option.when);
    match known {
        None => Ok(false),
        Some(known) if known == (option.label.clone(), date, starts_at, ends_at) => Ok(true),
        Some(_) => Err(Denied::KeyReused),
    }
}

async fn set_state(
    write: &mut Connection,
    poll: &PollId,
    option: &OptionId,
    state: OwnState,
) -> Result<(), StoreError> {
    let sql = "UPDATE own_options SET state = ? WHERE poll = ? AND id = ?";
    Query::new(sql).bind(state.word()).bind(poll).bind(option).execute(write).await?;
    Ok(())
}
