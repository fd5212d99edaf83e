//! The host's log, on standard error: events with a level, each with the id of the request in which it happened.
//!
//! No line has a caller's name, address or data: a request is logged as its id, its method, its route and its outcome.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::{Debug, Write as _};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::{Empty, Field, Visit};
use tracing::{Event, Instrument, Level, Span, Subscriber, debug, error, error_span, trace, warn};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt;

use super::headers::REQUEST_ID;
use super::limits::{Guard, Peer};
use crate::contract::ProblemKind;

/// The least time between two equal messages: on a full disk every call fails, and must not fill the log, too.
const AGAIN: Duration = Duration::from_mins(1);

/// The most messages that are remembered.
const LINES: usize = 1000;

/// The longest request id that is taken from a proxy, in bytes.
const MAX_ID: usize = 64;

/// What is logged, and in which format.
#[derive(Clone, Debug)]
pub struct Log {
    /// The least level that is logged, by the part of the program or the library that an event comes from.
    pub levels: Targets,
    /// The format of a line.
    pub format: LogFormat,
}

/// The format of a line in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: a JSON object on each line.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { levels: of_host(LevelFilter::INFO), format: LogFormat::default() }
    }
}

impl Log {
    /// Starts the log of this process, on standard error.
    pub fn start(self) {
        let once =
            (!self.levels.would_enable(env!("CARGO_CRATE_NAME"), &Level::DEBUG)).then(Repeats::default);
        let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
        let lines = match self.format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines.json().with_span_list(false).boxed(),
        };
        // Whoever started a log before keeps it.
        let _ = Registry::default().with(lines).with(once).with(self.levels).try_init();
    }
}

/// Parses the value of `--log`: a level for the host, such as `debug`, or a list with levels for its parts and libraries, such
/// as `info,sqlx=debug`.
pub fn levels(text: &str) -> Result<Targets, String> {
    let is_level = |item: &str| !item.is_empty() && item.parse::<LevelFilter>().is_ok();
    if !text.contains([',', '=']) && is_level(text) {
        return text.parse().map(of_host).map_err(|error| format!("{error}"));
    }
    let is_known =
        text.split(',').all(|item| is_level(item.split_once('=').map_or(item, |(_, level)| level)));
    let levels = text.parse().ok().filter(|_| is_known);
    levels.ok_or_else(|| {
        "not a level: write error, warn, info, debug or trace, or a list such as info,sqlx=debug".into()
    })
}

/// This level for the host, and warnings and errors alone for its libraries.
fn of_host(level: LevelFilter) -> Targets {
    Targets::new().with_default(level.min(LevelFilter::WARN)).with_target(env!("CARGO_CRATE_NAME"), level)
}

/// Answers a request, gives it its id, and logs its outcome.
pub(super) async fn identify<A: Future<Output = Result<Response, Infallible>>>(
    guard: &Guard,
    request: Request,
    answer: impl FnOnce(Request) -> A,
) -> Result<Response, Infallible> {
    let (id, start) = (id_of(guard, &request), Instant::now());
    let span = error_span!("request", id = id.to_str().unwrap_or_default(), call = Empty);
    let mut response = answer(request).instrument(span.clone()).await?;
    span.in_scope(|| tell(&response, start.elapsed()));
    response.headers_mut().insert(REQUEST_ID, id);
    Ok(response)
}

/// Adds the route that the router has found to the request's span.
pub(super) async fn name_call(route: MatchedPath, request: Request, next: Next) -> Response {
    record_call(request.method(), route.as_str());
    next.run(request).await
}

/// Adds a route to the request's span. The log has the route and not the path, since a path may hold anything that a caller
/// sent.
pub(super) fn record_call(method: &Method, route: &str) {
    Span::current().record("call", format_args!("{method} {route}"));
}

