//! One request over one connection: enough HTTP for a proxy and for a driver's own commands.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Why no answer came.
pub type Lost = Box<dyn std::error::Error + Send + Sync>;

/// Sends a request; the connection lives as long as the answer's body is read.
pub async fn send(to: SocketAddr, request: Request<Body>) -> Result<Response<Incoming>, Lost> {
    let stream = TcpStream::connect(to).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}
