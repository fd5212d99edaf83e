//! The checklist on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Id, Paint, Revision, Time};
use crate::domain::checklist as domain;
use crate::domain::translation::Text;
use domain::DoneBy;

/// The viewer's checklist.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChecklistAnswer {
    /// The checklist; null for a guest, and for a member without one.
    pub checklist: Option<Checklist>,
    /// What the checklist's element shows at first; absent unless the call asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paint: Option<Paint>,
}

/// A member's first things to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Checklist {
    /// Orders the states of the checklist.
    pub revision: Revision<0>,
    /// The checklist's heading.
    pub title: Text,
    /// The steps that the viewer can see.
    pub steps: Vec<Step>,
}

/// A step of the checklist.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Step {
    /// The step's id.
    pub id: Id,
    /// What to do.
    pub title: Text,
    /// Why it is worth doing.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub why: Text,
    /// A link to where the step is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Who marks the step as done; `member` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<DoneBy>,
    /// When the step was done; absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Time>,
    /// Whether the step does not count in the progress; no when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
}

/// A link to where a step is done.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// The text of the link.
    pub label: Text,
    /// The address.
    #[schemars(extend("format" = "uri-reference"))]
    pub href: String,
}

/// The new state of a step.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StepPut {
    /// The state; `done` is the only one so far.
    pub state: StepState,
}

/// A state that a member can give a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum StepState {
    #[expect(missing_docs)]
    Done,
}

impl<T: Into<Text>> From<domain::Checklist<T>> for Checklist {
    fn from(list: domain::Checklist<T>) -> Self {
        let step = |s: domain::Step<T>| Step {
            id: s.id.into(),
            title: s.title.into(),
            why: s.why.into(),
            action: s.action.map(|a| Action { label: a.label.into(), href: a.href.into() }),
            by: Some(s.by),
            done_at: s.done_at.map(Into::into),
            optional: Some(s.optional),
        };
        Self {
            revision: Revision::nearest(list.revision),
            title: list.title.into(),
            steps: list.steps.into_iter().map(step).collect(),
        }
    }
}
