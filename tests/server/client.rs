//! A host to talk to, and a client that makes each test short.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use folkmoot::contract::API_PATH;
use folkmoot::domain::id::{OptionId, PollId};
use folkmoot::domain::poll::{Kind, PollOption, Rules, examples};
use folkmoot::domain::time::Timestamp;
use folkmoot::server::store::{NewPoll, Store};
use folkmoot::server::{Claims, Config, Database, Error, Fsync, Limits, Proxies, Server};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Longest wait for anything: far more than it takes, so that only what never comes fails.
const DEADLINE: Duration = Duration::from_mins(1);

pub const SECRET: &[u8] = b"a secret between a forum and a host";

/// A running host.
pub struct Host {
    pub addr: SocketAddr,
    pub store: Store,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
    folder: tempfile::TempDir,
}

impl Host {
    /// An empty host.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A host with the demo's community.
    pub async fn demo() -> Self {
        Self::with(|config| config.demo = true).await
    }

    /// An empty host with these polls.
    pub async fn polls(polls: impl IntoIterator<Item = NewPoll>) -> Self {
        let host = Self::start().await;
        for poll in polls {
            host.add(&poll).await;
        }
        host
    }

    pub async fn add(&self, poll: &NewPoll) {
        self.store.add_poll(poll, now()).await.unwrap();
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(tempfile::tempdir().unwrap(), change).await
    }

    pub async fn on(folder: tempfile::TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        config.database = Database::Sqlite(format!("sqlite:{}", folder.path().join("host.db").display()));
        change(&mut config);
        let server = Server::bind(config).await.unwrap();
        let (addr, store) = (server.local_addr(), server.store().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self { addr, store, stop, task, folder }
    }

    /// Where its files are.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Stops the host and waits until it has.
    pub async fn stop(self) -> tempfile::TempDir {
        self.stop.send(()).unwrap();
        within(self.task).await.unwrap().unwrap();
        self.folder
    }

    /// Stops the host and starts another on the same database.
    pub async fn restart(self) -> Self {
        Self::on(self.stop().await, |_| {}).await
    }

    pub async fn restart_demo(self) -> Self {
        Self::on(self.stop().await, |config| config.demo = true).await
    }

    pub fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::to(self.addr, method, path)
    }

    /// Casts a ballot, under a key that says the same as the ballot.
    pub fn vote(&self, poll: &str, revision: u64, options: &[&str]) -> Call {
        Call::vote(self.addr, poll, revision, options)
    }

    pub fn take_back(&self, poll: &str, revision: u64) -> Call {
        self.call("DELETE", &format!("/polls/{poll}/ballot"))
            .json(&serde_json::json!({"revision": revision}))
            .header("idempotency-key", &format!("{poll} {revision} back"))
    }

    /// The URL of the database.
    pub fn database(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("host.db").display())
    }

    /// The poll as a guest sees it.
    pub async fn poll(&self, id: &str) -> Value {
        self.get(&format!("/polls/{id}")).ok().await["poll"].clone()
    }
}

/// A host's configuration: empty, on a free port, on a throw-away database.
pub fn config() -> Config {
    Config {
        addr: (Ipv4Addr::LOCALHOST, 0).into(),
        database: Database::Throwaway,
        fsync: Fsync::Always,
        secret: SECRET.into(),
        session: None,
        limits: Limits::default().without_rates(),
        notify: None,
        proxies: Proxies::default(),
        allow_origins: Vec::new(),
        checklist: None,
        time_zone: jiff::tz::TimeZone::UTC,
        count_visits: false,
        demo: false,
        assets: Vec::new(),
    }
}

/// A call to be.
pub struct Call {
    addr: SocketAddr,
    from: Ipv4Addr,
    method: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    pub fn to(addr: SocketAddr, method: &str, path: &str) -> Self {
        let path = if path.starts_with("//") { path[1..].to_owned() } else { format!("{API_PATH}{path}") };
        let (from, method, headers) = (Ipv4Addr::UNSPECIFIED, method.into(), HeaderMap::new());
        Self { addr, from, method, path, headers, body: Bytes::new() }
    }

    /// From one of this machine's addresses.
    pub fn from(mut self, address: &str) -> Self {
        self.from = address.parse().unwrap();
        self
    }

