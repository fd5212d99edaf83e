//! Members' own options: added at once, or waiting for staff.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::change::millis;
use super::edit::append;
use super::follow::Voters;
use super::load::{load_one, offset, push_ids};
use super::poll::Stored;
use super::write::Write;
use super::{Denied, Store, StoreError, id, made_id, member};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::poll::{MOST_OWN, OwnOptions, Phase, Poll, PollOption, Proposed, Slot};
use crate::domain::time::Timestamp;
use crate::server::who::{Identity, Role};

/// What a member adds.
#[derive(Clone, Debug)]
pub struct OwnOption {
    /// What is read.
    pub label: String,
    /// The time, in a poll about when.
    pub slot: Option<Slot>,
}

/// What has become of a member's own option, as the database has it.
pub(super) const WAITING: &str = "waiting";
const THERE: &str = "there";
const DECLINED: &str = "declined";

#[derive(FromRow)]
pub(super) struct WaitingRow {
    poll: String,
    id: String,
    member: String,
    name: String,
    label: String,
    starts_at: Option<i64>,
    ends_at: Option<i64>,
}

impl WaitingRow {
    pub(super) fn read(self, zone: Option<&TimeZone>) -> Result<(MemberId, Proposed), StoreError> {
        let slot = self.starts_at.map(|starts_at| Slot {
            starts_at: Timestamp(starts_at),
            ends_at: self.ends_at.map(Timestamp),
            offset: offset(zone, Some(starts_at)),
        });
        let option = OptionId::new(&self.id);
        let option =
            PollOption { slot, ..PollOption::new(id("own_options.id", option, &self.id)?, &self.label) };
        let member = id("own_options.member", MemberId::new(&self.member), &self.member)?;
        Ok((member, Proposed { option, by: Some(self.name) }))
    }
}

/// The options that wait for staff in these polls, by their ids.
pub(super) async fn waiting(
    read: &mut SqliteConnection,
    polls: &[PollId],
) -> Result<HashMap<String, Vec<WaitingRow>>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT o.poll, o.id, o.member, m.name, o.label, o.starts_at, o.ends_at FROM own_options o \
         JOIN members m ON m.id = o.member WHERE o.state = 'waiting' AND o.poll IN ",
    );
    push_ids(&mut query, polls);
    query.push(" ORDER BY o.poll, o.id");
    let mut waiting: HashMap<String, Vec<WaitingRow>> = HashMap::new();
    for row in query.build_query_as::<WaitingRow>().fetch_all(read).await? {
        waiting.entry(row.poll.clone()).or_default().push(row);
    }
    Ok(waiting)
}

impl Store {
    /// Adds a member's own option to a poll, or has it wait for staff; once, however often it is asked under one key.
    pub async fn add_own(
        &self,
        member: &Identity,
        poll: &PollId,
        new: OwnOption,
        key: &str,
        now: Timestamp,
    ) -> Result<(), Denied> {
        let mut write = self.begin().await?;
        let stored = load_one(&mut write, poll).await?.ok_or_else(|| Denied::NoPoll(poll.clone()))?;
        let name = made_id(["option", poll.as_str(), member.id.as_str(), key]);
        let option = OptionId::new(&name);
        let option = PollOption {
            slot: new.slot,
            ..PollOption::new(id("own_options.id", option, &name)?, &new.label)
        };
        if is_known(&mut write, poll, &option).await? {
            return Ok(());
        }
        let member = member::met(&mut write, member).await?;
        if !stored.standing(Some(&member)).may_vote() {
            return Err(Denied::NotAsked);
        }
        if stored.poll.rules.phase(now) != Phase::Open {
            return Err(Denied::NotOpen);
        }
        let proposed = stored.waiting.iter().map(|(_, proposed)| proposed.clone()).collect();
        Poll { proposed, ..stored.poll.clone() }
            .check_own(&option, str::to_lowercase)
            .map_err(Denied::BadOption)?;
        let sql = "SELECT COUNT(*) FROM own_options WHERE poll = ? AND member = ? AND state <> 'declined'";
        let has: i64 = sqlx::query_scalar(sql)
            .bind(poll.as_str())
            .bind(member.id.as_str())
            .fetch_one(&mut *write)
            .await?;
        if usize::try_from(has).unwrap_or(usize::MAX) >= MOST_OWN {
            return Err(Denied::Enough);
        }
        let at_once = stored.poll.rules.own_options == OwnOptions::Open;
        insert(&mut write, poll, &member.id, &option, if at_once { THERE } else { WAITING }).await?;
        self.settle(write, stored, at_once.then_some(option), now).await
    }

