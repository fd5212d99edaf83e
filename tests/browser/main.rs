//! The widget in real browsers: one set of tests for Blink, Gecko and WebKit, through WebDriver.
//!
//! Run by `tests/run`, which starts the drivers. A test is a function that calls [`browse`]:
//!
//! ```ignore
//! #[test]
//! fn a_vote_is_counted() {
//!     browse(async |site| {
//!         let page = site.embed(Embed::new(r#"<folk-poll poll="dinner"></folk-poll>"#)).await;
//!         let poll = page.find("folk-poll");
//!         poll.find("input[value=pizza]").click().await;
//!         poll.button(said!(vote)).click().await;
//!         poll.text_contains(said!(your_vote)).await;
//!     });
//! }
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accessibility;
mod around;
mod badges;
mod checklist;
mod client;
mod complaints;
mod cost;
#[path = "../database.rs"]
mod database;
mod drawing;
mod embed;
mod engine;
mod fault;
mod faults;
mod forum;
mod grid;
mod guests;
mod harness;
mod hostile_page;
mod identity;
mod intl;
mod kinds;
mod languages;
mod links;
mod loader;
mod misago;
mod outbox;
#[path = "../outline.rs"]
mod outline;
mod page;
mod panels;
mod parts;
mod poll;
mod ports;
mod proposal;
mod rating;
mod said;
mod site;
mod storm;
mod tag;
mod typed;
mod ways;
mod wire;

use client::browse;
