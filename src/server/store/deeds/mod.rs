//! Deeds: whatever changes what the host knows. Each is one transaction, on disk before it is answered, and what it changed
//! is announced after that to those who follow it.
//!
//! [`ledger`] is where deeds are written; [`queue`] takes those that come often and writes them together.
//!
//! May use: `reads`, `rows`, and the types of polls and of the feed beside these folders.

pub mod assess;
pub mod ballots;
pub mod cast;
pub mod changes;
pub mod checklist;
pub mod comments;
pub mod counting;
pub mod delete;
pub mod denied;
pub mod edit;
pub mod fill;
pub mod followers;
pub mod health;
pub mod ledger;
pub mod members;
pub mod notices;
pub mod own_options;
pub mod phases;
pub mod probe;
pub mod put;
pub mod queue;
pub mod rounds;
pub mod visits;
