//! The checklist's steps, and which of them each member has done.

use sqlx::{FromRow, SqliteConnection};

use super::change::{Topic, record};
use super::{Store, StoreError, id, to_the_end};
use crate::domain::checklist::{Action, Checklist, DoneBy, Step};
use crate::domain::id::{MemberId, StepId};
use crate::domain::time::Timestamp;

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

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// No such step.
    #[error("there is no step \"{0}\"")]
    NoStep(StepId),
    /// The host alone can say that it is done.
    #[error("step \"{0}\" is done when the host sees it happen; it cannot be ticked by hand")]
    ByHost(StepId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for StepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
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
            action: self.action_label.zip(self.action_href).map(|(label, href)| Action { label, href }),
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
        member: MemberId,
        step: StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist>, StepError> {
        let store = self.clone();
        to_the_end(async move { store.do_step_now(&member, &step, now).await }).await
    }

    async fn do_step_now(
        &self,
        member: &MemberId,
        step: &StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist>, StepError> {
        let mut write = self.begin().await?;
        let sql = "SELECT completed_by FROM steps WHERE id = ?";
        let found: Option<Option<String>> =
            sqlx::query_scalar(sql).bind(step.as_str()).fetch_optional(&mut *write).await?;
        match found {
            None => return Err(StepError::NoStep(step.clone())),
            Some(Some(_)) => return Err(StepError::ByHost(step.clone())),
            Some(None) => {}
        }
        let mut changes = Vec::new();
        if mark(&mut write, member, step.as_str(), now).await? {
            changes.push(record(&mut write, Topic::Member(member.clone())).await?);
        }
        let list = load(&mut write, member).await?;
        self.commit(write, changes).await?;
        Ok(list)
    }
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

/// Marks the steps that are done when the host sees `event` happen, as part of a write; whether any was not done yet.
pub(super) async fn complete(
    write: &mut SqliteConnection,
    member: &MemberId,
    event: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let steps: Vec<String> = sqlx::query_scalar("SELECT id FROM steps WHERE completed_by = ?")
        .bind(event)
        .fetch_all(&mut *write)
        .await?;
    let mut any = false;
    for step in steps {
        any |= mark(write, member, &step, now).await?;
    }
    Ok(any)
}

async fn mark(
    write: &mut SqliteConnection,
    member: &MemberId,
    step: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO steps_done (member, step, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    let done = sqlx::query(sql).bind(member.as_str()).bind(step).bind(now.0).execute(&mut *write).await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let sql = "UPDATE members SET checklist_revision = checklist_revision + 1 WHERE id = ?";
    sqlx::query(sql).bind(member.as_str()).execute(write).await?;
    Ok(true)
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
        .bind(step.action.as_ref().map(|a| &a.href))
        .bind(&step.completed_by)
        .bind(i64::from(step.optional))
        .execute(&mut *write)
        .await?;
    }
    Ok(())
}
