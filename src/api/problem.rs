//! Errors on the wire: RFC 9457 problem details with a closed set of types.

use serde::{Deserialize, Serialize};

use super::Poll;

/// The body of an answer with `application/problem+json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// `urn:folkmoot:problem:` and the kind's word.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words, the same each time.
    pub title: String,
    /// The answer's status code.
    pub status: u16,
    /// What was wrong this time and what to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The poll as it stands, where a ballot was refused because of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

/// What can be wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The call itself is not of the right form.
    Invalid,
    /// No token, or one that does not stand (any more).
    Unauthorized,
    /// A cookie says who is asking, but the CSRF header is not (any more) what `GET /session` says.
    Csrf,
    /// A member who may not do this.
    Forbidden,
    /// No such thing here.
    NotFound,
    /// There is such a thing, but nobody can do that to it.
    NotAllowed,
    /// The poll does not take ballots now.
    PollClosed,
    /// The member has cast a newer ballot since.
    StaleBallot,
    /// This poll's ballots cannot be changed or taken back.
    BallotFinal,
    /// The idempotency key was used for another request.
    KeyReused,
    /// The body is larger than the host takes.
    TooLarge,
    /// The request took too long to arrive.
    Timeout,
    /// More requests than one member may make; `Retry-After` says when to come back.
    RateLimited,
    /// The host has too much to do; `Retry-After` says when to come back.
    Busy,
    /// Something broke on the host; trying again may help.
    Internal,
}

const KINDS: [(ProblemKind, &str, &str, u16); 15] = [
    (ProblemKind::Invalid, "invalid", "The request is not valid", 422),
    (ProblemKind::Unauthorized, "unauthorized", "Sign in first", 401),
    (ProblemKind::Csrf, "csrf", "The CSRF token is stale or missing", 403),
    (ProblemKind::Forbidden, "forbidden", "Not allowed", 403),
    (ProblemKind::NotFound, "not-found", "Not found", 404),
    (ProblemKind::NotAllowed, "method-not-allowed", "Not a call of Host API v1", 405),
    (ProblemKind::PollClosed, "poll-closed", "The poll takes no ballots now", 409),
    (ProblemKind::StaleBallot, "stale-ballot", "A newer ballot stands", 409),
    (ProblemKind::BallotFinal, "ballot-final", "Ballots in this poll are final", 409),
    (ProblemKind::KeyReused, "key-reused", "The idempotency key was used for another request", 422),
    (ProblemKind::TooLarge, "too-large", "The request is too large", 413),
    (ProblemKind::Timeout, "timeout", "The request took too long", 408),
    (ProblemKind::RateLimited, "rate-limited", "Too many requests", 429),
    (ProblemKind::Busy, "busy", "The host is busy", 503),
    (ProblemKind::Internal, "internal", "The host could not do this", 500),
];

const PREFIX: &str = "urn:folkmoot:problem:";

impl ProblemKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|kind| kind.0)
    }

    /// The kind that a problem's `type` names.
    pub fn of(uri: &str) -> Option<Self> {
        let word = uri.strip_prefix(PREFIX)?;
        KINDS.iter().find(|k| k.1 == word).map(|k| k.0)
    }

    /// A problem of this kind, saying what was wrong this time.
    pub fn with(self, detail: impl Into<String>) -> Problem {
        let kinds = KINDS.iter().find(|k| k.0 == self);
        let (word, title, status) = kinds.map_or(("internal", "", 500), |k| (k.1, k.2, k.3));
        Problem {
            kind: [PREFIX, word].concat(),
            title: title.into(),
            status,
            detail: detail.into(),
            poll: None,
        }
    }
}
