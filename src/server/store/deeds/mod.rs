//! Deeds: all that changes the database. Each is one transaction, which is on disk before the deed is answered. After that the
//! changes are announced to those who follow them.
//!
//! [`ledger`] runs the transactions; [`queue`] writes the deeds that members do often, several in one transaction.
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
