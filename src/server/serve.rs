//! Connections: taken as they come, given up where nothing arrives on them, and ended one after the other.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::limits::Peer;

/// How long to leave the system alone that has no more connections to give.
const BREATH: Duration = Duration::from_millis(50);

/// Answers until `stop` resolves and every connection has ended. A connection on which no
/// head of a request arrives in time is ended.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    idle: Duration,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if ends_one_connection(&error) => continue,
            Err(error) => {
                eprintln!("folkmoot: cannot take a connection: {error}");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        // A vote is a few bytes: it must not wait for more.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            router.clone().oneshot(request.map(axum::body::Body::new))
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), answer));
        // Whoever breaks off a connection knows it.
        tokio::spawn(async { drop(connection.await) });
    }
    drop(listener);
    connections.shutdown().await;
    Ok(())
}

fn ends_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
