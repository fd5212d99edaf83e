//! One of the crowd: a connection that stays open, and the calls on it.

use std::net::SocketAddr;
use std::time::Duration;

use folkmoot::contract::API_PATH;
use folkmoot::server::{Role, sign};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::host::SECRET;

pub struct Client {
    addr: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

/// What a forum gives its member.
pub fn token(member: &str) -> String {
    sign(SECRET, member, member, Role::Member, Duration::from_hours(1))
}

impl Client {
    pub async fn new(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { addr, sender }
    }

    /// Casts a ballot and waits until it is acknowledged.
    pub async fn vote(&mut self, poll: &str, token: &str, revision: u64, option: &str) {
        let body = format!(r#"{{"revision":{revision},"options":["{option}"]}}"#);
        let request = Request::put(format!("{API_PATH}/polls/{poll}/ballot"))
            .header("authorization", ["Bearer ", token].concat())
            .header("content-type", "application/json")
            .header("idempotency-key", format!("{poll} {revision}"));
        let (status, body) = self.send(request, body.into()).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }

    pub async fn poll(&mut self, poll: &str) -> Value {
        let (status, body) = self.send(Request::get(format!("{API_PATH}/polls/{poll}")), Bytes::new()).await;
        assert_eq!(status, 200);
        serde_json::from_slice::<Value>(&body).unwrap()["poll"].clone()
    }

    /// Reads something, and throws it away.
    pub async fn read(&mut self, path: &str) {
        let (status, _) = self.send(Request::get([API_PATH, path].concat()), Bytes::new()).await;
        assert_eq!(status, 200);
    }

    async fn send(&mut self, request: hyper::http::request::Builder, body: Bytes) -> (StatusCode, Bytes) {
        let request = request.header("host", self.addr.to_string()).body(Full::new(body)).unwrap();
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let status = response.status();
        (status, response.into_body().collect().await.unwrap().to_bytes())
    }
}

/// The value below which this share of the times lies.
pub fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    let at = (times.len() as f64 * share) as usize;
    times[at.min(times.len() - 1)]
}
