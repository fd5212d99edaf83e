//! The checklist on the wire.

use serde::{Deserialize, Serialize};

use super::{Json, Malformed, Reader};
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

/// Reads a checklist.
pub fn checklist_from<J: Json>(json: &J) -> Result<domain::Checklist, Malformed> {
    let mut reader = Reader::default();
    let list = read(&mut reader, json);
    reader.done(list).map_err(|fault| Malformed { entity: "checklist".into(), fault })
}

fn read<J: Json>(reader: &mut Reader, json: &J) -> Option<domain::Checklist> {
    let mut steps = Vec::new();
    for step in reader.list(json, "steps") {
        steps.push(domain::Step {
            id: reader.id(&step, "id", "step", StepId::new)?,
            title: reader.words(&step, "title"),
            why: reader.words(&step, "why"),
            action: step.field("action").and_then(|action| {
                let label = reader.words(&action, "label");
                Some(domain::Action { label, href: reader.link(&action, "href")? })
            }),
            by: reader.word(&step, "by", by_from, DoneBy::Member),
            done_at: reader.time(&step, "done_at"),
            optional: reader.truth(&step, "optional").unwrap_or(false),
        });
    }
    Some(domain::Checklist { revision: reader.revision(json), title: reader.words(json, "title"), steps })
}

fn by_from(word: &str) -> Option<DoneBy> {
    match word {
        "member" => Some(DoneBy::Member),
        "host" => Some(DoneBy::Host),
        _ => None,
    }
}

impl From<domain::Checklist> for Checklist {
    fn from(list: domain::Checklist) -> Self {
        let step = |s: domain::Step| Step {
            id: s.id.into(),
            title: s.title,
            why: s.why,
            action: s.action.map(|a| Action { label: a.label, href: a.href.into() }),
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
