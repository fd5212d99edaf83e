//! `folkmoot check` against the native host, which conforms, and against hosts that each break one thing.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod around;
mod broken;
#[allow(dead_code, reason = "the host's own tests need more of it")]
#[path = "../server/client.rs"]
mod client;
mod comments;
mod conforms;
#[path = "../database.rs"]
mod database;
mod feeds;
mod hostile;
mod polls;
mod proxies;
mod reads;
mod spoil;
mod staff;
mod ways;
mod writes;
