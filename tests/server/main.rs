//! The native host over real HTTP: each test has a host of its own, on a free port and a database file of its own.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod anonymous;
mod around;
mod assets;
mod ballots;
mod checklist;
mod client;
mod cookies;
mod demo;
mod events;
mod export;
mod guests;
mod hidden;
mod http;
mod killed;
mod kinds;
mod lasting;
mod limits;
mod members;
mod notices;
mod openapi;
mod polls;
mod rounds;
mod sessions;
mod staff;
mod voters;
