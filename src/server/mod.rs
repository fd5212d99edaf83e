//! The native host: Host API v1 and the widget's files over HTTP, on an SQL store.
//!
//! May use: `domain`, `api`, `contract`.

mod answer;
mod app;
mod assets;
mod auth;
mod clockwork;
mod cors;
mod demo;
mod error;
mod limits;
mod notify;
mod routes;
mod run;
mod serve;
pub mod store;
mod who;

pub use auth::{Claims, CookieSession, sign};
pub use error::Error;
pub use limits::Limits;
pub use notify::Notify;
pub use run::Server;
pub use who::{Identity, Role, Who};

use std::net::SocketAddr;

/// What `folkmoot serve` was told, resolved.
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
    /// The forum's own session, where its cookie says who is asking.
    pub session: Option<CookieSession>,
    /// How much the host takes on.
    pub limits: Limits,
    /// Origins, such as `https://forum.example`, whose pages may call the API.
    pub allow_origins: Vec<String>,
    /// Where the forum wants to be told of polls that members follow, if anywhere.
    pub notify: Option<Notify>,
    /// Fill an empty database with the demo community and serve the demo's pages.
    pub demo: bool,
    /// The widget's files.
    pub assets: Vec<Asset>,
}

/// Where the ballots are.
#[derive(Debug)]
pub enum Database {
    /// A file, by its `sqlite:` URL.
    Sqlite(String),
    /// A file of its own, gone when the host stops.
    Throwaway,
}

/// When a write counts as stored, and is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fsync {
    /// Once the disk says that it has it: it outlives a power cut.
    #[default]
    Always,
    /// Once the operating system has it: it outlives the end of the host, however sudden, but not of the machine.
    Os,
}

/// A file of the widget, with what is sent in its place to those who take it compressed.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its name under the assets' path.
    pub name: String,
    /// Its media type, exactly as sent.
    pub media_type: String,
    /// Whether its name has its hash, so that it may be cached for good.
    pub immutable: bool,
    /// Whether it is fetched only by pages that need it.
    pub lazy: bool,
    /// As it is.
    pub plain: Vec<u8>,
    /// Compressed with brotli.
    pub brotli: Vec<u8>,
    /// Compressed with gzip.
    pub gzip: Vec<u8>,
}
