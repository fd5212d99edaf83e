//! Polls on a running host from the command line: `folkmoot poll` and `folkmoot render`.
//!
//! May use: `domain`, `api`, `contract`.

mod file;
mod host;
mod told;

pub use file::{Definition, FileError};
pub use host::{CallError, Host};
pub use told::{created, list, shown};
