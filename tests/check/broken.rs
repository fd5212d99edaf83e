//! A host that conforms, with one thing broken: what is asked, answered or sent passes through a hand that may spoil it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use folkmoot::check::{self, Access, Options, Outcome, Report};
use folkmoot::contract::API_PATH;
use folkmoot::domain::id::{MemberId, PollId};
use folkmoot::domain::poll::{Base, Kind, OwnOptions, Proposal, Reasons, Results, Secrecy};
use folkmoot::domain::translation::{Translation, Translations};
use futures_util::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OnceCell;

use crate::client::{Host, claims, poll, poll_of, staff_token, token};
use crate::database::Database;

pub const FORUM: &str = "https://forum.example";

/// What was asked, as it is passed on.
pub struct Asked {
    pub method: Method,
    /// Path and query below the API.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What was answered, as it is passed back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

type Ask = Box<dyn Fn(&mut Asked) + Send + Sync>;
type Answer = Box<dyn Fn(&Asked, &mut Reply) + Send + Sync>;
type Event = Box<dyn Fn(&Asked, usize, String) -> String + Send + Sync>;

/// What is broken.
#[derive(Default)]
pub struct Break {
    ask: Option<Ask>,
    answer: Option<Answer>,
    event: Option<Event>,
}

impl Break {
    /// Spoils what is asked.
    pub fn ask(spoil: impl Fn(&mut Asked) + Send + Sync + 'static) -> Self {
        Self { ask: Some(Box::new(spoil)), ..Self::default() }
    }

    /// Spoils what is answered.
    pub fn answer(spoil: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static) -> Self {
        Self { answer: Some(Box::new(spoil)), ..Self::default() }
    }

    /// Spoils the JSON of what is answered.
    pub fn json(spoil: impl Fn(&Asked, &mut Value) + Send + Sync + 'static) -> Self {
        Self::answer(move |asked, reply| {
            if let Ok(mut json) = serde_json::from_slice(&reply.body) {
                spoil(asked, &mut json);
                reply.body = json.to_string().into();
            }
        })
    }

    /// Spoils every poll in what is answered, refusals and the feed left out.
    pub fn polls(spoil: impl Fn(&Asked, &mut Value) + Send + Sync + 'static) -> Self {
        Self::json(move |asked, json| {
            if json.get("type").is_some() {
                return;
            }
            for poll in json["polls"].as_array_mut().into_iter().flatten() {
                spoil(asked, poll);
            }
            if let Some(poll) = json.get_mut("poll") {
                spoil(asked, poll);
            }
        })
    }

    /// Spoils the text of an event, given how many pieces of the feed came before.
    pub fn event(spoil: impl Fn(&Asked, usize, String) -> String + Send + Sync + 'static) -> Self {
        Self { event: Some(Box::new(spoil)), ..Self::default() }
    }

    /// Spoils what is answered once more.
    pub fn and_then(self, spoil: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static) -> Self {
        let first = self.answer;
        let answer = move |asked: &Asked, reply: &mut Reply| {
            if let Some(first) = &first {
                first(asked, reply);
            }
            spoil(asked, reply);
        };
        Self { answer: Some(Box::new(answer)), ..self }
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            ask: self.ask.or(other.ask),
            answer: self.answer.or(other.answer),
            event: self.event.or(other.event),
        }
    }
}

impl Asked {
    pub fn has(&self, header: &str) -> bool {
        self.headers.contains_key(header)
    }

    pub fn set(&mut self, header: &'static str, value: &str) {
        self.headers.insert(header, HeaderValue::from_str(value).unwrap());
    }

    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method.as_str() == method && self.path.starts_with(path)
    }

    /// Changes the options of a ballot.
    pub fn options(&mut self, change: impl FnOnce(&mut Vec<Value>)) {
        if let Ok(mut json) = serde_json::from_slice::<Value>(&self.body)
            && let Some(options) = json["options"].as_array_mut()
        {
            change(options);
            self.body = json.to_string().into();
        }
    }
}

impl Reply {
    pub fn set(&mut self, header: &'static str, value: &str) {
        self.headers.insert(header, HeaderValue::from_str(value).unwrap());
    }

    pub fn json(&mut self, status: u16, json: &Value) {
        self.status = StatusCode::from_u16(status).unwrap();
        self.set("content-type", "application/json");
        self.body = json.to_string().into();
    }

    pub fn refuse(&mut self, status: u16, word: &str) {
        self.json(status, &json!({"type": format!("urn:folkmoot:problem:{word}"), "status": status}));
        self.set("content-type", "application/problem+json");
    }
}

/// A host with a poll of each kind, in which ann has voted where the ballot is final, broken or not.
pub struct Site {
    pub host: Host,
    pub url: String,
}

