//! Ids, numbers, flags and words as columns have them.

use sha2::{Digest, Sha256};

use super::sql::Value;
use super::{StoreError, Word};
use crate::domain::id::{BadgeId, MemberId, OptionId, PollId, StepId};
use crate::domain::link::Link;
use crate::domain::time::Timestamp;

/// An id by the type that a column's texts have.
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

/// An id that a column has.
pub fn id<T: Id>(what: &'static str, text: impl Into<String> + AsRef<str>) -> Result<T, StoreError> {
    T::of(text.as_ref()).ok_or_else(|| StoreError::Corrupt { what, value: text.into() })
}

/// A number as the domain has it; the database only knows signed ones.
pub fn number<T: TryFrom<i64>>(what: &'static str, value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Corrupt { what, value: value.to_string() })
}

/// What one of the database's own words means.
pub fn word<T: Word>(what: &'static str, text: String) -> Result<T, StoreError> {
    T::of(&text).ok_or(StoreError::Corrupt { what, value: text })
}

/// An id that the host makes of what it belongs to: the same for what is asked twice, and nobody can tell whose it is who
/// does not know the key of the request.
pub fn made_id(parts: [&str; 4]) -> String {
    let digest = Sha256::digest(parts.join("\n"));
    let first = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{first:016x}")
}
