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
    /// There was such a thing, and staff deleted it.
    Gone,
    /// There is such a thing, but nobody can do that to it.
    NotAllowed,
    /// The poll does not take ballots now.
    PollClosed,
    /// The member has cast a newer ballot since.
    StaleBallot,
    /// What was asked does not go with what is there.
    Conflict,
    /// An edit that does not say which state of the poll its author had read.
    RevisionMissing,
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

/// Apart from the rest, which no page needs.
const WORDS: [(ProblemKind, &str); 18] = [
    (ProblemKind::Invalid, "invalid"),
    (ProblemKind::Unauthorized, "unauthorized"),
    (ProblemKind::Csrf, "csrf"),
    (ProblemKind::Forbidden, "forbidden"),
    (ProblemKind::NotFound, "not-found"),
    (ProblemKind::Gone, "gone"),
    (ProblemKind::NotAllowed, "method-not-allowed"),
    (ProblemKind::PollClosed, "poll-closed"),
    (ProblemKind::StaleBallot, "stale-ballot"),
    (ProblemKind::Conflict, "conflict"),
    (ProblemKind::RevisionMissing, "revision-missing"),
    (ProblemKind::BallotFinal, "ballot-final"),
    (ProblemKind::KeyReused, "key-reused"),
    (ProblemKind::TooLarge, "too-large"),
    (ProblemKind::Timeout, "timeout"),
    (ProblemKind::RateLimited, "rate-limited"),
    (ProblemKind::Busy, "busy"),
    (ProblemKind::Internal, "internal"),
];

/// How the `type` of each of the API's problems begins.
pub const PROBLEM: &str = "urn:folkmoot:problem:";

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

    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|(kind, _)| *kind)
    }

    /// The kind that a problem's `type` names.
    pub fn of(uri: &str) -> Option<Self> {
        let word = uri.strip_prefix(PROBLEM)?;
        WORDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }

    /// The word that names the kind.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(kind, _)| *kind == self).map_or("internal", |(_, word)| *word)
    }

    /// A problem of this kind, saying what was wrong this time.
    pub fn with(self, detail: impl Into<String>) -> Problem {
        let (title, status) = self.told();
        Problem {
            kind: [PROBLEM, self.word()].concat(),
            title: title.into(),
            status,
            detail: detail.into(),
            poll: None,
        }
    }
}