/// Logs the outcome of a request. Failures are for the operator; a refusal was told to its caller, and is logged for debugging.
fn tell(response: &Response, took: Duration) {
    let (status, ms) = (response.status(), u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    let problem = response.extensions().get::<ProblemKind>().map(|kind| kind.word());
    let code = status.as_str();
    match status.as_u16() {
        500 => error!(status = code, problem, ms, "the host failed"),
        501.. => warn!(status = code, problem, ms, "the host could not do this now"),
        400.. => debug!(status = code, problem, ms, "refused"),
        _ => trace!(status = code, ms, "answered"),
    }
}

/// The request id of a trusted proxy, else a new one.
fn id_of(guard: &Guard, request: &Request) -> HeaderValue {
    let peer = request.extensions().get::<Peer>();
    let given = peer.filter(|peer| guard.trusts(**peer)).and_then(|_| request.headers().get(REQUEST_ID));
    // Random, with other keys each time. The system's random numbers would cost each request a system call.
    let made = || HeaderValue::try_from(format!("{:016x}", RandomState::new().hash_one(())));
    match given.filter(|id| is_sane(id.as_bytes())) {
        Some(id) => id.clone(),
        None => made().unwrap_or(HeaderValue::from_static("none")),
    }
}

/// Whether this is a form in which proxies write ids: hexadecimal digits, a UUID, or base64.
fn is_sane(id: &[u8]) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.:+/=".contains(b))
}

/// Leaves out messages that were logged less than a minute ago, in whichever request.
#[derive(Default)]
struct Repeats(Mutex<HashMap<String, Instant>>);

impl<S: Subscriber> Layer<S> for Repeats {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        if *event.metadata().level() > Level::INFO {
            return true;
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        is_due(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), &line.0, Instant::now())
    }
}

/// The text of an event without its numbers, such as how long a request took.
struct Line(String);

impl Visit for Line {
    fn record_u64(&mut self, _: &Field, _: u64) {}

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // A text takes what is written.
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

fn is_due(said: &mut HashMap<String, Instant>, line: &str, now: Instant) -> bool {
    if said.get(line).is_some_and(|before| now.duration_since(*before) < AGAIN) {
        return false;
    }
    if said.len() >= LINES {
        said.clear();
    }
    said.insert(line.to_owned(), now);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_1_what_stays_wrong_is_one_line_a_minute() {
        let (mut said, start) = (HashMap::new(), Instant::now());
        let mut lines = 0;
        for second in 0..180 {
            for _call in 0..100 {
                lines +=
                    u32::from(is_due(&mut said, "the disk is full", start + Duration::from_secs(second)));
            }
        }
        assert_eq!(lines, 3);
        assert!(is_due(&mut said, "something else", start + Duration::from_mins(3)));
    }

    #[test]
    fn levels_are_those_of_the_host_unless_more_is_said() {
        let host = "folkmoot::server::answer";
        for (text, of_host, of_library) in [
            ("warn", Level::WARN, Level::WARN),
            ("debug", Level::DEBUG, Level::WARN),
            ("TRACE", Level::TRACE, Level::WARN),
            ("error", Level::ERROR, Level::ERROR),
            ("info,sqlx=debug", Level::INFO, Level::DEBUG),
            ("folkmoot::server=trace,sqlx=info", Level::TRACE, Level::INFO),
        ] {
            let levels = levels(text).unwrap();
            for (target, most) in [(host, of_host), ("sqlx::query", of_library)] {
                let all = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];
                for level in all {
                    assert_eq!(
                        levels.would_enable(target, &level),
                        level <= most,
                        "{text}: {target} {level}"
                    );
                }
            }
        }
        for text in ["", "loud", "info,", "sqlx", "info,sqlx", "sqlx=loud", "debug;sqlx"] {
            assert!(levels(text).unwrap_err().starts_with("not a level: write error"), "{text}");
        }
    }

    #[test]
    fn an_id_that_could_be_a_line_of_its_own_is_none() {
        for id in [
            "7b4c90e5d2a1",
            "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
            "Root=1-67891233:abc+/=",
            &"x".repeat(64),
        ] {
            assert!(is_sane(id.as_bytes()), "{id}");
        }
        for id in ["", "a b", "a\tb", "a\"b", "{id}", "\u{fe}", "a,b", &"x".repeat(65)] {
            assert!(!is_sane(id.as_bytes()), "{id}");
        }
    }
}
