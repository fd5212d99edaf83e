//! What can be wrong with a call, from a closed set.

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

    /// The `type` of a problem of this kind.
    pub fn uri(self) -> String {
        [PROBLEM, self.word()].concat()
    }
}
