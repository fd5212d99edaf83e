//! Host API v1 as the widget reads it: a host's JSON becomes the types of `domain`, which have no invalid states. A host may leave
//! fields out; an absent field means unknown or hidden, never zero. A field that is malformed is named. Unknown fields are
//! ignored. Times are in RFC 3339. Of what the widget writes, ballots are here, beside their reading. What a host writes is in
//! `wire`.
//! May use: `domain`.

mod ballot;
mod checklist;
mod json;
mod lists;
mod member;
mod poll;
mod series;
mod tally;
mod words;

pub use ballot::{Marks, ballot_written};
pub use checklist::checklist_from;
use json::Reader;
pub use json::{Json, Value};
pub use lists::page_from;
pub use member::member_from;
pub use poll::poll_from;
pub use words::{KindWord, MethodWord, Word};

use std::fmt;

/// The most ids in one call, and the most entries on a page of a list.
pub const MAX_IDS: usize = 100;

/// The greatest revision: the greatest integer that every JSON reader represents exactly.
pub const MAX_REVISION: u64 = (1 << 53) - 1;

/// Why an entity in a host's answer cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The entity, such as `poll "dinner"`.
    pub entity: String,
    /// What is wrong with it, such as `options: is not a list`.
    pub fault: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entity, self.fault)
    }
}
