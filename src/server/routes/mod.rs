//! The handlers of Host API v1. Each reads a request, asks the store, and answers.

mod around;
mod ballot;
mod checklist;
mod events;
mod export;
mod named;
mod reads;
mod staff;
mod voters;

use std::collections::HashSet;
use std::hash::Hash;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection, RawPathParamsRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, RawPathParams, RawQuery, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::timeout;
use tower::Layer;
use tower::util::MapRequestLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::{Fault, in_time, no_such_call, no_such_method};
use super::app::App;
use super::cors::{Sites, keep_out_strangers};
use super::headers::{EPOCH, IDEMPOTENCY_KEY, METHOD_OVERRIDE};
use super::log::name_call;
use crate::api::{MAX_IDS, ProblemKind};
use crate::domain::id::{BadId, MAX_LEN, PollId};

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// All routes of the API. A POST request with another method in [`METHOD_OVERRIDE`] is treated as a request with that method
/// in every respect, since some proxies let only GET and POST through.
pub(super) fn api(app: App, sites: Sites) -> Router {
    Router::new().fallback_service(MapRequestLayer::new(by_its_own_method).layer(calls(app, sites)))
}

fn by_its_own_method(mut request: Request) -> Request {
    if request.method() == Method::POST
        && let Some(named) = request.headers().get(METHOD_OVERRIDE)
        && let Some(own) =
            [Method::PUT, Method::PATCH, Method::DELETE].into_iter().find(|m| named == m.as_str())
    {
        *request.method_mut() = own;
    }
    request
}

fn calls(app: App, sites: Sites) -> Router {
    Router::new()
        .route("/session", get(reads::session).post(reads::welcome))
        .route("/polls", get(reads::polls).post(staff::create))
        .merge(of_a_poll(&app))
        .route("/members", get(reads::members))
        .route("/checklist", get(checklist::read))
        .route("/checklist/steps/{id}", put(checklist::put_step))
        .route("/events", get(events::open))
        .route("/openapi.json", get(reads::openapi))
        .route_layer(from_fn(name_call))
        .fallback(no_such_call)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.guard.limits.answer, in_time))
        .layer(from_fn_with_state(sites, keep_out_strangers))
        .layer(SetResponseHeaderLayer::overriding(EPOCH, HeaderValue::try_from(app.store.epoch()).ok()))
        .with_state(app)
}

/// The routes below one poll.
fn of_a_poll(app: &App) -> Router<App> {
    Router::new()
        .route("/polls/{id}", get(reads::poll).patch(staff::edit).delete(staff::delete))
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
        .route_layer(from_fn_with_state(app.clone(), tell_deleted))
}

/// Turns 404 into 410 where the poll in the path was deleted.
async fn tell_deleted(
    State(app): State<App>,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let answer = next.run(request).await;
    let asked = path.iter().flatten().find(|(name, _)| *name == "id");
    let asked = asked.and_then(|(_, text)| PollId::new(text).ok());
    let Some(poll) = asked.filter(|_| answer.status() == StatusCode::NOT_FOUND) else { return answer };
    match app.store.deleted(std::slice::from_ref(&poll)).await {
        Ok(deleted) if deleted.is_empty() => answer,
        Ok(_) => {
            Fault::from(ProblemKind::Gone.with(format!("the poll \"{poll}\" was deleted"))).into_response()
        }
        Err(error) => Fault::from(error).into_response(),
    }
}

/// A JSON body. Rejections are problems that say what is wrong with it.
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
        let body: Map<String, Value> = serde_json::from_slice(&bytes)
            .map_err(|error| invalid(format!("the body is not an object of JSON: {error}")))?;
        serde_path_to_error::deserialize(Value::Object(body)).map(Self).map_err(|error| misshapen(&error))
    }
}

/// What is wrong with a body, and where.
fn misshapen(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let (place, why) = (error.path().to_string(), error.inner().to_string());
    let why = why.split_once(", expected one of").map_or(why.as_str(), |(why, _)| why);
    invalid(if place == "." { why.to_owned() } else { format!("{place}: {why}") })
}

