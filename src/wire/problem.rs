//! Errors on the wire: RFC 9457 problem details.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Poll;
use crate::contract::ProblemKind;

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
    /// What is wrong in this call, and what to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The current poll, if the call was refused because of the poll's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

impl ProblemKind {
    /// A problem of this kind, saying what was wrong this time.
    pub fn with(self, detail: impl Into<String>) -> Problem {
        Problem {
            kind: self.uri(),
            title: self.title().into(),
            status: self.status(),
            detail: detail.into(),
            poll: None,
        }
    }
}
