//! The folders are the architecture: which room may use which, and that no files use each other in a circle.

#![allow(clippy::unwrap_used, clippy::panic)]

mod circles;
mod rooms;
mod sources;
