//! `folkmoot poll`: staff manage polls from the command line, by calls to a running host.
//!
//! May use: `domain`, `api`.

mod file;
mod host;
mod told;

pub use file::{Definition, FileError};
pub use host::{CallError, Host};
pub use told::{created, list, shown};