impl Site {
    pub async fn start(broken: Break) -> Self {
        static FILLED: OnceCell<Database> = OnceCell::const_new();
        let fill = async || {
            let host = Host::demo().await;
            let (mut last, mut few, mut firm) = (poll("final"), poll("few"), poll("firm"));
            (last.rules.changeable, last.rules.retractable) = (false, false);
            few.asks.groups = vec!["cooks".into()];
            firm.rules.retractable = false;
            for poll in [poll("p"), last, few, firm] {
                host.add(&poll).await;
            }
            host.vote("final", 1, &["a"]).by("ann").ok().await;
            host.vote("firm", 1, &["b"]).by("ann").ok().await;
            Database::at(host.stop().await.path())
        };
        Self::on(FILLED.get_or_init(fill).await, broken).await
    }

    /// With polls, too, that are talked about, that members add to, and that take reasons.
    pub async fn around(broken: Break) -> Self {
        static FILLED: OnceCell<Database> = OnceCell::const_new();
        let fill = async || {
            let site = Self::start(Break::default()).await;
            let proposal =
                Kind::Proposal(Proposal { reasons: Reasons::Optional, threshold: 50, of: Base::Ballots });
            let (mut talk, mut when) = (poll("talk"), poll_of("when", Kind::Availability));
            for poll in [&mut talk, &mut when] {
                (poll.rules.own_options, poll.rules.commentable) = (OwnOptions::Approval, true);
            }
            let translation =
                |language: &str, text: &str| Translation { language: language.into(), text: text.into() };
            let both = vec![translation("en", "Where?"), translation("de", "Wohin?")];
            talk.title = Translations::new(both).unwrap().into();
            let (mut open, mut hush) = (poll_of("open", proposal), poll_of("hush", proposal));
            open.rules.secrecy = Secrecy::Public;
            hush.rules.results = Results::AfterClose;
            let mut fair = poll("fair");
            fair.asks.guests = true;
            for poll in [talk, when, poll_of("stands", proposal), open, hush, fair] {
                site.host.add(&poll).await;
            }
            for poll in ["stands", "open", "hush"] {
                let call = site.host.call("PUT", &format!("/polls/{poll}/ballot")).by("bela");
                let ballot = json!({"revision": 1, "options": ["agree"], "reason": "It is time."});
                call.json(&ballot).header("idempotency-key", poll).ok().await;
            }
            for (by, text) in [("bela", "Noodles?"), ("carl", "Rice."), ("bela", "Why not both?")] {
                site.post(by, "talk/comments", &json!({"text": text})).await;
            }
            for (by, label) in [("ann", "Noodles"), ("bela", "Rice")] {
                site.post(by, "talk/options", &json!({"label": label})).await;
            }
            Database::at(site.host.stop().await.path())
        };
        Self::on(FILLED.get_or_init(fill).await, broken).await
    }

    /// A host on a copy of this database.
    async fn on(filled: &Database, broken: Break) -> Self {
        let folder = tempfile::tempdir().unwrap();
        filled.write_to(folder.path());
        let host = Host::on(folder, |config| config.allow_origins = vec![FORUM.into()]).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{API_PATH}", listener.local_addr().unwrap());
        tokio::spawn(accept(listener, host.addr, Arc::new(broken)));
        Self { host, url }
    }

    /// Has a member post to a poll, past whatever is broken.
    pub async fn post(&self, by: &str, path: &str, body: &Value) {
        let call = self.host.call("POST", &format!("/polls/{path}")).by(by);
        call.json(body).header("idempotency-key", &body.to_string()).ok().await;
    }

    pub async fn check(&self, options: Options) -> Report {
        let options = Options { url: self.url.clone(), ..options };
        tokio::task::spawn_blocking(move || check::run(&options)).await.unwrap().unwrap()
    }
}

/// As a guest, with nothing named.
pub fn guest() -> Options {
    Options {
        url: String::new(),
        access: Access::Guest,
        polls: Vec::new(),
        members: Vec::new(),
        vote: false,
        csrf_header: "x-csrf-token".into(),
        origin: Some(FORUM.into()),
        timeout: Duration::from_secs(5),
    }
}

/// As ann, with polls and members.
pub fn member() -> Options {
    let polls = ["p", "roadmap", "few"].map(|id| PollId::new(id).unwrap()).into();
    let members = ["mia"].map(|id| MemberId::new(id).unwrap()).into();
    Options { access: Access::Token(token(&claims("ann"))), polls, members, ..guest() }
}

/// As ann, with leave to vote.
pub fn voter() -> Options {
    let polls = ["p", "new-logo", "roadmap", "few", "final"].map(|id| PollId::new(id).unwrap()).into();
    Options { polls, vote: true, ..member() }
}

