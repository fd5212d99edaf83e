//! SQL: statements with their values, the rows that they return, connections, and the database's files.
//!
//! Nothing outside this folder names the library or the engine. A statement has `?` for each value, whatever placeholder the
//! engine uses. Another engine needs another implementation of this folder, and other migrations.
//!
//! May use: `locks`, and the host's settings of its database.

mod database;
mod error;
mod file;
mod log;
mod query;

pub use error::{OpenError, Unavailable};

pub use database::{Connection, Database};
pub use error::Error;
pub use query::{MOST_VALUES, Query, Record, Row, Value};
