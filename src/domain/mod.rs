//! The rules of a community: polls, ballots and tallies; members' activity, stages and badges; the checklist.
//!
//! Everything here is pure: no clock, no randomness, no I/O, no web. The widget and the native host run the same code.
//! May use: `std`, `serde`.

pub mod activity;
pub mod badge;
pub mod checklist;
pub mod count;
pub mod id;
pub mod link;
pub mod member;
pub mod percent;
pub mod poll;
pub mod stage;
pub mod text;
pub mod time;
pub mod translation;
