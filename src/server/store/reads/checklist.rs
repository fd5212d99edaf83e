//! The checklist's steps, and which of them a member has done.

use crate::domain::checklist::{Action, Checklist, DoneBy, Step};
use crate::domain::id::{MemberId, PollId, StepId};
use crate::domain::link::Link;
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::rows::sql::{Connection, Query, Row};
use crate::server::store::rows::{StoreError, id, number, text};

/// A step as the operator writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStep {
    /// The step's id.
    pub id: StepId,
    /// What the member has to do.
    pub title: Text,
    /// Why the member should do it.
    pub why: Text,
    /// A link to where the member can do it, with a label.
    pub action: Option<Action<Text>>,
    /// What completes it.
    pub when: DoneWhen,
    /// Whether the step does not count for progress.
    pub optional: bool,
}

/// What completes a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoneWhen {
    /// The member marks the step as done by hand.
    Hand,
    /// The member votes in any poll.
    Voted,
    /// The member votes in this poll.
    VotedIn(PollId),
}

/// The stored word for a vote in any poll. For a vote in one poll, a space and the poll's id follow.
const VOTE: &str = "vote";

impl DoneWhen {
    /// The event that completes the step, as it is stored; `None` where the member marks the step by hand.
    pub(in crate::server::store) fn row(&self) -> Option<String> {
        match self {
            Self::Hand => None,
            Self::Voted => Some(VOTE.into()),
            Self::VotedIn(poll) => Some(format!("{VOTE} {poll}")),
        }
    }

    /// Reads [`DoneWhen::row`].
    pub(in crate::server::store) fn of(row: Option<&str>) -> Result<Self, StoreError> {
        let corrupt = |row: &str| StoreError::Corrupt { what: "steps.completed_by", value: row.into() };
        match row {
            None => Ok(Self::Hand),
            Some(VOTE) => Ok(Self::Voted),
            Some(row) => {
                let poll = row.strip_prefix(VOTE).and_then(|rest| PollId::new(rest.trim_start()).ok());
                poll.map(Self::VotedIn).ok_or_else(|| corrupt(row))
            }
        }
    }

    /// Whether a vote in this poll completes the step.
    pub(in crate::server::store) fn is_by_vote_in(&self, poll: &PollId) -> bool {
        match self {
            Self::Hand => false,
            Self::Voted => true,
            Self::VotedIn(known) => known == poll,
        }
    }
}

fn step(row: &Row) -> Result<Step<Text>, StoreError> {
    let said = |what, first, languages| text(what, row.get(first)?, row.get(languages)?);
    let label: Option<String> = row.get("action_label")?;
    let languages = row.get("action_label_languages")?;
    let label = label.map(|label| text("steps.action_label_languages", label, languages)).transpose()?;
    let href: Option<String> = row.get("action_href")?;
    let by_host = row.get::<Option<String>>("completed_by")?.is_some();
    Ok(Step {
        id: id("steps.id", row.get::<String>("id")?)?,
        title: said("steps.title_languages", "title", "title_languages")?,
        why: said("steps.why_languages", "why", "why_languages")?,
        action: label.zip(href).and_then(|(label, href)| Some(Action { label, href: Link::new(&href)? })),
        by: if by_host { DoneBy::Host } else { DoneBy::Member },
        done_at: row.get::<Option<i64>>("at")?.map(Timestamp),
        optional: row.get::<i64>("optional")? != 0,
    })
}

pub async fn load(read: &mut Connection, member: &MemberId) -> Result<Option<Checklist<Text>>, StoreError> {
    let sql =
        "SELECT c.title, c.title_languages, m.checklist_revision FROM checklist c, members m WHERE m.id = ?";
    let head: Option<(String, Option<String>, i64)> =
        Query::new(sql).bind(member.as_str()).fetch_optional(&mut *read).await?;
    let Some((title, languages, revision)) = head else { return Ok(None) };
    let title = text("checklist.title_languages", title, languages)?;
    let rows: Vec<Row> = Query::new(
        "SELECT s.id, s.title, s.title_languages, s.why, s.why_languages, s.action_label, \
         s.action_label_languages, s.action_href, s.completed_by, s.optional, d.at \
         FROM steps s LEFT JOIN steps_done d ON d.step = s.id AND d.member = ? WHERE s.shown = 1 ORDER BY s.place",
    )
    .bind(member.as_str())
    .fetch_all(read)
    .await?;
    let steps = rows.iter().map(step).collect::<Result<_, _>>()?;
    Ok(Some(Checklist { revision: number("members.checklist_revision", revision)?, title, steps }))
}

/// The checklist's title and steps as the operator wrote them, if there is a checklist.
pub async fn known(read: &mut Connection) -> Result<Option<(Text, Vec<NewStep>)>, StoreError> {
    let title: Option<(String, Option<String>)> =
        Query::new("SELECT title, title_languages FROM checklist").fetch_optional(&mut *read).await?;
    let Some((title, languages)) = title else { return Ok(None) };
    let title = text("checklist.title_languages", title, languages)?;
    let rows: Vec<Row> = Query::new(
        "SELECT id, title, title_languages, why, why_languages, action_label, action_label_languages, action_href, \
         completed_by, optional, NULL AS at \
         FROM steps WHERE shown = 1 ORDER BY place",
    )
    .fetch_all(read)
    .await?;
    let steps = rows.iter().map(|row| {
        let when = DoneWhen::of(row.get::<Option<String>>("completed_by")?.as_deref())?;
        let Step { id, title, why, action, optional, .. } = step(row)?;
        Ok(NewStep { id, title, why, action, when, optional })
    });
    Ok(Some((title, steps.collect::<Result<_, StoreError>>()?)))
}
