//! A community on a real forum: Misago, with nginx before it and before the native host, in real browsers.
//!
//! Run by `tests/forum/run`, which starts all but the native hosts: each test starts the one it needs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../browser/client.rs"]
mod client;
#[path = "../database.rs"]
mod database;
#[allow(dead_code, reason = "the widget's own tests need more of it")]
#[path = "../browser/embed.rs"]
mod embed;
#[path = "../browser/engine.rs"]
mod engine;
#[allow(dead_code, reason = "the widget's own tests need more of it")]
#[path = "../browser/fault.rs"]
mod fault;
#[allow(dead_code, reason = "the widget's own tests need more of it")]
#[path = "../browser/forum.rs"]
mod forum;
mod host;
mod members;
#[allow(dead_code, reason = "the widget's own tests need more of it")]
#[path = "../browser/page.rs"]
mod page;
mod play;
#[path = "../browser/ports.rs"]
mod ports;
#[allow(dead_code, reason = "the widget's own tests need more of it")]
#[path = "../browser/site.rs"]
mod site;
#[path = "../browser/wire.rs"]
mod wire;
