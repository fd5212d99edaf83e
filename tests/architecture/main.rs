//! The folders are the architecture: which room may use which, and that no files use each other in a circle. And what Clippy
//! does not see of a rule of the house.

#![allow(clippy::unwrap_used, clippy::panic)]

mod circles;
mod lists;
mod rooms;
mod sources;
mod tuples;
