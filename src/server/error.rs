//! The errors of a host that cannot start or go on. Each message is one line, and says what to do.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::store::{OpenError, StoreError};

/// Why the host cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program listens on this address.
    #[error("{0} is taken: stop what listens there, or choose another address with --addr")]
    Taken(SocketAddr),
    /// The operating system does not let the host listen on this address.
    #[error("cannot listen on {addr}: {source}; choose another address with --addr")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// An allowed origin is malformed.
    #[error(
        "\"{0}\" is not an origin: write scheme and host alone, such as https://forum.example, without a path"
    )]
    Origin(String),
    /// The session's cookie or CSRF header has an invalid name.
    #[error("\"{0}\" cannot be the name of a cookie or header: letters, digits, - and _")]
    Name(String),
    /// The secret is empty: anybody could sign tokens.
    #[error("the secret is empty: give the one that the forum signs its members' tokens with")]
    Secret,
    /// The demo's community cannot be stored.
    #[error("cannot fill the database with the demo: {0}")]
    Demo(StoreError),
    /// The checklist's file cannot be read.
    #[error("cannot read the checklist {}: {source}", path.display())]
    ChecklistUnreadable {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The checklist's file is invalid.
    #[error("{}:{line}: {reason}", path.display())]
    Checklist {
        /// The path of the file.
        path: PathBuf,
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong, and what is wanted.
        reason: String,
    },
    /// The checklist cannot be stored.
    #[error("cannot store the checklist: {0}")]
    ChecklistStore(StoreError),
    /// Accepting connections failed.
    #[error("serving stopped: {0}")]
    Serve(io::Error),
}
