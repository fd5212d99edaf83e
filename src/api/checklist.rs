//! The checklist on the wire.

use serde::{Deserialize, Serialize};

use super::{Fault, Malformed, id, time, unknown_word};
use crate::domain::checklist as domain;
use crate::domain::id::StepId;
use domain::DoneBy;

/// `GET /checklist`, the answer to a step, and the data of a `checklist` event.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChecklistAnswer {
    /// `null` for a guest, and for a member who has none.
    pub checklist: Option<Checklist>,
}

/// The viewer's checklist.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Checklist {
    /// Orders its states.
    pub revision: u64,
    /// Its heading.
    pub title: String,
    /// The steps that the viewer can see.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// What to do.
    pub title: String,
    /// Why it is worth doing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Where it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Who says that it is done: `member` (when absent) or `host`.
    pub by: Option<String>,
    /// When it was done; absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<String>,
    /// Does not count for progress.
    pub optional: bool,
}

/// A link to where a step is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Action {
    /// The link's words.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// `PUT /checklist/steps/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepPut {
    /// `done` is the only state so far.
    pub state: String,
}

impl TryFrom<Checklist> for domain::Checklist {
    type Error = Malformed;

    fn try_from(wire: Checklist) -> Result<Self, Malformed> {
        read(wire).map_err(|fault| Malformed { entity: "checklist".into(), fault })
    }
}

fn read(wire: Checklist) -> Result<domain::Checklist, Fault> {
    let mut steps = Vec::with_capacity(wire.steps.len());
    for step in wire.steps {
        steps.push(domain::Step {
            id: id("step", StepId::new(step.id))?,
            title: step.title,
            why: step.why,
            action: step.action.map(|a| domain::Action { label: a.label, href: a.href }),
            by: match step.by.as_deref() {
                None | Some("member") => DoneBy::Member,
                Some("host") => DoneBy::Host,
                Some(word) => return Err(unknown_word("by", word)),
            },
            done_at: time("done_at", step.done_at.as_deref())?,
            optional: step.optional,
        });
    }
    Ok(domain::Checklist { revision: wire.revision, title: wire.title, steps })
}

impl From<domain::Checklist> for Checklist {
    fn from(list: domain::Checklist) -> Self {
        let step = |s: domain::Step| Step {
            id: s.id.into(),
            title: s.title,
            why: s.why,
            action: s.action.map(|a| Action { label: a.label, href: a.href }),
            by: Some(match s.by {
                DoneBy::Member => "member".into(),
                DoneBy::Host => "host".into(),
            }),
            done_at: s.done_at.map(|t| t.to_string()),
            optional: s.optional,
        };
        Self { revision: list.revision, title: list.title, steps: list.steps.into_iter().map(step).collect() }
    }
}
