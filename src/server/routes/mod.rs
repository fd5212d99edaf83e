//! The handlers of Host API v1. Each reads a request, asks the store, and answers.

mod around;
mod ballot;
mod body;
mod checklist;
mod events;
mod export;
mod named;
mod reads;
mod staff;
mod voters;

use std::collections::HashSet;
use std::convert::Infallible;
use std::hash::Hash;
use std::pin::pin;

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection, RawPathParamsRejection};
use axum::extract::{DefaultBodyLimit, MatchedPath, Path, Query, RawPathParams, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use serde::Deserialize;
use tower::{Layer, Service, ServiceExt, service_fn};

use body::{Body, MAX_BODY};

use super::answer::{Failure, in_time, no_such_call, no_such_method};
use super::app::App;
use super::cors::Sites;
use super::headers::{EPOCH, IDEMPOTENCY_KEY, METHOD_OVERRIDE};
use super::log::record_call;
use super::who::Who;
use crate::api::MAX_IDS;
use crate::clock::now;
use crate::contract::{API_PATH, Call, ProblemCode, ProblemKind};
use crate::domain::id::{BadId, MAX_LEN, PollId};
use crate::domain::poll::Poll;
use crate::domain::translation::Text;
use crate::wire::Params;

/// The API as a service, below its path. What concerns every call is done here, and what needs the call's route in
/// [`surround`], with no layers between: a router boxes each of its layers, and clones all that are below for each request.
pub(super) fn api(
    app: App,
    sites: Sites,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync {
    let epoch = HeaderValue::try_from(app.store.epoch()).ok();
    let calls = DefaultBodyLimit::max(MAX_BODY).layer(calls(app));
    service_fn(move |request| {
        let (calls, sites, epoch) = (calls.clone(), sites.clone(), epoch.clone());
        async move {
            let request = by_its_own_method(request);
            let mut response = match sites.admit(&request) {
                Ok(()) => calls.oneshot(request).await?,
                Err(refused) => refused.into_response(),
            };
            response.headers_mut().extend(epoch.map(|epoch| (EPOCH, epoch)));
            Ok(response)
        }
    })
}

/// A POST request with another method in [`METHOD_OVERRIDE`] is treated as a request with that method in every respect, since
/// some proxies let only GET and POST through.
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

fn calls(app: App) -> Router {
    Call::ALL
        .iter()
        .fold(Router::new(), |router, call| router.route(call.path(), route(*call)))
        .route_layer(from_fn_with_state(app.clone(), surround))
        .fallback(no_such_call)
        .method_not_allowed_fallback(no_such_method)
        .with_state(app)
}

/// Names a call in the log, limits its time, and tells where its poll was deleted.
async fn surround(
    State(app): State<App>,
    route: MatchedPath,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let route = route.as_str().strip_prefix(API_PATH).unwrap_or(route.as_str());
    record_call(request.method(), route);
    // Pinned where it is, since it is large to move.
    let answer = pin!(async {
        let answer = next.run(request).await;
        // Only a poll can have been deleted.
        if answer.status() == StatusCode::NOT_FOUND && route.starts_with("/polls/{id}") {
            Box::pin(tell_deleted(&app, path, answer)).await
        } else {
            answer
        }
    });
    in_time(app.guard.limits.answer, answer).await
}

/// The handler of a call.
fn route(call: Call) -> MethodRouter<App> {
    match call {
        Call::Session => get(reads::session),
        Call::Welcome => post(reads::welcome),
        Call::Polls => get(reads::polls),
        Call::CreatePoll => post(staff::create),
        Call::Poll => get(reads::poll),
        Call::EditPoll => patch(staff::edit),
        Call::DeletePoll => delete(staff::delete),
        Call::Cast => put(ballot::put),
        Call::TakeBack => delete(ballot::delete),
        Call::Voters => get(voters::read),
        Call::Reasons => get(voters::reasons),
        Call::AddOption => post(around::add_option),
        Call::ApproveOption => put(around::approve_option),
        Call::DeclineOption => delete(around::decline_option),
        Call::Comments => get(around::comments),
        Call::Comment => post(around::comment),
        Call::TakeComment => delete(around::take_comment),
        Call::Follow => put(around::follow),
        Call::Followers => get(around::followers),
        Call::ExportPoll => get(export::csv),
        Call::Members => get(reads::members),
        Call::Checklist => get(checklist::read),
        Call::DoStep => put(checklist::put_step),
        Call::Events => get(events::open),
        Call::OpenApi => get(reads::openapi),
    }
}

/// Turns 404 into 410 where the poll in the path was deleted.
async fn tell_deleted(
    app: &App,
    path: Result<RawPathParams, RawPathParamsRejection>,
    answer: Response,
) -> Response {
    let asked = path.iter().flatten().find(|(name, _)| *name == "id");
    let Some(poll) = asked.and_then(|(_, text)| PollId::new(text).ok()) else { return answer };
    match app.store.deleted(std::slice::from_ref(&poll)).await {
        Ok(deleted) if deleted.is_empty() => answer,
        Ok(_) => {
            let detail = format!("the poll \"{poll}\" was deleted");
            Failure::from(ProblemCode::PollDeleted.with(detail)).into_response()
        }
        Err(error) => Failure::from(error).into_response(),
    }
}

type PathId = Result<Path<String>, PathRejection>;

/// The `cursor` in a query, which is the `next` of the page before.
#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

type CursorQuery = Result<Query<Cursor>, QueryRejection>;

/// Reads the cursor of a request, if it has one.
fn cursor<T>(query: CursorQuery, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Failure> {
    let Query(Cursor { cursor }) = query.map_err(|e| invalid(e.body_text()))?;
    // A cursor is an id, or a number and an id.
    let read = |text: String| {
        let found = if text.chars().count() <= 2 * MAX_LEN { read(&text) } else { None };
        found.ok_or_else(|| invalid("cursor: is no `next` of the page before"))
    };
    cursor.map(read).transpose()
}

/// The `next` of a page, where there are more.
fn page_of<T, N>(page: &[T], more: bool, name: impl Fn(&T) -> N) -> Option<N> {
    page.last().filter(|_| more).map(name)
}

/// The idempotency key of a write.
fn key(headers: &HeaderMap) -> Result<String, Failure> {
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
) -> Result<Named<T>, Failure> {
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

fn path_id<T>(path: PathId, read: impl Fn(String) -> Result<T, BadId>) -> Result<T, Failure> {
    let Path(text) = path.map_err(|e| invalid(e.body_text()))?;
    read(text).map_err(|e| invalid(e.to_string()))
}

/// The poll as the viewer sees it.
async fn find_poll(app: &App, id: &PollId, who: &Who) -> Result<Poll<Text>, Failure> {
    let found = app.store.polls(std::slice::from_ref(id), who, now()).await?.pop();
    let missing = || ProblemCode::PollMissing.with(format!("there is no poll \"{id}\""));
    Ok(found.ok_or_else(missing)?)
}

/// The greatest number of something, as a parameter.
fn most(most: usize) -> Params {
    Params::limit(u32::try_from(most).unwrap_or(u32::MAX))
}

fn invalid(detail: impl Into<String>) -> Failure {
    ProblemKind::Invalid.with(detail).into()
}
