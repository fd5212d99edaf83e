//! The calls of Host API v1. Each reads its request, asks the store, and answers.

mod around;
mod ballot;
mod checklist;
mod events;
mod export;
mod reads;
mod staff;
mod voters;

use std::collections::HashSet;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::answer::{Fault, in_time, no_such_call, no_such_method};
use super::app::App;
use crate::api::{MAX_IDS, ProblemKind};
use crate::domain::id::{BadId, MAX_LEN};

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Every call of the API, below its path.
pub(super) fn api(app: App) -> Router {
    Router::new()
        .route("/session", get(reads::session).post(reads::welcome))
        .route("/polls", get(reads::polls).post(staff::create))
        .route("/polls/{id}", get(reads::poll).patch(staff::edit))
        .route("/polls/{id}/export.csv", get(export::csv))
        .route("/polls/{id}/ballot", put(ballot::put).delete(ballot::delete))
        .route("/polls/{id}/voters", get(voters::read))
        .route("/polls/{id}/reasons", get(voters::reasons))
        .route("/polls/{id}/options", post(around::add_option))
        .route("/polls/{id}/options/{option}", put(around::approve_option).delete(around::decline_option))
        .route("/polls/{id}/comments", get(around::comments).post(around::comment))
        .route("/polls/{id}/comments/{comment}", delete(around::take_comment))
        .route("/polls/{id}/follow", put(around::follow))
        .route("/polls/{id}/followers", get(around::followers))
        .route("/members", get(reads::members))
        .route("/checklist", get(checklist::read))
        .route("/checklist/steps/{id}", put(checklist::put_step))
        .route("/events", get(events::follow))
        .route("/openapi.json", get(reads::openapi))
        .fallback(no_such_call)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.guard.limits.answer, in_time))
        .with_state(app)
}

/// A JSON body, or a problem that says what is wrong with it.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let media_type = media_type.split(';').next().unwrap_or("").trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(invalid("the body has to be JSON: say so with Content-Type: application/json"));
        }
        let arrival = timeout(app.guard.limits.arrival, Bytes::from_request(request, app)).await;
        let late = |_| ProblemKind::Timeout.with("the body took too long to arrive; send it again");
        let bytes = arrival.map_err(late)?.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ProblemKind::TooLarge.with(format!("a body has at most {MAX_BODY} bytes")).into()
            } else {
                invalid("the body was cut short; send it again")
            }
        })?;
        let body = serde_json::from_slice(&bytes);
        body.map(Self).map_err(|e| invalid(format!("the body is not what this call takes: {e}")))
    }
}

/// `ids` or `topics` in the query of a call.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    ids: String,
    #[serde(default)]
    topics: String,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;
type PathId = Result<Path<String>, PathRejection>;

/// Where the page before ended.
#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

type CursorQuery = Result<Query<Cursor>, QueryRejection>;

/// What a call's cursor means, where it has one.
fn cursor<T>(query: CursorQuery, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    let Query(Cursor { cursor }) = query.map_err(|e| invalid(e.body_text()))?;
    let read = |text: String| {
        let found = if text.len() <= MAX_LEN { read(&text) } else { None };
        found.ok_or_else(|| invalid("cursor: is no `next` of the page before"))
    };
    cursor.map(read).transpose()
}

/// What a page says as its `next`, where there are more.
fn page_of<T>(page: &[T], more: bool, name: impl Fn(&T) -> String) -> Option<String> {
    page.last().filter(|_| more).map(name)
}

/// The key that marks a write, however often it is sent.
fn key(headers: &HeaderMap) -> Result<String, Fault> {
    let key = headers.get("idempotency-key").map(|v| v.to_str().unwrap_or(""));
    match key {
        Some(key) if (1..=128).contains(&key.len()) => Ok(key.to_owned()),
        Some(_) => Err(invalid("Idempotency-Key: 1 to 128 visible ASCII characters")),
        None => Err(invalid("this needs an Idempotency-Key header, so that what is sent twice counts once")),
    }
}

fn asked(query: AskedQuery) -> Result<Asked, Fault> {
    Ok(query.map_err(|e| invalid(e.body_text()))?.0)
}

/// A list of ids or topics, each once.
fn list<T: Clone + Eq + std::hash::Hash>(
    name: &str,
    text: &str,
    read: impl Fn(&str) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    if text.is_empty() {
        return Err(invalid(format!("say which: ?{name}=a,b")));
    }
    let asked = text.split(',').count();
    if asked > MAX_IDS {
        return Err(invalid(format!("at most {MAX_IDS} {name} in one call, not {asked}")));
    }
    let mut seen = HashSet::new();
    let mut list = Vec::new();
    for part in text.split(',') {
        let item = read(part)?;
        if seen.insert(item.clone()) {
            list.push(item);
        }
    }
    Ok(list)
}

fn path_id<T>(path: PathId, read: impl Fn(String) -> Result<T, BadId>) -> Result<T, Fault> {
    let Path(text) = path.map_err(|e| invalid(e.body_text()))?;
    read(text).map_err(|e| invalid(e.to_string()))
}

fn invalid(detail: impl Into<String>) -> Fault {
    ProblemKind::Invalid.with(detail).into()
}