type PathId = Result<Path<String>, PathRejection>;

/// The `cursor` in a query, which is the `next` of the page before.
#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

type CursorQuery = Result<Query<Cursor>, QueryRejection>;

/// Reads the cursor of a request, if it has one.
fn cursor<T>(query: CursorQuery, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    let Query(Cursor { cursor }) = query.map_err(|e| invalid(e.body_text()))?;
    // A cursor is an id, or a number and an id.
    let read = |text: String| {
        let found = if text.chars().count() <= 2 * MAX_LEN { read(&text) } else { None };
        found.ok_or_else(|| invalid("cursor: is no `next` of the page before"))
    };
    cursor.map(read).transpose()
}

/// The `next` of a page, where there are more.
fn page_of<T>(page: &[T], more: bool, name: impl Fn(&T) -> String) -> Option<String> {
    page.last().filter(|_| more).map(name)
}

/// The idempotency key of a write.
fn key(headers: &HeaderMap) -> Result<String, Fault> {
    let key = headers.get(IDEMPOTENCY_KEY).map(|v| v.to_str().unwrap_or(""));
    match key {
        Some(key) if (1..=128).contains(&key.len()) => Ok(key.to_owned()),
        Some(_) => Err(invalid("Idempotency-Key: 1 to 128 visible ASCII characters")),
        None => Err(invalid("this needs an Idempotency-Key header, so that what is sent twice counts once")),
    }
}

/// The undecoded values of a name in a request's query, such as `a,b` in `?ids=a,b`.
fn lists<'a>(query: &'a RawQuery, name: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = query.0.as_deref().unwrap_or("").split('&');
    pairs.filter_map(move |pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn is_given(query: &RawQuery, name: &str) -> bool {
    lists(query, name).next().is_some()
}

/// The decoded items of a list. Plain commas separate items, percent-encoded ones belong to an item. Empty items are left
/// out.
fn texts(query: &RawQuery, name: &str) -> Vec<String> {
    let texts = lists(query, name).flat_map(|list| list.split(',')).filter(|text| !text.is_empty());
    let decoded =
        |text: &str| form_urlencoded::parse(format!("={text}").as_bytes()).map(|(_, text)| text).collect();
    texts.map(decoded).collect()
}

/// The decoded items of a list in which no item can have a comma. Some clients percent-encode the separating commas, too.
fn plain_texts(query: &RawQuery, name: &str) -> Vec<String> {
    texts(query, name).iter().flat_map(|text| text.split(',')).map(Into::into).collect()
}

/// The ids in a request: the valid ones, each once, and the invalid ones. One invalid id does not make the call fail for the
/// others.
struct Named<T> {
    found: Vec<T>,
    bad: Vec<String>,
}

fn named<T: Clone + Eq + Hash>(
    name: &str,
    texts: Vec<String>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Named<T>, Fault> {
    if texts.is_empty() {
        return Err(invalid(format!("say which: ?{name}=a,b")));
    }
    if texts.len() > MAX_IDS {
        return Err(invalid(format!("at most {MAX_IDS} {name} in one call, not {}", texts.len())));
    }
    let mut seen = HashSet::new();
    let mut named = Named { found: Vec::new(), bad: Vec::new() };
    for text in texts {
        match read(&text) {
            Some(item) if seen.insert(item.clone()) => named.found.push(item),
            Some(_) => {}
            None if named.bad.contains(&text) => {}
            None => named.bad.push(text),
        }
    }
    Ok(named)
}

fn path_id<T>(path: PathId, read: impl Fn(String) -> Result<T, BadId>) -> Result<T, Fault> {
    let Path(text) = path.map_err(|e| invalid(e.body_text()))?;
    read(text).map_err(|e| invalid(e.to_string()))
}

fn invalid(detail: impl Into<String>) -> Fault {
    ProblemKind::Invalid.with(detail).into()
}
