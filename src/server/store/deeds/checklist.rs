//! The checklist: the operator writes it, and members do its steps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ledger::{Ledger, Write};
use super::members::add_activity;
use crate::domain::activity::Count;
use crate::domain::checklist::Checklist;
use crate::domain::id::{MemberId, PollId, StepId};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::feed::{Topic, Voters};
use crate::server::store::reads::checklist::{DoneWhen, NewStep, known, load};
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, id, languages_row};

/// The poll and the member of a ballot.
pub type Whose<'a> = (&'a PollId, &'a MemberId);

/// When a step was done: the time, or only the start of the day where the time must stay secret; and the day of the community's
/// calendar.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    pub at: Timestamp,
    pub day: i64,
}

/// Why a member may not mark a step as done.
#[derive(Debug, thiserror::Error)]
pub enum StepRefusal {
    /// There is no such step.
    #[error("there is no step \"{0}\"")]
    NoStep(StepId),
    /// Only the host can mark the step as done.
    #[error("step \"{0}\" is done when the host sees it happen; it cannot be ticked by hand")]
    ByHost(StepId),
}

/// Why a step was not marked as done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The request was refused.
    #[error(transparent)]
    Refused(#[from] StepRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub async fn set_checklist(
    ledger: &Arc<Ledger>,
    title: &Text,
    steps: &[NewStep],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut write = ledger.begin().await?;
    if known(&mut write).await? == Some((title.clone(), steps.to_vec())) {
        return Ok(());
    }
    Query::new("UPDATE steps SET shown = 0").execute(&mut write).await?;
    insert(&mut write, title, steps).await?;
    let today = ledger.calendar.day_start(now);
    for step in steps {
        done_before(&mut write, step, today).await?;
    }
    let sql = "UPDATE members SET checklist_revision = checklist_revision + 1";
    Query::new(sql).execute(&mut write).await?;
    for member in ledger.hub.members() {
        write.announce(Topic::Member(member), Voters::new());
    }
    write.commit().await
}

/// Marks a step as done by hand, as part of a write.
pub async fn do_step(
    write: &mut Write,
    member: &MemberId,
    step: &StepId,
    done: Done,
) -> Result<Result<Option<Checklist<Text>>, StepRefusal>, StoreError> {
    let sql = "SELECT completed_by FROM steps WHERE shown = 1 AND id = ?";
    let found: Option<Option<String>> = Query::new(sql).bind(step).fetch_optional(write).await?;
    match found {
        None => return Ok(Err(StepRefusal::NoStep(step.clone()))),
        Some(Some(_)) => return Ok(Err(StepRefusal::ByHost(step.clone()))),
        Some(None) => {}
    }
    for member in mark(write, &BTreeMap::from([(member, done)]), step.as_str()).await? {
        write.announce(Topic::Member(member), Voters::new());
    }
    Ok(Ok(load(write, member).await?))
}

/// Marks the steps that these votes complete, as part of a write. Returns the members who had not done one of them before.
pub async fn complete(
    write: &mut Connection,
    voted: &BTreeMap<Whose<'_>, Done>,
) -> Result<BTreeSet<MemberId>, StoreError> {
    let mut moved = BTreeSet::new();
    if voted.is_empty() {
        return Ok(moved);
    }
    let sql = "SELECT id, completed_by FROM steps WHERE completed_by IS NOT NULL";
    let steps: Vec<(String, Option<String>)> = Query::new(sql).fetch_all(write).await?;
    for (step, when) in steps {
        let when = DoneWhen::of(when.as_deref())?;
        let done = voted.iter().filter(|((poll, _), _)| when.is_by_vote_in(poll));
        let members = done.map(|((_, member), done)| (*member, *done)).collect();
        moved.append(&mut mark(write, &members, &step).await?);
    }
    Ok(moved)
}

/// Marks a step as done by the members who have already voted as it asks.
async fn done_before(write: &mut Connection, step: &NewStep, at: Timestamp) -> Result<(), StoreError> {
    let poll = match &step.when {
        DoneWhen::Hand => return Ok(()),
        DoneWhen::Voted => None,
        DoneWhen::VotedIn(poll) => Some(poll.as_str()),
    };
    let sql = "INSERT INTO steps_done (member, step, at) SELECT DISTINCT b.member, ?, ? FROM ballots b \
               JOIN members m ON m.id = b.member WHERE m.role <> 'guest' AND (b.says IS NULL OR b.says <> '') \
               AND (? IS NULL OR b.poll = ?) ON CONFLICT DO NOTHING";
    Query::new(sql).bind(&step.id).bind(at).bind(poll).bind(poll).execute(write).await?;
    Ok(())
}

/// Marks a step as done by these members. Returns those who had not done it before.
async fn mark(
    write: &mut Connection,
    members: &BTreeMap<&MemberId, Done>,
    step: &str,
) -> Result<BTreeSet<MemberId>, StoreError> {
    if members.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut query = Query::new("INSERT INTO steps_done (member, step, at) ");
    let rows = members.iter().map(|(&member, done)| [member.into(), step.into(), done.at.into()]);
    query.push_rows(rows).push(" ON CONFLICT DO NOTHING RETURNING member");
    let moved: Vec<String> = query.fetch_all(write).await?;
    let moved = moved.iter().map(|member| id("steps_done.member", member));
    let moved: BTreeSet<MemberId> = moved.collect::<Result<_, _>>()?;
    if !moved.is_empty() {
        let did = members.iter().filter(|(member, _)| moved.contains(**member));
        let did = did.map(|(member, done)| ((*member, done.day), 1)).collect();
        add_activity(write, Count::Steps, &did).await?;
        let sql = "UPDATE members SET checklist_revision = checklist_revision + 1 WHERE id IN ";
        let mut query = Query::new(sql);
        query.push_list(&moved).execute(write).await?;
    }
    Ok(moved)
}

/// Writes the checklist's title and steps, as part of a write.
pub async fn insert(write: &mut Connection, title: &Text, steps: &[NewStep]) -> Result<(), StoreError> {
    let sql = "INSERT INTO checklist (id, title, title_languages) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE \
               SET title = excluded.title, title_languages = excluded.title_languages";
    Query::new(sql).bind(title.first()).bind(languages_row(title)).execute(write).await?;
    for (place, step) in (0_i64..).zip(steps) {
        Query::new(
            "INSERT INTO steps (id, place, title, title_languages, why, why_languages, action_label, \
             action_label_languages, action_href, completed_by, optional) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET place = excluded.place, \
             title = excluded.title, title_languages = excluded.title_languages, why = excluded.why, \
             why_languages = excluded.why_languages, action_label = excluded.action_label, \
             action_label_languages = excluded.action_label_languages, \
             action_href = excluded.action_href, completed_by = excluded.completed_by, \
             optional = excluded.optional, shown = 1",
        )
        .bind(&step.id)
        .bind(place)
        .bind(step.title.first())
        .bind(languages_row(&step.title))
        .bind(step.why.first())
        .bind(languages_row(&step.why))
        .bind(step.action.as_ref().map(|a| a.label.first()))
        .bind(step.action.as_ref().and_then(|a| languages_row(&a.label)))
        .bind(step.action.as_ref().map(|a| a.href.as_str()))
        .bind(step.when.row())
        .bind(step.optional)
        .execute(write)
        .await?;
    }
    Ok(())
}
