//! Errors on the wire: RFC 9457 problem details.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Id, Poll, Time};
use crate::contract::{ProblemCode, ProblemKind};
use crate::domain::time::Timestamp;

/// The reason why a call was refused: problem details (RFC 9457).
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Problem {
    /// The type of the problem, one of a closed set.
    #[serde(rename = "type")]
    #[schemars(with = "ProblemKind")]
    pub kind: String,
    /// The type in a few words, the same in every problem of this type.
    pub title: String,
    /// The answer's status code.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// What is wrong in this call, and what to do, in English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The reason, one of a closed set, for programs that tell it in another language. Absent where members do not meet it.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(with = "ProblemCode")]
    pub code: String,
    /// The numbers and texts that belong to the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Params>,
    /// The current poll, if the call was refused because of the poll's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

/// The numbers and texts that belong to a problem's code. Which they are is said of each code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Params {
    /// The most or the fewest that are allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The id of the option that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<Id>,
    /// When the poll opens, or when it closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

impl Params {
    /// A limit.
    pub fn limit(limit: u32) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    /// When a poll opens, or when it closed.
    pub fn at(at: Option<Timestamp>) -> Self {
        Self { at: at.map(Into::into), ..Self::default() }
    }

    /// An option.
    pub fn option(option: impl Into<Id>) -> Self {
        Self { option: Some(option.into()), ..Self::default() }
    }
}

impl Problem {
    /// The problem with these parameters of its code.
    #[must_use]
    pub fn with_params(self, params: Params) -> Self {
        Self { params: (params != Params::default()).then_some(params), ..self }
    }
}

impl ProblemCode {
    /// A problem with this code, saying what was wrong this time.
    pub fn with(self, detail: impl Into<String>) -> Problem {
        Problem { code: self.word().into(), ..self.kind().with(detail) }
    }
}

impl ProblemKind {
    /// A problem of this kind without a code, saying what was wrong this time.
    pub fn with(self, detail: impl Into<String>) -> Problem {
        Problem {
            kind: self.uri(),
            title: self.title().into(),
            status: self.status(),
            detail: detail.into(),
            ..Problem::default()
        }
    }
}
