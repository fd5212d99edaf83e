//! The rules of a community, a file for each subject, as in `src/domain`.

#![allow(clippy::unwrap_used)]

mod activity;
mod badge;
mod checklist;
mod count;
mod id;
mod link;
mod percent;
mod poll;
mod stage;
mod text;
mod time;
