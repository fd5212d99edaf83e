//! What members see and hear of the elements, drawn without a browser.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acts;
mod badges;
mod harness;
mod languages;
#[path = "../outline.rs"]
mod outline;
mod plain;
mod reasons;
mod snapshots;
mod states;
