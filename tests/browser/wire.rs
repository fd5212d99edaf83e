//! One request over one connection: enough HTTP for a proxy and for a driver's own commands. And the ports of a run.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Why no answer came.
pub type Lost = Box<dyn std::error::Error + Send + Sync>;

/// Ports that a server of this run has had.
static HAD: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// Whether no server of this run has been here before. Systems hand ports out again, and the browser of a run keeps for
/// each what an earlier test had there: files that were to be cached, open connections, storage.
pub fn is_new(here: SocketAddr) -> bool {
    HAD.lock().unwrap_or_else(PoisonError::into_inner).insert(here.port())
}

/// Sends a request; the connection lives as long as the answer's body is read.
pub async fn send(to: SocketAddr, request: Request<Body>) -> Result<Response<Incoming>, Lost> {
    let stream = TcpStream::connect(to).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}
