//! The headers of the native host that are not part of HTTP itself.

use axum::http::HeaderName;

/// In a response: the host's epoch. Revisions of different epochs cannot be compared.
pub(super) const EPOCH: HeaderName = HeaderName::from_static("folkmoot-epoch");

/// In a write: its idempotency key. Requests with the same key are carried out once.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// In a request for the feed: the id of the last event that came.
pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// In a POST request: the method that is meant, `PUT`, `PATCH` or `DELETE`.
pub(super) const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// In a request from a trusted proxy, and in every response: the request's id in the logs of the proxy and of the host.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
