//! The lists that belong to a poll and come in pages: voters, reasons and comments.

use super::ballot::Answer;
use crate::domain::time::Timestamp;

/// A list that belongs to a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// The voters and their answers, in a public poll.
    Voters,
    /// The reasons for members' stances on a proposal.
    Reasons,
    /// Members' comments.
    Comments,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries, in the list's order.
    pub entries: Vec<Entry>,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

/// One entry of a list. Each list fills in some of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// A comment's id, or a voter's member id; empty in a list of reasons.
    pub id: String,
    /// The author's display name; empty where the list hides names.
    pub name: String,
    /// When the entry was written.
    pub at: Option<Timestamp>,
    /// The author's answer to the poll.
    pub answer: Option<Answer>,
    /// The reason or comment; empty in a list of voters.
    pub text: String,
    /// Whether the viewer may delete the entry.
    pub mine: bool,
}
