//! Lists about a poll, page by page: who voted, why, what was said.

use super::ballot::Answer;
use crate::domain::time::Timestamp;

/// A list about a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Who voted for what, in a public poll.
    Voters,
    /// Why members took their stands on a proposal.
    Reasons,
    /// What members say beside their ballots.
    Comments,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What is on it.
    pub entries: Vec<Entry>,
    /// What the next page is asked for by; `None` on the last.
    pub next: Option<String>,
}

/// One entry of a list, as far as the list says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its name on the host; may be empty.
    pub id: String,
    /// What people call whose it is; empty where that is not told.
    pub name: String,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// What they chose.
    pub answer: Option<Answer>,
    /// What they wrote; may be empty.
    pub text: String,
    /// Whether the viewer may take it away.
    pub mine: bool,
}
