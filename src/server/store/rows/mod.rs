//! Rows: what the database's columns say, in words and formats of its own, and the seam of SQL below them.
//!
//! What is stored is of this folder alone: a change to what goes over the wire changes nothing here, and what earlier hosts
//! wrote is read.
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
mod when;
mod words;

pub use error::StoreError;

pub(super) use asks::{asks, asks_row};
pub(super) use columns::{id, made_id, number, word};
pub(super) use edited::{edited, edited_row};
pub(super) use polls::{option, stored};
pub(super) use result::{result, result_row};
pub(super) use says::{answer_row, count, counts_row, kind, kind_row, says, says_row};
pub(super) use when::{offset, when, when_row};
pub(super) use words::{OwnState, Word};
