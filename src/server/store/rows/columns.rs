//! Ids, numbers and words in columns.

use sha2::{Digest, Sha256};

use super::sql::Value;
use super::{StoreError, Word};
use crate::domain::id::{BadgeId, MemberId, OptionId, PollId, StepId};
use crate::domain::link::Link;
use crate::domain::time::Timestamp;

/// A type of ids, which columns have as texts.
pub trait Id: Sized {
    fn of(text: &str) -> Option<Self>;
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl Id for $id {
            fn of(text: &str) -> Option<Self> {
                Self::new(text).ok()
            }
        }

        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                id.as_str().into()
            }
        }
    )+};
}

ids! { BadgeId MemberId OptionId PollId StepId }

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        at.0.into()
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        at.map(|at| at.0).into()
    }
}

impl From<&Option<Link>> for Value {
    fn from(link: &Option<Link>) -> Self {
        link.as_ref().map(Link::as_str).into()
    }
}

/// Reads an id from the column `what`.
pub fn id<T: Id>(what: &'static str, text: impl Into<String> + AsRef<str>) -> Result<T, StoreError> {
    T::of(text.as_ref()).ok_or_else(|| StoreError::Corrupt { what, value: text.into() })
}

/// Converts a number from the column `what` to the domain's type. The database has signed numbers only.
pub fn number<T: TryFrom<i64>>(what: &'static str, value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Corrupt { what, value: value.to_string() })
}

/// Reads a word from the column `what`.
pub fn word<T: Word>(what: &'static str, text: String) -> Result<T, StoreError> {
    T::of(&text).ok_or(StoreError::Corrupt { what, value: text })
}

/// An id that the host derives from these parts, the last of which is the key of the request. A request that is repeated gets
/// the same id, and the id does not reveal the other parts to those who do not know the key.
pub fn made_id(parts: [&str; 4]) -> String {
    let digest = Sha256::digest(parts.join("\n"));
    let first = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{first:016x}")
}
