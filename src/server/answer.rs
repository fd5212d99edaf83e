//! Responses: JSON with the headers for caches, and problem documents.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tracing::error;

use super::store::StoreError;
use crate::contract::ProblemKind;
use crate::wire::Problem;

/// The `Retry-After` of a busy host that cannot tell how long it will be busy.
const SOON: Duration = Duration::from_secs(1);

/// The response to a call that failed: a problem document (RFC 9457).
#[derive(Debug)]
pub(super) struct Failure {
    problem: Box<Problem>,
    /// What `Retry-After` says.
    wait: Option<Duration>,
}

impl Failure {
    /// A problem, with `Retry-After`.
    pub(super) fn later(problem: Problem, wait: Duration) -> Self {
        Self { problem: Box::new(problem), wait: Some(wait) }
    }

    /// The host is overloaded.
    pub(super) fn busy(detail: &str) -> Self {
        Self::later(ProblemKind::Busy.with(detail), SOON)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), wait: None }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Busy) {
            return Self::busy("too many votes wait to be stored; try again in a moment");
        }
        // The reason concerns the operator, not the caller.
        error!("{error}");
        if let StoreError::Unavailable(why) = error {
            let detail = "the host cannot store anything just now; try again in a moment";
            return Self::later(ProblemKind::Busy.with(detail), why.wait());
        }
        ProblemKind::Internal.with("something broke on the host; try again in a moment").into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, "application/problem+json", serde_json::to_vec(&self.problem));
        if let Some(kind) = ProblemKind::of(&self.problem.kind) {
            response.extensions_mut().insert(kind);
        }
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.wait {
            // The header has whole seconds, so round up.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The response to a read: with an `ETag`, and 304 without a body where the caller has it already.
pub(super) fn read(request: &HeaderMap, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value);
    let tag = body.as_ref().ok().map(|body| etag(body, ""));
    let known = tag.as_ref().is_some_and(|tag| is_known(request, tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        json(StatusCode::OK, "application/json", body)
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(VARY, HeaderValue::from_static("authorization, cookie"));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        headers.insert(ETAG, tag);
    }
    response
}

/// The response to a write.
pub(super) fn written(value: &impl Serialize) -> Response {
    let mut response = json(StatusCode::OK, "application/json", serde_json::to_vec(value));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The strong `ETag` of a body in this content encoding.
pub(super) fn etag(body: &[u8], encoding: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..12]);
    format!("\"{hash}{encoding}\"")
}

/// Whether the request's `If-None-Match` has this tag.
pub(super) fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let lists = request.get_all(IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|t| t == "*" || t.strip_prefix("W/").unwrap_or(t) == tag)
}

/// Answers 503 where a call takes too long. A write that it began is still stored.
pub(super) async fn in_time(limit: Duration, answer: impl Future<Output = Response>) -> Response {
    let answer = tokio::time::timeout(limit, answer).await;
    answer.unwrap_or_else(|_| Failure::busy("this took too long; try again in a moment").into_response())
}

/// Answers a call with an unknown path.
pub(super) async fn no_such_call() -> Failure {
    ProblemKind::NotFound.with("Host API v1 has no such call").into()
}

/// Answers a call with a known path, but another method.
pub(super) async fn no_such_method(method: axum::http::Method) -> Failure {
    ProblemKind::NotAllowed.with(format!("{method} is not among the calls of Host API v1 here")).into()
}

fn json(status: StatusCode, media_type: &'static str, body: serde_json::Result<Vec<u8>>) -> Response {
    let Ok(body) = body else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    (status, [(CONTENT_TYPE, media_type)], Body::from(body)).into_response()
}
