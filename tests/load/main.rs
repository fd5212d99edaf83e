//! How much the native host bears: `cargo bench --bench load`, or a part of it by name, as in
//! `cargo bench --bench load -- live`.
//!
//! The host runs in a process of its own, on a new database file and with its default durability; this process is the
//! crowd, on the same machine.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod ballots;
mod client;
mod count;
mod host;
mod live;
mod reads;
mod size;

use std::env;

fn main() {
    let asked: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let [word, file] = &asked[..]
        && word == host::WORD
    {
        return runtime.block_on(host::run(file));
    }
    // The crowd has as many connections open as the host.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|word| word == name);
    if wanted("ballots") {
        runtime.block_on(ballots::run());
    }
    if wanted("reads") {
        runtime.block_on(reads::run());
    }
    if wanted("live") {
        runtime.block_on(live::run());
    }
    if wanted("count") {
        count::run();
    }
    if wanted("size") {
        runtime.block_on(size::run());
    }
}
