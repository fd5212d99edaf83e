//! Accepting connections, closing those on which nothing arrives or is read, and shutting down gracefully.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;
use tracing::{error, warn};

use super::connections::{Answering, BusyHandle, Connections};
use super::limits::{Guard, Peer};
use super::log;

/// How long to wait after the operating system could not give a connection.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` resolves and every connection is closed. A connection is closed when the head of a request does not
/// arrive in time, when the client does not read what it is sent, or when it is idle and a new one needs its place.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    guard: Arc<Guard>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(guard.limits.idle);
    let connections = Connections::new(guard.connections(), guard.limits.connections_per_address);
    let watched = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok((stream, peer)) => (stream, peer.ip()),
            Err(error) if ends_one_connection(&error) => continue,
            Err(error) => {
                error!("cannot take a connection: {error}");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Some(connection) = connections.take(guard.share_of(peer)) else {
            warn!("there is no room for a connection: as many as are let in are busy");
            continue;
        };
        let (router, guard, handle) = (router.clone(), Arc::clone(&guard), connection.handle());
        let unread = guard.limits.unread;
        let answer = service_fn(move |request| {
            answer(router.clone(), Arc::clone(&guard), handle.clone(), peer, request)
        });
        let answering = watched.watch(http.serve_connection(reader(stream, unread), answer));
        tokio::spawn(async move {
            tokio::select! {
                // The error concerns only the client that broke off.
                _ = answering => {}
                () = connection.ended() => {}
            }
        });
    }
    drop(listener);
    watched.shutdown().await;
    Ok(())
}

/// A connection whose writes time out when the client reads nothing for this long.
fn reader(stream: TcpStream, unread: Duration) -> TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>> {
    // Responses are small, and must not wait to be sent together with more.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(unread));
    TokioIo::new(Box::pin(stream))
}

/// Answers a request. What concerns every request is done here and not in layers of the router: a router boxes each of its
/// layers, and clones all that are below for each request.
async fn answer(
    router: Router,
    guard: Arc<Guard>,
    handle: BusyHandle,
    peer: IpAddr,
    mut request: Request<Incoming>,
) -> Result<Response<Answering<Body>>, Infallible> {
    let busy = handle.busy();
    request.extensions_mut().insert(Peer(peer));
    let mut answer = log::identify(&guard, request.map(Body::new), |request| router.oneshot(request)).await?;
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(answer.map(|body| Answering::new(body, busy)))
}

fn ends_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
