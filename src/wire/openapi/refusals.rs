//! Answers that are no success, and the headers of answers.

use serde_json::{Map, Value, json};

use super::schemas::SCHEMAS;
use crate::contract::ProblemKind;

/// A way in which a call is refused: one status, and the problems that come with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unauthorized,
    Forbidden,
    NotFound,
    NotAllowed,
    Timeout,
    /// Of a ballot.
    Conflict,
    /// Of an edit.
    Settled,
    /// Of a member's own option.
    NoRoom,
    Gone,
    TooLarge,
    Invalid,
    RevisionMissing,
    RateLimited,
    Internal,
    Busy,
}

const ALL: [Refusal; 15] = [
    Refusal::Unauthorized,
    Refusal::Forbidden,
    Refusal::NotFound,
    Refusal::NotAllowed,
    Refusal::Timeout,
    Refusal::Conflict,
    Refusal::Settled,
    Refusal::NoRoom,
    Refusal::Gone,
    Refusal::TooLarge,
    Refusal::Invalid,
    Refusal::RevisionMissing,
    Refusal::RateLimited,
    Refusal::Internal,
    Refusal::Busy,
];

impl Refusal {
    /// What the answer means, and which problems it can be.
    fn told(self) -> (&'static str, &'static [ProblemKind]) {
        match self {
            Self::Unauthorized => ("No token, or one that does not stand.", &[ProblemKind::Unauthorized]),
            Self::Forbidden => (
                "A member who may not do this, or a CSRF token that is stale or missing.",
                &[ProblemKind::Csrf, ProblemKind::Forbidden],
            ),
            Self::NotFound => ("No such thing here.", &[ProblemKind::NotFound]),
            Self::NotAllowed => {
                ("There is such a thing, but nobody can do that to it.", &[ProblemKind::NotAllowed])
            }
            Self::Timeout => ("The request took too long to arrive.", &[ProblemKind::Timeout]),
            Self::Conflict => (
                "The poll does not take this ballot. With the poll as it stands, where the viewer's ballot is the newer one.",
                &[ProblemKind::PollClosed, ProblemKind::StaleBallot, ProblemKind::BallotFinal],
            ),
            Self::Settled => (
                "There is a poll by that id, or members voted by what was to change, or the poll that was read has changed \
                 since; then with the poll as it is now.",
                &[ProblemKind::Conflict],
            ),
            Self::NoRoom => (
                "The poll takes no options now, has this one already, or has no room for more.",
                &[ProblemKind::PollClosed, ProblemKind::Conflict],
            ),
            Self::Gone => ("Staff deleted the poll.", &[ProblemKind::Gone]),
            Self::TooLarge => ("The body is larger than the host takes.", &[ProblemKind::TooLarge]),
            Self::Invalid => {
                ("The call is not of the right form.", &[ProblemKind::Invalid, ProblemKind::KeyReused])
            }
            Self::RevisionMissing => (
                "The edit does not say which revision of the poll its author had read. With the poll as it is now.",
                &[ProblemKind::RevisionMissing],
            ),
            Self::RateLimited => ("More requests than one member may make.", &[ProblemKind::RateLimited]),
            Self::Internal => {
                ("Something broke on the host; trying again may help.", &[ProblemKind::Internal])
            }
            Self::Busy => ("The host has too much to do.", &[ProblemKind::Busy]),
        }
    }

    pub fn status(self) -> u16 {
        self.told().1.first().map_or(500, |kind| kind.status())
    }

    pub fn reference(self) -> Value {
        json!({ "$ref": format!("#/components/responses/{self:?}") })
    }

    fn response(self) -> Value {
        let (about, kinds) = self.told();
        let uris: Vec<_> = kinds.iter().map(|kind| kind.uri()).collect();
        let properties = json!({ "type": { "enum": uris }, "status": { "const": self.status() } });
        let waits = matches!(self, Self::RateLimited | Self::Busy);
        let header = if self == Self::Unauthorized {
            Some("WWW-Authenticate")
        } else {
            waits.then_some("Retry-After")
        };
        let schema = json!({ "$ref": format!("#{SCHEMAS}/Problem"), "properties": properties });
        json!({
            "description": about,
            "headers": answer_headers(header),
            "content": { "application/problem+json": { "schema": schema } },
        })
    }
}

pub fn responses() -> Value {
    let unchanged = json!({
        "description": "The answer that If-None-Match names still stands.",
        "headers": answer_headers(["ETag"]),
    });
    let refusals = ALL.map(|refusal| (format!("{refusal:?}"), refusal.response()));
    refusals.into_iter().chain([("NotModified".into(), unchanged)]).collect::<Map<_, _>>().into()
}

/// The headers that every answer has, and some more.
pub fn answer_headers(more: impl IntoIterator<Item = &'static str>) -> Value {
    let names = ["Date", "Folkmoot-Epoch"].into_iter().chain(more);
    let header = |name: &str| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    names.map(header).collect::<Map<_, _>>().into()
}

pub fn headers() -> Value {
    let always =
        |about: &str| json!({ "description": about, "required": true, "schema": { "type": "string" } });
    let sometimes = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    json!({
        "Date": always("The host's clock, by which polls open and close."),
        "Folkmoot-Epoch": sometimes(
            "Names the history that the answer belongs to. Another name means that the host may have lost or replaced what it \
             knew, such as by a restored backup: revisions of two epochs are not compared. Absent where a host cannot tell."
        ),
        "ETag": always("Names this very answer; sent back in If-None-Match."),
        "Retry-After": sometimes("Seconds until it is worth trying again."),
        "WWW-Authenticate": sometimes("How to sign in."),
        "Content-Language": sometimes("The languages of the site's texts in the answer, where they are named."),
        "Location": sometimes("Where the poll is, below the API."),
        "Content-Disposition": sometimes("The file's name."),
    })
}
