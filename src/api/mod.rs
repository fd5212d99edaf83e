//! Host API v1 as types: what goes over the wire between the widget and a host.
//!
//! Wire structs are explicit and plain: what a host writes. What it wrote is read straight into the domain's types, where
//! states that cannot be do not exist: leniently where a host may say less, and saying what was wrong otherwise. Unknown
//! fields are ignored; absent means unknown or hidden, never zero. Times are RFC 3339.
//! May use: `domain`, `serde`.

mod asks;
mod ballot;
mod checklist;
mod json;
mod lists;
mod member;
mod poll;
mod problem;
mod series;
mod tally;

pub use asks::Asks;
pub use ballot::{Ballot, BallotPut, Marks, Value};
pub use checklist::{Action, Checklist, ChecklistAnswer, Step, StepPut, checklist_from};
pub use json::Json;
use json::Reader;
pub use lists::{
    Comment, CommentPost, Comments, FollowPut, Follower, Followers, OptionPost, OptionPut, Reason, Reasons,
    Voter, Voters, page_from,
};
pub use member::{Ahead, Award, Member, Members, member_from, stage_from, stage_word};
pub use poll::{
    Edit, Edited, OptionEdit, Poll, PollAnswer, PollDeleted, PollEdit, PollOption, Polls, Scale, Turnout,
    Viewer, WrittenPoll, base_from, base_word, own_options_from, own_options_word, poll_from, reasons_from,
    reasons_word, results_from, results_word, secrecy_from, secrecy_word,
};
pub use problem::{PROBLEM, Problem, ProblemKind};
pub use series::{Past, Series};
pub use tally::{
    Pairs, Points, Preferred, Round, Rounds, Share, Tally, Values, Votes, tally_from, tally_written,
};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::id::BadId;

/// Host API v1 as OpenAPI 3.1, held against these types and against the native host in tests.
pub const OPENAPI: &str = include_str!("openapi.json");

/// Most ids in one call, and most entries of a page of a list.
pub const MAX_IDS: usize = 100;

/// `GET /session`: who is asking.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Session {
    /// `null` for a guest.
    pub viewer: Option<SessionViewer>,
    /// What a write has to say in its CSRF header, where a cookie says who is asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// Where the call came from; told to staff alone, so that they can see whether proxies are set up well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
}

/// Where a call came from, as far as the host knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The address by which a guest would be counted; `null` where a trusted proxy does not say it.
    pub address: Option<String>,
    /// The other end of the connection: the caller, or the proxy that is nearest to the host.
    pub peer: String,
    /// Whether the host believes what that proxy says.
    pub trusted: bool,
    /// Whether the call had the header `X-Forwarded-For`.
    pub forwarded: bool,
}

/// The member who is asking.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionViewer {
    /// Their id on the host.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// `member` or `staff`.
    pub role: String,
}

/// `POST /session`: what a guest who is to vote is known by from then on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Welcome {
    /// To be sent as a member's token is.
    pub token: String,
}

/// An answer that is JSON of the right shape but cannot be: which entity, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Such as `poll "dinner"`.
    pub entity: String,
    /// Such as `min 3 is more than max 2`.
    pub fault: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entity, self.fault)
    }
}

/// A fault inside an entity, before the entity's name is put to it.
type Fault = String;

fn id<T>(field: &str, made: Result<T, BadId>) -> Result<T, Fault> {
    made.map_err(|e| [field, ": ", &e.to_string()].concat())
}

fn unknown_word(field: &str, word: &str) -> Fault {
    [field, ": \"", word, "\" is not a word of Host API v1"].concat()
}