    /// Gives a poll an option that waits.
    pub async fn approve_own(&self, poll: &PollId, option: &OptionId, now: Timestamp) -> Result<(), Denied> {
        let (mut write, stored) = self.waiting_in(poll).await?;
        if stored.poll.options.iter().any(|known| known.id == *option) {
            return Ok(());
        }
        let (_, proposed) = stored.waiting(option)?.clone();
        set_state(&mut write, poll, option, THERE).await?;
        self.settle(write, stored, Some(proposed.option), now).await
    }

    /// Takes an option that waits away: staff do, and whose it is.
    pub async fn decline_own(
        &self,
        who: &Identity,
        poll: &PollId,
        option: &OptionId,
        now: Timestamp,
    ) -> Result<(), Denied> {
        let (mut write, stored) = self.waiting_in(poll).await?;
        let sql = "SELECT member, state FROM own_options WHERE poll = ? AND id = ?";
        let known: Option<(String, String)> =
            sqlx::query_as(sql).bind(poll.as_str()).bind(option.as_str()).fetch_optional(&mut *write).await?;
        let (by, state) =
            known.filter(|(_, state)| state != THERE).ok_or_else(|| Denied::NotWaiting(option.clone()))?;
        if who.role != Role::Staff && by != who.id.as_str() {
            return Err(Denied::NotTheirs);
        }
        // The answer to the first request may have been lost.
        if state == DECLINED {
            return Ok(());
        }
        set_state(&mut write, poll, option, DECLINED).await?;
        self.settle(write, stored, None, now).await
    }

    async fn waiting_in(&self, poll: &PollId) -> Result<(Write, Stored), Denied> {
        let mut write = self.begin().await?;
        let stored = load_one(&mut write, poll).await?.ok_or_else(|| Denied::NoPoll(poll.clone()))?;
        Ok((write, stored))
    }

    /// Ends a write to a poll's own options, of which one may become an option like the others.
    async fn settle(
        &self,
        mut write: Write,
        stored: Stored,
        option: Option<PollOption>,
        now: Timestamp,
    ) -> Result<(), Denied> {
        let poll = stored.id().clone();
        match option {
            Some(option) => append(&mut write, stored, option, now).await?,
            None => super::put::raise(&mut write, &poll).await?,
        }
        Ok(self.publish(write, &poll, Voters::new()).await?)
    }
}

impl Stored {
    fn waiting(&self, option: &OptionId) -> Result<&(MemberId, Proposed), Denied> {
        let found = self.waiting.iter().find(|(_, proposed)| proposed.option.id == *option);
        found.ok_or_else(|| Denied::NotWaiting(option.clone()))
    }
}

/// Writes a member's own option down, as part of a write.
pub(super) async fn insert(
    write: &mut SqliteConnection,
    poll: &PollId,
    member: &MemberId,
    option: &PollOption,
    state: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO own_options (poll, id, member, state, label, starts_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(poll.as_str())
        .bind(option.id.as_str())
        .bind(member.as_str())
        .bind(state)
        .bind(&option.label)
        .bind(millis(option.slot.map(|slot| slot.starts_at)))
        .bind(millis(option.slot.and_then(|slot| slot.ends_at)))
        .execute(write)
        .await?;
    Ok(())
}

/// Whether a member has added this before, whatever became of it.
async fn is_known(read: &mut SqliteConnection, poll: &PollId, option: &PollOption) -> Result<bool, Denied> {
    let sql = "SELECT label, starts_at, ends_at FROM own_options WHERE poll = ? AND id = ?";
    let known: Option<(String, Option<i64>, Option<i64>)> =
        sqlx::query_as(sql).bind(poll.as_str()).bind(option.id.as_str()).fetch_optional(read).await?;
    let (starts_at, ends_at) =
        (option.slot.map(|slot| slot.starts_at), option.slot.and_then(|slot| slot.ends_at));
    match known {
        None => Ok(false),
        Some(known) if known == (option.label.clone(), millis(starts_at), millis(ends_at)) => Ok(true),
        Some(_) => Err(Denied::KeyReused),
    }
}

async fn set_state(
    write: &mut SqliteConnection,
    poll: &PollId,
    option: &OptionId,
    state: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE own_options SET state = ? WHERE poll = ? AND id = ?";
    sqlx::query(sql).bind(state).bind(poll.as_str()).bind(option.as_str()).execute(write).await?;
    Ok(())
}
