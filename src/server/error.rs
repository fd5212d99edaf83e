//! Why the host cannot start or go on, each in one line that says what to do.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::store::StoreError;

/// Why the host cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program listens there.
    #[error("{0} is taken: stop what listens there, or choose another address with --addr")]
    Taken(SocketAddr),
    /// The system does not let the host listen there.
    #[error("cannot listen on {addr}: {source}; choose another address with --addr")]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The URL of the database is not one.
    #[error("\"{url}\" is not a database file: write it as sqlite:PATH, such as sqlite:folkmoot.db")]
    DatabaseUrl {
        /// What was given.
        url: String,
    },
    /// The database cannot be opened or brought up to date.
    #[error("cannot use the database {}: {reason}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in one line.
        reason: String,
    },
    /// No folder for a throw-away database.
    #[error("cannot make a folder for a throw-away database: {0}; name a file with --db")]
    Throwaway(io::Error),
    /// Not an origin.
    #[error(
        "\"{0}\" is not an origin: write scheme and host alone, such as https://forum.example, without a path"
    )]
    Origin(String),
    /// Not a name of a cookie, or of a header.
    #[error("\"{0}\" cannot be the name of a cookie or header: letters, digits, - and _")]
    Name(String),
    /// An empty secret would let anybody sign.
    #[error("the secret is empty: give the one that the forum signs its members' tokens with")]
    Secret,
    /// The demo's community cannot be made or stored.
    #[error("cannot fill the database with the demo: {0}")]
    Demo(StoreError),
    /// Serving ended by itself.
    #[error("serving stopped: {0}")]
    Serve(io::Error),
}
