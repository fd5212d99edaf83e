//! HTTP requests to a host, and its responses.

use crate::api::Value;
use crate::domain::time::Timestamp;

/// An HTTP request to a host.
#[derive(Debug)]
pub struct Call {
    /// The method.
    pub method: HttpMethod,
    /// Path and query, relative to the URL of the API.
    pub path: String,
    /// Headers besides those that prove who is asking, with their names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body of a write.
    pub body: Option<Value>,
    /// Whether the response must not come out of the browser's cache.
    pub fresh: bool,
}

impl Call {
    /// A GET request.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: HttpMethod::Get, path: path.into(), headers: Vec::new(), body: None, fresh: false }
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl HttpMethod {
    /// The name in an HTTP request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// The HTTP response of a host.
#[derive(Debug)]
pub struct Reply<J> {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, in milliseconds.
    pub retry_after: Option<u32>,
    /// The time on the host's clock, from `Date`.
    pub host_time: Option<Timestamp>,
    /// The host's epoch, from [`Host::epoch_header`](super::Host::epoch_header).
    pub epoch: Option<String>,
    /// The body as JSON; `None` where it is not JSON.
    pub body: Option<J>,
}
