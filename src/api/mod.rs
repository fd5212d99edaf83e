//! Host API v1 as the widget reads it: the JSON of an answer is read straight into the domain's types, which have no invalid
//! states. Reading is lenient about fields that a host may leave out, and names the field that is wrong otherwise. Unknown fields
//! are ignored; an absent field means unknown or hidden, never zero. Times are in RFC 3339. What a host writes is in `wire`.
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
pub use tally::tally_from;
pub use words::{KindWord, MethodWord, Word};

use std::fmt;

/// Most ids in one call, and most entries of a page of a list.
pub const MAX_IDS: usize = 100;

/// The greatest revision: the greatest integer that every JSON reader represents exactly.
pub const MAX_REVISION: u64 = (1 << 53) - 1;

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

fn unknown_word(field: &str, word: &str) -> Fault {
    [field, ": \"", word, "\" is not a word of Host API v1"].concat()
}
