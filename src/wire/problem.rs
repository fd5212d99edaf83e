//! Errors on the wire: RFC 9457 problem details.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Poll;
use crate::api::ProblemKind;

/// The reason why a call was refused: problem details (RFC 9457).
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Problem {
    /// The type of the problem, one of a closed set.
    #[serde(rename = "type")]
    #[schemars(with = "ProblemKind")]
    pub kind: String,
    /// The type in a few words, always the same.
    pub title: String,
    /// The answer's status code.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// What is wrong in this call, and what to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The current poll, if the call was refused because of its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

impl ProblemKind {
    /// The kind in a few words, and its status code.
    fn told(self) -> (&'static str, u16) {
        match self {
            Self::Invalid => ("The request is not valid", 422),
            Self::Unauthorized => ("Sign in first", 401),
            Self::Csrf => ("The CSRF token is stale or missing", 403),
            Self::Forbidden => ("Not allowed", 403),
            Self::NotFound => ("Not found", 404),
            Self::Gone => ("It was deleted", 410),
            Self::NotAllowed => ("Not a call of Host API v1", 405),
            Self::PollClosed => ("The poll takes no ballots now", 409),
            Self::StaleBallot => ("A newer ballot stands", 409),
            Self::Conflict => ("This does not go with what is there", 409),
            Self::RevisionMissing => ("Say which revision you have read", 428),
            Self::BallotFinal => ("Ballots in this poll are final", 409),
            Self::KeyReused => ("The idempotency key was used for another request", 422),
            Self::TooLarge => ("The request is too large", 413),
            Self::Timeout => ("The request took too long", 408),
            Self::RateLimited => ("Too many requests", 429),
            Self::Busy => ("The host is busy", 503),
            Self::Internal => ("The host could not do this", 500),
        }
    }

    /// The status code of its answers.
    pub fn status(self) -> u16 {
        self.told().1
    }

    /// A problem of this kind, saying what was wrong this time.
    pub fn with(self, detail: impl Into<String>) -> Problem {
        let (title, status) = self.told();
        Problem { kind: self.uri(), title: title.into(), status, detail: detail.into(), poll: None }
    }
}