    pub fn vote(addr: SocketAddr, poll: &str, revision: u64, options: &[&str]) -> Self {
        let body = serde_json::json!({"revision": revision, "options": options});
        let key = format!("{poll} {revision} {}", options.join(" "));
        Self::to(addr, "PUT", &format!("/polls/{poll}/ballot")).json(&body).header("idempotency-key", &key)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    /// Signed in as a member of this id, who is called the same.
    pub fn by(self, member: &str) -> Self {
        self.token(&token(&claims(member)))
    }

    /// Signed in as somebody of the staff.
    pub fn by_staff(self) -> Self {
        self.token(&staff_token())
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The answer, whatever it is.
    pub async fn send(self) -> Answer {
        let response = within(self.open()).await;
        let (head, body) = response.into_parts();
        let body = within(body.collect()).await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// The JSON of an answer that has to be 200.
    pub async fn ok(self) -> Value {
        let answer = self.send().await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// The problem that the answer has to be: its kind's word, its status and its detail.
    pub async fn problem(self) -> (String, u16, String) {
        let answer = self.send().await;
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], answer.status.as_u16());
        let kind = problem["type"].as_str().unwrap().strip_prefix("urn:folkmoot:problem:").unwrap();
        (kind.into(), answer.status.as_u16(), problem["detail"].as_str().unwrap_or("").into())
    }

    /// The problem's kind alone.
    pub async fn kind(self) -> String {
        self.problem().await.0
    }

    /// The answer's status alone.
    pub async fn status(self) -> u16 {
        within(self.open()).await.status().as_u16()
    }

    /// The answer's events, as they come.
    pub async fn follow(self) -> Feed {
        let response = within(self.open()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Feed { body: response.into_body(), text: String::new() }
    }

    /// A header of the answer, whose body is left alone: of a feed it has no end.
    pub async fn head(self, name: &str) -> String {
        within(self.open()).await.headers()[name].to_str().unwrap().into()
    }

    /// The answer, unless the host is gone before it is whole.
    pub async fn attempt(self) -> Option<Answer> {
        let (head, body) = within(self.reach()).await.ok()?.into_parts();
        let body = within(body.collect()).await.ok()?.to_bytes();
        Some(Answer { status: head.status, headers: head.headers, body })
    }

    async fn open(self) -> Response<Incoming> {
        self.reach().await.unwrap()
    }

    async fn reach(self) -> Result<Response<Incoming>, Box<dyn std::error::Error + Send + Sync>> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((self.from, 0).into())?;
        let stream = socket.connect(self.addr).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path);
        request.headers_mut().unwrap().extend(self.headers);
        if !request.headers_ref().is_some_and(|headers| headers.contains_key("host")) {
            request = request.header("host", self.addr.to_string());
        }
        let request = request.body(Full::new(self.body))?;
        Ok(sender.send_request(request).await?)
    }
}

/// What a host answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header's values, or nothing.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().map(|v| v.to_str().unwrap());
        values.collect::<Vec<_>>().join(", ")
    }
}

/// A live feed.
pub struct Feed {
    body: Incoming,
    text: String,
}

/// One event.
#[derive(Debug, Default, PartialEq)]
pub struct Event {
    pub name: String,
    pub data: Value,
    pub id: Option<String>,
}

impl Feed {
    /// The next event that has data.
    pub async fn next(&mut self) -> Event {
        within(self.read()).await.expect("the feed ended")
    }

    /// The last of this number of events.
    pub async fn last(mut self, count: usize) -> Event {
        for _ in 1..count {
            self.next().await;
        }
        self.next().await
    }

    /// Reads on until the feed ends.
    pub async fn end(mut self) {
        within(async { while self.read().await.is_some() {} }).await;
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let mut event = Event::default();
                for line in block.lines() {
                    match line.split_once(':').map(|(name, value)| (name, value.trim_start())) {
                        Some(("event", value)) => event.name = value.into(),
                        Some(("data", value)) => event.data = serde_json::from_str(value).unwrap(),
                        Some(("id", value)) => event.id = Some(value.into()),
                        _ => {}
                    }
                }
                self.text = String::from(rest);
                if !event.data.is_null() {
                    return Some(event);
                }
            }
            let frame = self.body.frame().await?.ok()?;
            self.text += std::str::from_utf8(frame.data_ref()?).unwrap();
        }
    }
}

pub async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, work).await.expect("it did not come in time")
}

pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

pub fn claims(member: &str) -> Claims {
    let exp = u64::try_from(now().0 / 1000).unwrap() + 3600;
    Claims { sub: member.into(), name: Some(member.into()), exp, ..Claims::default() }
}

/// The token of somebody of the staff.
pub fn staff_token() -> String {
    token(&Claims { role: Some("staff".into()), ..claims("boss") })
}

pub fn token(claims: &Claims) -> String {
    claims.sign(SECRET)
}

/// An open poll with the options a, b and c: single choice, results always, changeable and retractable.
pub fn poll(id: &str) -> NewPoll {
    let option = |id: &str| PollOption::new(OptionId::new(id).unwrap(), &id.to_uppercase());
    let rules = Rules { retractable: true, ..Rules::of(Kind::Choice { min: 1, max: 1 }) };
    NewPoll::new(PollId::new(id).unwrap(), "Which?", ["a", "b", "c"].map(option).to_vec(), rules)
}

/// The same poll of another kind, with options that the kind has.
pub fn poll_of(id: &str, kind: Kind) -> NewPoll {
    let mut new = poll(id);
    new.rules.kind = kind;
    let upper = |label: String| label.to_uppercase().into();
    new.options = examples::options(kind).into_iter().map(|option| option.map(&mut { upper })).collect();
    new
}

/// The votes of a poll as JSON has it, in the order of its options.
pub fn votes(poll: &Value) -> Vec<u64> {
    let votes = poll["tally"]["votes"].as_array().expect("no tally");
    votes.iter().map(|v| v["votes"].as_u64().unwrap()).collect()
}
