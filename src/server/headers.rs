//! The headers of the host that HTTP itself has no names for.

use axum::http::HeaderName;

/// Of an answer: the history to which it belongs. Revisions of two epochs say nothing of each other.
pub(super) const EPOCH: HeaderName = HeaderName::from_static("folkmoot-epoch");

/// Of a write: the key under which it is done once, however often it is sent.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Of a feed: the id of the last event that came.
pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Of a call by POST: its own method, `PUT`, `PATCH` or `DELETE`.
pub(super) const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Of a request that a trusted proxy brings, and of every answer: the id under which the logs of both have it.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
