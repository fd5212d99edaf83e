//! Polls on the wire.

mod edit;
mod read;
mod words;
mod write;

use serde::{Deserialize, Serialize};

pub use edit::{Edit, OptionEdit, PollEdit, WrittenPoll};
pub use words::{
    base_from, base_word, own_options_from, own_options_word, reasons_from, reasons_word, results_from,
    results_word, secrecy_from, secrecy_word,
};

use super::json::entity;
use super::{Ballot, Json, Malformed, Series, Tally};
use crate::domain::poll as domain;

/// `GET /polls?ids=a,b`, and a page of all polls for staff.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Polls {
    /// Those that exist and that the viewer may see.
    pub polls: Vec<Poll>,
    /// The other ids that were asked for.
    pub missing: Vec<String>,
    /// The ids that were asked for of polls that staff deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<String>,
    /// Where not all are on this page: what the next call says as its `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The data of a `deleted` event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PollDeleted {
    /// The id of the poll that staff deleted.
    pub deleted: String,
}

/// One poll, wrapped: the answer to a ballot, and the data of a `poll` event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PollAnswer {
    /// The poll as the viewer may see it now.
    pub poll: Poll,
}

/// A poll as one viewer may see it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Poll {
    /// Its id.
    pub id: String,
    /// Orders this poll's states.
    pub revision: u64,
    /// What a ballot is: `choice` (when absent), `rating`, `ranked`, `allocation`, `availability` or `proposal`.
    pub kind: Option<String>,
    /// The question.
    pub title: String,
    /// What the question was before staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_edited: Option<Edited>,
    /// A plain sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What the description was before staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_edited: Option<Edited>,
    /// What can be chosen.
    pub options: Vec<PollOption>,
    /// Choice: fewest options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Choice: most options on a ballot; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Rating: the numbers there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Ranked: `run_off` (when absent), `stv` or `schulze`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Ranked, by `stv`: how many are elected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// Allocation: most points on a ballot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dots: Option<u32>,
    /// Proposal: `off` (when absent), `optional`, `required` or `to_disagree`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
    /// Proposal: so many of 100 have to agree; 50 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u32>,
    /// Proposal: of whom: `ballots` (when absent) or `entitled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_of: Option<String>,
    /// When voting opens, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<String>,
    /// When voting closes, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<String>,
    /// The IANA zone in which those were meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// `always` (when absent), `after_vote`, `after_close` or `staff`.
    pub results: Option<String>,
    /// `public`, `secret` (when absent) or `anonymous`.
    pub secrecy: Option<String>,
    /// Whether a ballot may be changed; yes when absent.
    pub changeable: Option<bool>,
    /// Whether a ballot may be taken back; no when absent.
    pub retractable: Option<bool>,
    /// Whether a ballot may say nothing, on purpose; no when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstention: Option<bool>,
    /// How many of 100 members who may vote have to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// Whether members may add options: `off` (when absent), `open`, or `approval`, after staff have said yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_options: Option<String>,
    /// Options that wait for staff: those of this viewer, or, for staff, all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposed: Vec<PollOption>,
    /// Whether members may comment; no when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commentable: Option<bool>,
    /// How many comments there are; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<u32>,
    /// How many voted.
    pub turnout: Turnout,
    /// The votes counted; absent where the viewer may not see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// Which round it is, of a poll that comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// What this viewer may do and did.
    pub viewer: Viewer,
}

/// Whole numbers from `min` to `max` in steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scale {
    /// The least.
    pub min: i32,
    /// The greatest.
    pub max: i32,
    /// From each to the next; 1 when absent.
    #[serde(default = "one")]
    pub step: u32,
}

fn one() -> u32 {
    1
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PollOption {
    /// Unique within the poll. Of a proposal `agree`, `abstain`, `disagree` or `block`.
    pub id: String,
    /// What a member reads.
    pub label: String,
    /// A picture of it: `http:`, `https:`, or a path on the page's site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Where more is to be read of it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Availability: a whole day, such as `2026-12-05`, in no time zone; in the place of `starts_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Availability: when it starts, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<String>,
    /// Availability: when it ends, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
    /// How many had voted before it was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_after: Option<u32>,
    /// What its label was before staff changed it after votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// Who added it, for staff to see while it waits for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What a text said before staff changed it after votes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Edited {
    /// How many had voted when it was changed last.
    pub after: u32,
    /// What it said until then.
    pub before: String,
    /// What it said when the first of them voted, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
}

/// How many voted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Turnout {
    /// Members who have cast a ballot.
    pub cast: u32,
    /// Members who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitled: Option<u32>,
}

/// What this viewer may do and did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Viewer {
    /// `entitled`, `invited` (a guest who may vote), `guest` or `not_entitled`; when absent, as the host said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// Their ballot, if they ever cast one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ballot: Option<Ballot>,
    /// Whether they follow the poll; absent where they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<bool>,
    /// Whether they are of the staff; no when absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub staff: bool,
}

/// Reads a poll, as strictly as its states have to be and no more.
pub fn poll_from<J: Json>(json: &J) -> Result<domain::Poll, Malformed> {
    entity(json, "poll", read::read)
}
