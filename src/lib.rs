//! Folkmoot: polls, member badges and a belonging checklist on any forum page, with one script tag.
//!
//! One crate, two targets: `wasm32-unknown-unknown` is the widget, anything else is the `folkmoot` command.
//! The folders are the architecture; `tests/architecture` has which may use which. All `cfg` gates stand in this file.

pub mod api;
pub mod contract;
pub mod domain;
pub mod hosts;
pub mod sync;
pub mod ui;
pub mod words;

/// The kind of host that the widget asks.
#[cfg(all(target_arch = "wasm32", not(misago)))]
type SiteHost = hosts::native::Native;
// A browser test builds the widget with this second kind of host.
#[cfg(all(target_arch = "wasm32", misago))]
extern crate self as folkmoot;
#[cfg(all(target_arch = "wasm32", misago))]
#[path = "../tests/hosts/misago.rs"]
mod misago;
/// The kind of host that the widget asks.
#[cfg(all(target_arch = "wasm32", misago))]
type SiteHost = misago::Misago;

#[cfg(target_arch = "wasm32")]
pub mod browser;

#[cfg(not(target_arch = "wasm32"))]
pub mod build;
#[cfg(not(target_arch = "wasm32"))]
pub mod check;
#[cfg(not(target_arch = "wasm32"))]
pub mod clock;
#[cfg(not(target_arch = "wasm32"))]
mod json;
#[cfg(not(target_arch = "wasm32"))]
pub mod render;
#[cfg(not(target_arch = "wasm32"))]
pub mod server;

#[cfg(not(target_arch = "wasm32"))]
pub mod staff;
#[cfg(not(target_arch = "wasm32"))]
pub mod wire;

#[cfg(unix)]
#[path = "locks/unix.rs"]
mod locks;
#[cfg(windows)]
#[path = "locks/windows.rs"]
mod locks;

#[cfg(unix)]
#[path = "stop/unix.rs"]
pub mod stop;
#[cfg(windows)]
#[path = "stop/windows.rs"]
pub mod stop;