/// As ann, with polls that have more to read than votes.
pub fn reader() -> Options {
    let polls = ["talk", "stands", "open", "hush"].map(|id| PollId::new(id).unwrap()).into();
    Options { polls, ..member() }
}

/// As ann, with leave to write to a poll that is talked about and added to.
pub fn writer() -> Options {
    Options { polls: vec![PollId::new("talk").unwrap()], vote: true, ..member() }
}

/// As somebody of the staff, with leave to write to such a poll and to one that asks guests.
pub fn staff() -> Options {
    let polls = ["talk", "open", "fair"].map(|id| PollId::new(id).unwrap()).into();
    Options { access: Access::Token(staff_token()), polls, ..writer() }
}

/// As ann, with leave to write to a poll that asks guests and to one that does not.
pub fn beside_guests() -> Options {
    let polls = ["fair", "p"].map(|id| PollId::new(id).unwrap()).into();
    Options { polls, ..writer() }
}

/// The names of the rules that failed, and of those that were skipped.
pub fn names(report: &Report) -> (Vec<&'static str>, Vec<&'static str>) {
    let named = |is: fn(&Outcome) -> bool| {
        let these = report.findings.iter().filter(move |f| is(&f.outcome));
        these.map(|f| f.rule.name()).collect::<Vec<_>>()
    };
    (named(|o| matches!(o, Outcome::Fail { .. })), named(|o| matches!(o, Outcome::Skip { .. })))
}

/// Checks hosts that are each broken in one way, and that each fails by these rules and no others.
pub async fn each_fails(options: Options, hosts: Vec<(&str, Break, &[&str])>) {
    each_fails_at(Site::start, options, hosts).await;
}

/// The same of hosts that have more.
pub async fn each_fails_at(
    start: impl AsyncFn(Break) -> Site,
    options: Options,
    hosts: Vec<(&str, Break, &[&str])>,
) {
    let checked = hosts.into_iter().map(|(what, broken, rules)| {
        let (options, start) = (options.clone(), &start);
        async move {
            let site = start(broken).await;
            let report = site.check(options).await;
            assert_eq!(names(&report).0, rules, "a host that {what}:\n{report}");
        }
    });
    futures_util::future::join_all(checked).await;
}

async fn accept(listener: TcpListener, host: SocketAddr, broken: Arc<Break>) {
    while let Ok((stream, _)) = listener.accept().await {
        let broken = Arc::clone(&broken);
        let service = service_fn(move |request| pass(host, Arc::clone(&broken), request));
        let mut server = http1::Builder::new();
        server.auto_date_header(false);
        tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
    }
}

async fn pass(
    host: SocketAddr,
    broken: Arc<Break>,
    request: Request<Incoming>,
) -> Result<Response<Body>, axum::Error> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let path = path.strip_prefix(API_PATH).unwrap_or(path).to_owned();
    let body = body.collect().await.map_err(axum::Error::new)?.to_bytes();
    let mut asked = Asked { method: parts.method, path, headers: parts.headers, body };
    if let Some(spoil) = &broken.ask {
        spoil(&mut asked);
    }
    let (parts, body) = send(host, &asked).await.map_err(axum::Error::new)?.into_parts();
    if parts.headers.get("content-type").is_some_and(|t| t == "text/event-stream") {
        let mut reply = Reply { status: parts.status, headers: parts.headers, body: Bytes::new() };
        if let Some(spoil) = &broken.answer {
            spoil(&asked, &mut reply);
        }
        let pieces = Body::new(body).into_data_stream().enumerate();
        let events = pieces.map(move |(n, piece)| {
            let text = String::from_utf8(piece?.to_vec()).unwrap();
            Ok::<_, axum::Error>(broken.event.as_ref().map_or(text.clone(), |spoil| spoil(&asked, n, text)))
        });
        return Ok(response(reply.status, reply.headers, Body::from_stream(events)));
    }
    let body = to_bytes(Body::new(body), usize::MAX).await?;
    let mut reply = Reply { status: parts.status, headers: parts.headers, body };
    if let Some(spoil) = &broken.answer {
        spoil(&asked, &mut reply);
    }
    reply.headers.remove("content-length");
    Ok(response(reply.status, reply.headers, Body::from(reply.body)))
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    response
}

async fn send(host: SocketAddr, asked: &Asked) -> Result<Response<Incoming>, hyper::Error> {
    let stream = TcpStream::connect(host).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut request = Request::new(Full::new(asked.body.clone()));
    *request.method_mut() = asked.method.clone();
    *request.uri_mut() = format!("{API_PATH}{}", asked.path).parse().unwrap();
    *request.headers_mut() = asked.headers.clone();
    request.headers_mut().remove("content-length");
    sender.send_request(request).await
}
