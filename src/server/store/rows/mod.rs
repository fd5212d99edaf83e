//! Rows: the words and formats of the database's columns, and SQL below them.
//!
//! The stored formats are defined here and nowhere else. They do not depend on those of the Host API, and data that earlier
//! versions of the host wrote can still be read.
//!
//! May use: `domain`, and the types of polls beside this folder.

mod asks;
mod columns;
mod edited;
mod error;
mod polls;
mod result;
mod says;
pub(super) mod sql;
mod texts;
mod when;
mod words;

pub use error::StoreError;

pub(super) use asks::{asks, asks_row};
pub(super) use columns::{id, made_id, number, word};
pub(super) use edited::{edited, edited_row};
pub(super) use polls::{option, stored};
pub(super) use result::{result, result_row};
pub(super) use says::{answer_row, count, counts_row, kind, kind_row, says, says_row};
pub(super) use texts::{languages_row, text};
pub(super) use when::{offset, when, when_row};
pub(super) use words::{OwnState, Word};
