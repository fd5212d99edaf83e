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
mod routes;
mod run;
pub mod store;
mod who;

pub use auth::{Claims, sign};
pub use error::Error;
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
    /// The HS256 secret with which the forum signs its members' tokens.
    pub secret: Vec<u8>,
    /// Origins, such as `https://forum.example`, whose pages may call the API.
    pub allow_origins: Vec<String>,
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

/// A file of the widget, with what is sent in its place to those who take it compressed.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its name under the assets' path.
    pub name: String,
    /// Its media type, exactly as sent.
    pub media_type: String,
    /// Whether its name has its hash, so that it may be cached for good.
    pub immutable: bool,
    /// As it is.
    pub plain: Vec<u8>,
    /// Compressed with brotli.
    pub brotli: Vec<u8>,
    /// Compressed with gzip.
    pub gzip: Vec<u8>,
}

/// Why the host cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// A host that listens.
#[derive(Debug)]
pub struct Server {
    listener: tokio::net::TcpListener,
    assets: Vec<Asset>,
}

impl Server {
    /// Listens.
    pub async fn bind(config: Config) -> Result<Self, Error> {
        if let Database::Sqlite(url) = &config.database {
            let path = url.trim_start_matches("sqlite:");
            let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
            opened.map_err(|error| Error(format!("cannot open the database {path}: {error}")))?;
        }
        let bound = tokio::net::TcpListener::bind(config.addr).await;
        let listener = bound.map_err(|error| Error(format!("cannot listen on {}: {error}", config.addr)))?;
        Ok(Self { listener, assets: config.assets })
    }

    /// Where.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// Serves until told to stop.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let mut app = axum::Router::new().route("/", axum::routing::get(|| async { "stub" }));
        for asset in self.assets {
            let path = format!("{}/{}", crate::contract::ASSETS_PATH, asset.name);
            let answer = (
                [("content-type", asset.media_type), ("access-control-allow-origin", "*".into())],
                asset.plain,
            );
            app = app.route(&path, axum::routing::get(|| async move { answer.clone() }));
        }
        let served = axum::serve(self.listener, app).with_graceful_shutdown(stop).await;
        served.map_err(|error| Error(error.to_string()))
    }
}
