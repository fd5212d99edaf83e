//! Writes a whole community into an empty database.

use std::collections::HashMap;
use std::sync::Arc;

use super::comments::{self, NewComment};
use super::ledger::Ledger;
use super::members::award;
use super::put::{put, store_counts};
use super::{checklist, own_options, rounds};
use crate::domain::activity::Activity;
use crate::domain::count::Profile;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Stage;
use crate::domain::poll::{Answer, Kind, Past, PollOption, Says, Secrecy};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::NewPoll;
use crate::server::store::feed::{Topic, Voters};
use crate::server::store::reads::checklist::NewStep;
use crate::server::store::reads::polls::load;
use crate::server::store::reads::rankings;
use crate::server::store::rows::sql::{Connection, MOST_VALUES, Query};
use crate::server::store::rows::{OwnState, StoreError, Word, says_row};
use crate::server::who::Role;

/// A community that a new database is filled with.
#[derive(Clone, Debug)]
pub struct Community {
    /// The members.
    pub residents: Vec<Resident>,
    /// The polls.
    pub polls: Vec<NewPoll>,
    /// The results of past rounds, each with its poll.
    pub past: Vec<(PollId, Past)>,
    /// The ballots: the poll, the member and the answer.
    pub ballots: Vec<(PollId, MemberId, Answer)>,
    /// The comments on the polls.
    pub comments: Vec<NewComment>,
    /// The options that wait for staff, each with its poll and its author.
    pub waiting: Vec<(PollId, MemberId, PollOption)>,
    /// The title of the checklist.
    pub checklist: Text,
    /// The steps of the checklist.
    pub steps: Vec<NewStep>,
    /// The steps that members have done: the member, the index of the step in `steps`, and the time.
    pub steps_done: Vec<(MemberId, usize, Timestamp)>,
}

/// A member of a community that a new database is filled with.
#[derive(Clone, Debug)]
pub struct Resident {
    /// The member's id.
    pub id: MemberId,
    /// The member's display name.
    pub name: String,
    /// The member's role.
    pub role: Role,
    /// When the member joined.
    pub joined: Timestamp,
    /// The member's stage, if it is known.
    pub stage: Option<Stage>,
    /// The member's activity.
    pub activity: Activity,
    /// The member's badges: the id, when it was first awarded, and how many times.
    pub awards: Vec<(&'static str, Timestamp, u32)>,
}

pub async fn fill(ledger: &Arc<Ledger>, community: &Community, now: Timestamp) -> Result<(), StoreError> {
    let mut write = ledger.begin().await?;
    for resident in &community.residents {
        insert_resident(&mut write, resident, now).await?;
    }
    insert_activity(&mut write, &community.residents).await?;
    for new in &community.polls {
        put(&mut write, new, new.next_round(), now).await?;
    }
    for (poll, past) in &community.past {
        rounds::keep(&mut write, poll, past).await?;
        let sql = "UPDATE polls SET round = ? WHERE round < ? AND id = ?";
        let next = i64::from(past.number) + 1;
        Query::new(sql).bind(next).bind(next).bind(poll).execute(&mut write).await?;
    }
    let ids: Vec<PollId> = community.polls.iter().map(|new| new.id.clone()).collect();
    let mut polls = load(&mut write, &ids).await?;
    let mut profiles: HashMap<&PollId, Profile> = HashMap::new();
    for (poll, member, answer) in &community.ballots {
        let Some(stored) = polls.get_mut(poll) else { continue };
        let Ok(answer) = stored.poll.take(answer.clone()) else { continue };
        stored.count(None, Some(&answer));
        rankings::replace(profiles.entry(poll).or_default(), &stored.poll.options, None, Some(&answer));
        stored.poll.revision += 1;
        let anonymous = stored.poll.rules.secrecy == Secrecy::Anonymous;
        let says = if anonymous { Says::Unknown } else { Says::This(answer) };
        let (says, reason) = says_row(&says);
        let sql = "INSERT INTO ballots (poll, member, revision, says, reason) VALUES (?, ?, ?, ?, ?)";
        Query::new(sql)
            .bind(poll)
            .bind(member)
            .bind(stored.poll.next_ballot().cast_signed())
            .bind(says)
            .bind(reason)
            .execute(&mut write)
            .await?;
    }
    for stored in polls.values_mut() {
        let mut counted = true;
        if matches!(stored.poll.rules.kind, Kind::Ranked(_)) {
            let profile = profiles.remove(stored.id()).unwrap_or_default();
            counted = rankings::count_at_once(stored, &profile);
            write.set_profile(stored.id(), Arc::new(profile), counted);
        }
        store_counts(&mut write, stored, counted).await?;
    }
    for comment in &community.comments {
        comments::insert(&mut write, comment, &comment.member.to_string()).await?;
    }
    for (poll, member, option) in &community.waiting {
        own_options::insert(&mut write, poll, member, option, OwnState::Waiting).await?;
    }
    checklist::insert(&mut write, &community.checklist, &community.steps).await?;
    for (member, step, at) in &community.steps_done {
        let Some(step) = community.steps.get(*step) else { continue };
        Query::new("INSERT INTO steps_done (member, step, at) VALUES (?, ?, ?)")
            .bind(member)
            .bind(&step.id)
            .bind(*at)
            .execute(&mut write)
            .await?;
    }
    for id in ids {
        write.announce(Topic::Poll(id), Voters::new());
    }
    write.leaves_traces();
    write.commit().await?;
    ledger.polls_moved.notify_one();
    Ok(())
}

async fn insert_resident(
    write: &mut Connection,
    resident: &Resident,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO members (id, name, role, joined_at, stage, assessed_day) VALUES (?, ?, ?, ?, ?, ?)";
    Query::new(sql)
        .bind(&resident.id)
        .bind(&resident.name)
        .bind(resident.role.word())
        .bind(resident.joined)
        .bind(resident.stage.map(Word::word))
        .bind(now.day())
        .execute(write)
        .await?;
    for &(badge, at, times) in &resident.awards {
        award(write, resident.id.as_str(), badge, times, at).await?;
    }
    Ok(())
}

async fn insert_activity(write: &mut Connection, residents: &[Resident]) -> Result<(), StoreError> {
    let rows: Vec<_> = residents
        .iter()
        .flat_map(|r| r.activity.iter().map(|(count, day, n)| (&r.id, count.word(), day, n)))
        .collect();
    for some in rows.chunks(MOST_VALUES / 4) {
        let rows =
            some.iter().map(|&(member, word, day, n)| [member.into(), word.into(), day.into(), n.into()]);
        Query::new("INSERT INTO activity (member, metric, day, n) ").push_rows(rows).execute(write).await?;
    }
    Ok(())
}
