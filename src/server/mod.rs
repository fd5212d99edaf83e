//! The native host: it serves Host API v1 and the widget's files over HTTP, and stores everything in an SQL database.
//!
//! May use: `domain`, `api`, `wire`, `contract`, `clock`, `locks`; `render`, with `sync`'s entities.

mod answer;
mod app;
mod assets;
mod auth;
mod checklist_file;
mod claims;
mod clockwork;
mod connections;
mod cors;
mod demo;
mod error;
mod headers;
mod keys;
mod languages;
mod limits;
mod log;
mod notify;
mod paints;
mod proxies;
mod reference;
mod routes;
mod run;
mod serve;
pub mod store;
mod typed;
mod who;

pub use cors::origin;
pub use error::Error;
pub use keys::{Claims, CookieSession, sign};
pub use limits::Limits;
pub use log::{Log, LogFormat, levels};
pub use notify::Notify;
pub use proxies::{Proxies, network};
pub use run::Server;
pub use who::{Identity, Role, Who};

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::tz::TimeZone;

/// The settings of a host.
#[derive(Debug)]
pub struct Config {
    /// Where to listen; port 0 picks a free one.
    pub addr: SocketAddr,
    /// The database.
    pub database: Database,
    /// When a write counts as stored.
    pub fsync: Fsync,
    /// The HS256 secret with which the forum signs its members' tokens.
    pub secret: Vec<u8>,
    /// The forum's session cookie, if it holds the member's token.
    pub session: Option<CookieSession>,
    /// The limits on calls, feeds and connections.
    pub limits: Limits,
    /// The trusted proxies.
    pub proxies: Proxies,
    /// The origins, such as `https://forum.example`, whose pages may call the API.
    pub allow_origins: Vec<String>,
    /// Where to send notices about polls that members follow.
    pub notify: Option<Notify>,
    /// The file that defines the checklist.
    pub checklist: Option<PathBuf>,
    /// The time zone in which days of visits begin and end.
    pub time_zone: TimeZone,
    /// Whether a signed-in member's read counts as a visit.
    pub count_visits: bool,
    /// Whether to fill an empty database with the demo community, and to serve the demo's pages.
    pub demo: bool,
    /// The widget's files.
    pub assets: Vec<Asset>,
}

/// The database.
#[derive(Debug)]
pub enum Database {
    /// A file, by its `sqlite:` URL.
    Sqlite(String),
    /// A temporary file, deleted when the host stops.
    Throwaway,
}

/// When a write counts as stored and is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fsync {
    /// Once it is on the disk: it survives a power cut.
    #[default]
    Always,
    /// Once the operating system has it: it survives a crash of the host, but not of the machine.
    Os,
}

/// A file of the widget, plain and compressed.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The file's name, below [`ASSETS_PATH`](crate::contract::ASSETS_PATH).
    pub name: String,
    /// The value of `Content-Type`.
    pub media_type: String,
    /// Whether it may be cached for ever, because its name has a hash of its content.
    pub immutable: bool,
    /// Whether only some pages fetch it.
    pub lazy: bool,
    /// The content.
    pub plain: Vec<u8>,
    /// The content, compressed with brotli; empty where that is not offered.
    pub brotli: Vec<u8>,
    /// The content, compressed with gzip; empty where that is not offered.
    pub gzip: Vec<u8>,
}
