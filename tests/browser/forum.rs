//! The site that embeds the widget: serves the test's pages and passes everything else on to the native host, so that
//! one place can spoil, count and listen to whatever a page asks for.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use futures_util::stream;
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::embed::{Embed, LANG};
use crate::fault::{Fault, Faults};
use crate::ports::is_new;
use crate::wire::{Lost, send};

const COLLECTOR: &str = include_str!("collector.js");
const COLLECTOR_PATH: &str = "/collector.js";
/// An empty page of this origin.
pub const BLANK_PATH: &str = "/blank";

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, Embed>,
    faults: Faults,
    requests: Vec<String>,
    host: Option<SocketAddr>,
}

/// The site, until dropped.
#[derive(Debug)]
pub struct Forum {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

impl Forum {
    pub async fn start() -> Self {
        let (listener, addr) = loop {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let addr = listener.local_addr().unwrap();
            if is_new(addr) {
                break (listener, addr);
            }
        };
        let state = Arc::new(Mutex::new(State::default()));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { addr, state, accepting }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Where what is not a page of this site is passed on to.
    pub fn pass_on_to(&self, host: SocketAddr) {
        self.state().host = Some(host);
    }

    /// Serves a page from now on, and gives its path.
    pub fn serve(&self, page: Embed) -> String {
        let mut state = self.state();
        let path = format!("/threads/{}", state.pages.len() + 1);
        state.pages.insert(path.clone(), page);
        path
    }

    pub fn fail(&self, pattern: &str, times: usize, fault: Fault) {
        self.state().faults.add(pattern, times, fault);
    }

    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// `METHOD /path?query` of every request so far that contains this.
    pub fn requests(&self, pattern: &str) -> Vec<String> {
        self.state().requests.iter().filter(|request| request.contains(pattern)).cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for Forum {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        let service = service_fn(move |request| answer(Arc::clone(&state), request));
        // A connection that ends in an error is one that a fault broke, or that the browser left.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Response<Body>, Lost> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let line = format!("{} {path}", request.method());
    let (page, host, fault) = {
        let mut state = state.lock().unwrap();
        state.requests.push(line.clone());
        (state.pages.get(request.uri().path()).cloned(), state.host, state.faults.take(&line))
    };
    if path == COLLECTOR_PATH {
        return Ok(text("text/javascript", COLLECTOR.into()));
    }
    if path == BLANK_PATH {
        return Ok(text("text/html", format!("<!doctype html><html lang={}><title>Blank</title>", *LANG)));
    }
    let host = host.ok_or("the native host is not up yet")?;
    match &fault {
        Some(Fault::Status(status)) => {
            let mut answer = text("text/plain", "a fault of the test's making".into());
            *answer.status_mut() = StatusCode::from_u16(*status)?;
            return Ok(answer);
        }
        Some(Fault::Later(status, seconds)) => {
            let mut answer = text("text/plain", "a fault of the test's making".into());
            *answer.status_mut() = StatusCode::from_u16(*status)?;
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
            return Ok(answer);
        }
        Some(Fault::Blocked(status)) => {
            let mut answer =
                text("text/html", "<!doctype html><title>Blocked</title><p>Request blocked.".into());
            *answer.status_mut() = StatusCode::from_u16(*status)?;
            return Ok(answer);
        }
        Some(Fault::Html) => {
            return Ok(text("text/html", "<!doctype html><title>Sign in</title><p>Please sign in.".into()));
        }
        Some(Fault::Refusal(status, problem)) => {
            let mut answer = text("application/problem+json", problem.to_string());
            *answer.status_mut() = StatusCode::from_u16(*status)?;
            return Ok(answer);
        }
        Some(Fault::Moved(to)) => {
            let mut answer = text("text/plain", String::new());
            *answer.status_mut() = StatusCode::FOUND;
            answer.headers_mut().insert(LOCATION, HeaderValue::from_static(to));
            return Ok(answer);
        }
        Some(Fault::Json(json)) => return Ok(text("application/json", json.to_string())),
        Some(Fault::Storm(rate, seconds)) => return Ok(storm(*rate, *seconds, 0)),
        Some(Fault::Swing(rate, seconds)) => return Ok(storm(*rate, *seconds, 7)),
        Some(Fault::Dropped) => return Err("dropped".into()),
        Some(Fault::Slow(time)) => tokio::time::sleep(*time).await,
        _ => {}
    }
    let answer = match page {
        Some(page) => document(&page, host),
        None => pass_on(host, request).await?,
    };
    match fault {
        Some(Fault::AnswerDropped) => {
            to_bytes(answer.into_body(), usize::MAX).await?;
            Err("answer dropped".into())
        }
        Some(Fault::Cut) => cut(answer).await,
        Some(Fault::Held) => Ok(answer.map(|_| Body::from_stream(stream::pending::<Result<Bytes, Lost>>()))),
        _ => Ok(answer),
    }
}

fn text(media_type: &'static str, text: String) -> Response<Body> {
    let mut answer = Response::new(Body::from(text));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn document(page: &Embed, host: SocketAddr) -> Response<Body> {
    // By another name than the page's: another site, not only another origin.
    let html = page.document(&format!("http://localhost:{}", host.port()));
    let mut answer = text("text/html; charset=utf-8", with_collector(&html));
    for (name, value) in &page.headers {
        let name = HeaderName::try_from(name).expect("a header's name");
        answer.headers_mut().append(name, HeaderValue::from_str(value).expect("a header's value"));
    }
    answer
}

/// Hosts' own pages are listened to, as well.
fn with_collector(html: &str) -> String {
    html.replacen("<head>", &format!(r#"<head><script src="{COLLECTOR_PATH}"></script>"#), 1)
}

async fn pass_on(host: SocketAddr, request: Request<Incoming>) -> Result<Response<Body>, Lost> {
    let mut request = request.map(Body::new);
    let wants_page =
        request.headers().get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    if wants_page {
        request.headers_mut().remove(ACCEPT_ENCODING);
        request.headers_mut().remove(IF_NONE_MATCH);
    }
    let answer = send(host, request).await?;
    let is_page =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let (mut parts, body) = answer.into_parts();
    if !(wants_page && is_page) {
        return Ok(Response::from_parts(parts, Body::new(body)));
    }
    let html = to_bytes(Body::new(body), usize::MAX).await?;
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(with_collector(&String::from_utf8_lossy(&html)))))
}

/// The first half of an answer, as long as the whole claims to be.
async fn cut(answer: Response<Body>) -> Result<Response<Body>, Lost> {
    let (mut parts, body) = answer.into_parts();
    let whole = to_bytes(body, usize::MAX).await?;
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    Ok(Response::from_parts(parts, Body::new(Half(Some(whole.slice(..whole.len() / 2))))))
}

/// A body that breaks off.
struct Half(Option<Bytes>);

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = Lost;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Lost>>> {
        let next = self.0.take().map(|half| Ok(Frame::data(half)));
        std::task::Poll::Ready(next.or_else(|| Some(Err("cut".into()))))
    }
}

/// A live feed of one poll: the pushes come evenly, each a vote for the next option in turn, and the feed then stays open.
/// `swap` has bits of a push's number that are turned over: 7 has each eight come backwards, and one more come after them all.
fn storm(rate: u32, seconds: u32, swap: u32) -> Response<Body> {
    let beat = tokio::time::interval(Duration::from_secs(1) / rate);
    let pushes = stream::unfold((0, beat), move |(n, mut beat)| async move {
        if n == rate * seconds + u32::from(swap > 0) {
            tokio::time::sleep(Duration::from_mins(1)).await;
            return None;
        }
        beat.tick().await;
        let next = (n + 1, beat);
        let n = if n == rate * seconds { n } else { n ^ swap };
        let votes = |option: u32| (n + 4 - option) / 5;
        let ids = ["pizza", "sushi", "taco", "curry", "ramen"];
        let options: Vec<_> = ids.iter().map(|id| json!({"id": id, "label": id})).collect();
        let counts: Vec<_> = (0..).zip(ids).map(|(n, id)| json!({"option": id, "votes": votes(n)})).collect();
        let poll = json!({
            "id": "weekly-dinner", "revision": 1_000 + n, "title": "Where?", "options": options,
            "results": "always", "turnout": {"cast": n}, "tally": {"voters": n, "votes": counts},
            "viewer": {"standing": "entitled", "ballot": {"revision": 1, "options": ["pizza"]}},
        });
        let event = format!("event: poll\nid: {n}\ndata: {}\n\n", json!({ "poll": poll }));
        Some((Ok::<_, Lost>(Bytes::from(event)), next))
    });
    let mut answer = text("text/event-stream", String::new());
    *answer.body_mut() = Body::from_stream(pushes);
    answer
}
