//! How each kind of host is asked and how its answers are read: one file a host, all of them pure.
//!
//! May use: `domain`, `api`, `sync`.

pub mod native;

use crate::domain::time::Timestamp;

/// A request, before it meets a network.
#[derive(Debug)]
pub struct Call {
    /// What to do.
    pub method: Method,
    /// Path and query below the API's address.
    pub path: String,
    /// Idempotency key of a write.
    pub key: Option<String>,
    /// JSON body of a write.
    pub body: Option<CallBody>,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds a thing.
    Post,
    /// Puts a whole thing in its place.
    Put,
    /// Changes what is said of it.
    Patch,
    /// Takes it away.
    Delete,
}

/// The JSON body of a write: an object's fields, in the words of `api`.
pub type CallBody = Vec<(&'static str, Field)>;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A whole number below 2^53.
    Number(u64),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// True or false.
    Truth(bool),
    /// A time.
    Time(Timestamp),
    /// That there is none.
    Null,
    /// A list of numbers for options.
    Values(Vec<(String, i32)>),
}

/// What came back, before it is read.
#[derive(Debug)]
pub struct Reply<B> {
    /// HTTP status.
    pub status: u16,
    /// Milliseconds of `Retry-After`.
    pub retry_after: Option<u32>,
    /// The host's clock, from `Date`.
    pub host_time: Option<Timestamp>,
    /// The JSON, if it was JSON.
    pub body: Option<B>,
}
