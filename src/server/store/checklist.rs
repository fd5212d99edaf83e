//! The checklist's steps, and which of them each member has done.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::change::Topic;
use super::follow::Voters;
use super::member::push_ids;
use super::queue::{Outcome, Wish};
use super::write::Write;
use super::{Store, StoreError, id};
use crate::domain::checklist::{Action, Checklist, DoneBy, Step};
use crate::domain::id::{MemberId, StepId};
use crate::domain::link::Link;
use crate::domain::time::Timestamp;
use crate::server::who::Identity;

/// A step to be.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// Its id.
    pub id: StepId,
    /// What to do.
    pub title: String,
    /// Why.
    pub why: String,
    /// Where.
    pub action: Option<Action>,
    /// What the host sees happen that completes it, such as `vote`; `None` for one that the member does by hand.
    pub completed_by: Option<String>,
    /// Does not count for progress.
    pub optional: bool,
}

/// Why a step must not be done.
#[derive(Debug, thiserror::Error)]
pub enum StepRefusal {
    /// No such step.
    #[error("there is no step \"{0}\"")]
    NoStep(StepId),
    /// The host alone can say that it is done.
    #[error("step \"{0}\" is done when the host sees it happen; it cannot be ticked by hand")]
    ByHost(StepId),
}

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// It must not be.
    #[error(transparent)]
    Refused(#[from] StepRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(FromRow)]
struct StepRow {
    id: String,
    title: String,
    why: String,
    action_label: Option<String>,
    action_href: Option<String>,
    completed_by: Option<String>,
    optional: i64,
    at: Option<i64>,
}

impl StepRow {
    fn read(self) -> Result<Step, StoreError> {
        Ok(Step {
            id: id("steps.id", StepId::new(&self.id), &self.id)?,
            title: self.title,
            why: self.why,
            action: self
                .action_label
                .zip(self.action_href)
                .and_then(|(label, href)| Some(Action { label, href: Link::new(&href)? })),
            by: if self.completed_by.is_some() { DoneBy::Host } else { DoneBy::Member },
            done_at: self.at.map(Timestamp),
            optional: self.optional != 0,
        })
    }
}

impl Store {
    /// A member's checklist; `None` where the host has none.
    pub async fn checklist(&self, member: &MemberId) -> Result<Option<Checklist>, StoreError> {
        let mut read = self.read.begin().await?;
        load(&mut read, member).await
    }

    /// Marks a step as done by hand; one that is done already stays as it is.
    pub async fn do_step(
        &self,
        member: Identity,
        step: StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist>, StepError> {
        match self.wish(Wish::Step(member, step, now)).await? {
            Outcome::Step(answer) => Ok(answer?),
            Outcome::Met | Outcome::Cast(..) => Err(StoreError::Stopped.into()),
        }
    }
}

/// Marks a step as done by hand, as part of a write.
pub(super) async fn do_step(
    write: &mut Write,
    member: &MemberId,
    step: &StepId,
    now: Timestamp,
) -> Result<Result<Option<Checklist>, StepRefusal>, StoreError> {
    let sql = "SELECT completed_by FROM steps WHERE id = ?";
    let found: Option<Option<String>> =
        sqlx::query_scalar(sql).bind(step.as_str()).fetch_optional(&mut **write).await?;
    match found {
        None => return Ok(Err(StepRefusal::NoStep(step.clone()))),
        Some(Some(_)) => return Ok(Err(StepRefusal::ByHost(step.clone()))),
        Some(None) => {}
    }
    for member in mark(write, &BTreeMap::from([(member, now)]), step.as_str()).await? {
        write.announce(Topic::Member(member), Voters::new());
    }
    Ok(Ok(load(write, member).await?))
}

async fn load(read: &mut SqliteConnection, member: &MemberId) -> Result<Option<Checklist>, StoreError> {
    let sql = "SELECT c.title, m.checklist_revision FROM checklist c, members m WHERE m.id = ?";
    let head: Option<(String, i64)> =
        sqlx::query_as(sql).bind(member.as_str()).fetch_optional(&mut *read).await?;
    let Some((title, revision)) = head else { return Ok(None) };
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT s.id, s.title, s.why, s.action_label, s.action_href, s.completed_by, s.optional, d.at \
         FROM steps s LEFT JOIN steps_done d ON d.step = s.id AND d.member = ? ORDER BY s.place",
    )
    .bind(member.as_str())
    .fetch_all(read)
    .await?;
    let steps = rows.into_iter().map(StepRow::read).collect::<Result<_, _>>()?;
    Ok(Some(Checklist { revision: super::number("members.checklist_revision", revision)?, title, steps }))
}

/// Marks the steps that are done when the host sees `event` happen, as part of a write; who had not done one yet.
pub(super) async fn complete(
    write: &mut SqliteConnection,
    members: &BTreeMap<&MemberId, Timestamp>,
    event: &str,
) -> Result<BTreeSet<MemberId>, StoreError> {
    let sql = "SELECT id FROM steps WHERE completed_by = ?";
    let steps: Vec<String> = sqlx::query_scalar(sql).bind(event).fetch_all(&mut *write).await?;
    let mut moved = BTreeSet::new();
    for step in steps {
        moved.append(&mut mark(write, members, &step).await?);
    }
    Ok(moved)
}

/// Marks a step as done by those who had not done it yet.
async fn mark(
    write: &mut SqliteConnection,
    members: &BTreeMap<&MemberId, Timestamp>,
    step: &str,
) -> Result<BTreeSet<MemberId>, StoreError> {
    if members.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO steps_done (member, step, at) ");
    query.push_values(members, |mut row, (member, at)| {
        row.push_bind(member.to_string()).push_bind(step.to_owned()).push_bind(at.0);
    });
    query.push(" ON CONFLICT DO NOTHING RETURNING member");
    let moved: Vec<String> = query.build_query_scalar().persistent(false).fetch_all(&mut *write).await?;
    let moved = moved.iter().map(|member| id("steps_done.member", MemberId::new(member), member));
    let moved: BTreeSet<MemberId> = moved.collect::<Result<_, _>>()?;
    if !moved.is_empty() {
        let sql = "UPDATE members SET checklist_revision = checklist_revision + 1 WHERE id IN ";
        let mut query = QueryBuilder::<Sqlite>::new(sql);
        push_ids(&mut query, &moved);
        query.build().persistent(false).execute(write).await?;
    }
    Ok(moved)
}

/// Adds the checklist as part of a write.
pub(super) async fn insert(
    write: &mut SqliteConnection,
    title: &str,
    steps: &[NewStep],
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO checklist (id, title) VALUES (1, ?)").bind(title).execute(&mut *write).await?;
    for (place, step) in (0_i64..).zip(steps) {
        sqlx::query(
            "INSERT INTO steps (id, place, title, why, action_label, action_href, completed_by, optional) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(step.id.as_str())
        .bind(place)
        .bind(&step.title)
        .bind(&step.why)
        .bind(step.action.as_ref().map(|a| &a.label))
        .bind(step.action.as_ref().map(|a| a.href.as_str()))
        .bind(&step.completed_by)
        .bind(i64::from(step.optional))
        .execute(&mut *write)
        .await?;
    }
    Ok(())
}
