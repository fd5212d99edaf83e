//! The seam of SQL: statements with their values, the rows that come back, connections, and the database's files.
//!
//! Nothing outside this folder names the library or the engine. A statement has `?` for each value, whatever the engine
//! writes there; another engine is another implementation of this folder, and of the migrations.
//!
//! May use: `locks`, and what the host is told of its database.

mod database;
mod error;
mod file;
mod query;

pub use error::{OpenError, Unavailable};

pub use database::{Connection, Database};
pub use error::Error;
pub use query::{Query, Record, Row, Value};
