//! The HTTP client of the check. It limits the size and the duration of each response.

use std::io::Read;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, RequestBuilder};

use super::verdict::{Miss, failed};
use super::{Access, Error, Options};
use crate::domain::time::Timestamp;

/// The largest response body that is accepted, in bytes.
const MAX_ANSWER: u64 = 1 << 20;

/// The longest time for which a feed is read.
const LONGEST_FEED: Duration = Duration::from_mins(1);

/// How long the check sends requests, in multiples of the timeout of one response: no host can make the check run forever.
const MAX_WAITS: u32 = 30;

/// The person in whose name a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Viewer {
    /// A guest without a token.
    Guest,
    /// A guest with a guest token.
    Invited,
    /// The member whose token or cookie was given to the check.
    Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

/// A request, which can be sent more than once.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    path: String,
    pub(super) viewer: Viewer,
    headers: Vec<(HeaderName, String)>,
    body: String,
    /// Whether the request opens a feed, whose response may last longer than others.
    lasts: bool,
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        let (path, headers, body) = (path.into(), Vec::new(), String::new());
        Self { method, path, viewer: Viewer::Guest, headers, body, lasts: false }
    }

    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    pub(super) fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::new(Method::Post, path).json(body)
    }

    pub(super) fn put(path: impl Into<String>, body: &Value) -> Self {
        Self::new(Method::Put, path).json(body)
    }

    pub(super) fn patch(path: impl Into<String>, body: &Value) -> Self {
        Self::new(Method::Patch, path).json(body)
    }

    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::Delete, path)
    }

    pub(super) fn options(path: impl Into<String>) -> Self {
        Self::new(Method::Options, path)
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.body(body.to_string(), "application/json")
    }

    pub(super) fn body(mut self, body: impl Into<String>, media_type: &str) -> Self {
        self.body = body.into();
        self.headers.retain(|(name, _)| name != "content-type");
        self.header("content-type", media_type)
    }

    pub(super) fn by(mut self, viewer: Viewer) -> Self {
        self.viewer = viewer;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    pub(super) fn lasting(mut self) -> Self {
        self.lasts = true;
        self
    }

    /// The name of the call in a report, such as `GET /session as the member`.
    pub(super) fn name(&self) -> String {
        let method = match self.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
        };
        let who = match self.viewer {
            Viewer::Guest => "",
            Viewer::Invited => " as a guest with a token",
            Viewer::Member => " as the member",
        };
        // Cut off, since a path can have a hundred ids.
        let path: String = self.path.chars().take(80).collect();
        format!("{method} {path}{who}")
    }
}

/// The response of a host.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// The name of the call; see [`Call::name`].
    pub(super) call: String,
    pub(super) viewer: Viewer,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Received {
    /// A header's value; empty where the header is absent or not text.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The values of all headers of this name, with commas between.
    pub(super) fn list(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.collect::<Vec<_>>().join(", ")
    }

    /// The media type, without its parameters.
    pub(super) fn media_type(&self) -> String {
        self.header("content-type").split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// The body as JSON; null where it is not JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The `Retry-After` of a response with status 429 or 503; `None` if it is absent or not a number of seconds.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let busy = matches!(self.status, 429 | 503);
        let seconds = self.header("retry-after").parse().ok().filter(|_| busy)?;
        Some(Duration::from_secs(seconds))
    }

    /// The time in the `Date` header; `None` if the header is absent or invalid.
    pub(super) fn date(&self) -> Option<Timestamp> {
        let read = jiff::fmt::rfc2822::parse(self.header("date")).ok()?;
        Some(Timestamp(read.timestamp().as_millisecond()))
    }

    /// A description of the response for a report: one line with the call, the status, the media type and the start of the body.
    pub(super) fn told(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut told = format!("{}: {}", self.call, self.status);
        let body: String = body.chars().take(160).collect();
        for part in [self.media_type(), body] {
            if !part.is_empty() {
                told.push(' ');
                told.push_str(&part);
            }
        }
        told
    }
}

pub(super) struct Client {
    agent: Agent,
    base: String,
    access: Option<(HeaderName, HeaderValue)>,
    csrf_header: HeaderName,
    /// The value of the CSRF header, which a write needs if a cookie authenticates it.
    pub(super) csrf: Option<String>,
    timeout: Duration,
    started: Instant,
}

impl Client {
    pub(super) fn new(options: &Options) -> Result<Self, Error> {
        let bad = || Error::BadUrl(options.url.clone());
        let uri: Uri = options.url.parse().map_err(|_| bad())?;
        let spoken = uri.scheme_str().is_some_and(|scheme| ["http", "https"].contains(&scheme));
        if !spoken || uri.host().is_none_or(str::is_empty) || options.url.contains(['?', '#']) {
            return Err(bad());
        }
        let credential = |name: HeaderName, value: String, what: &'static str| {
            let value = HeaderValue::try_from(value).map_err(|_| Error::BadHeader(what))?;
            Ok::<_, Error>(Some((name, value)))
        };
        let access = match &options.access {
            Access::Guest => None,
            Access::Token(token) => {
                credential(ureq::http::header::AUTHORIZATION, format!("Bearer {token}"), "the token")?
            }
            Access::Cookie(cookie) => credential(ureq::http::header::COOKIE, cookie.clone(), "the cookie")?,
        };
        if options.origin.as_ref().is_some_and(|origin| HeaderValue::try_from(origin).is_err()) {
            return Err(Error::BadHeader("the origin"));
        }
        let csrf_header =
            HeaderName::try_from(&options.csrf_header).map_err(|_| Error::BadHeader("the CSRF header"))?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .timeout_resolve(Some(options.timeout))
            .timeout_connect(Some(options.timeout))
            .timeout_send_request(Some(options.timeout))
            .timeout_send_body(Some(options.timeout))
            .timeout_recv_response(Some(options.timeout))
            .user_agent(concat!("folkmoot-check/", env!("CARGO_PKG_VERSION")));
        let base = options.url.trim_end_matches('/').to_owned();
        let (agent, timeout) = (config.build().new_agent(), options.timeout);
        Ok(Self { agent, base, access, csrf_header, csrf: None, timeout, started: Instant::now() })
    }

    /// The URL of the API, without a slash at the end.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn set_base(&mut self, base: String) {
        self.base = base;
    }

    /// Sends a request and reads the whole response.
    pub(super) fn send(&self, call: &Call) -> Result<Received, Miss> {
        let untold = |why: String| failed(format!("an answer within {:?}", self.timeout), why);
        let (mut answer, body) = self.open(call).map_err(|why| untold(format!("{}: {why}", call.name())))?;
        let mut reader = body.into_reader().take(MAX_ANSWER + 1);
        let read = reader.read_to_end(&mut answer.body);
        read.map_err(|error| untold(format!("{}: {} and then {error}", call.name(), answer.status)))?;
        if answer.body.len() as u64 > MAX_ANSWER {
            let came = format!("{}: {} and more than that", call.name(), answer.status);
            return Err(failed(format!("an answer of at most {MAX_ANSWER} bytes"), came));
        }
        Ok(answer)
    }

    /// Sends a request and reads the status and headers of the response. The error says why there is no response.
    pub(super) fn open(&self, call: &Call) -> Result<(Received, Body), String> {
        if self.started.elapsed() > self.timeout * MAX_WAITS {
            let limit = self.timeout * MAX_WAITS;
            return Err(format!(
                "the check took longer than {limit:?}: name fewer polls, or raise --timeout"
            ));
        }
        let url = [self.base.as_str(), &call.path].concat();
        let sent = match call.method {
            Method::Get => self.dress(self.agent.get(url), call).call(),
            Method::Options => self.dress(self.agent.options(url), call).call(),
            Method::Post => self.dress(self.agent.post(url), call).send(&call.body),
            Method::Put => self.dress(self.agent.put(url), call).send(&call.body),
            Method::Patch => self.dress(self.agent.patch(url), call).send(&call.body),
            Method::Delete if call.body.is_empty() => self.dress(self.agent.delete(url), call).call(),
            Method::Delete => self.dress(self.agent.delete(url).force_send_body(), call).send(&call.body),
        };
        let (head, body) = sent.map_err(|error| error.to_string())?.into_parts();
        let (status, headers) = (head.status.as_u16(), head.headers);
        Ok((Received { call: call.name(), viewer: call.viewer, status, headers, body: Vec::new() }, body))
    }

    fn dress<B>(&self, mut request: RequestBuilder<B>, call: &Call) -> RequestBuilder<B> {
        let writes = matches!(call.method, Method::Post | Method::Put | Method::Patch | Method::Delete);
        if let (Viewer::Member, Some((name, value))) = (call.viewer, &self.access) {
            request = request.header(name, value);
            if let (true, Some(csrf)) = (writes, &self.csrf) {
                request = request.header(&self.csrf_header, csrf);
            }
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        // A feed has a timeout of its own, since it stays open while several rules are checked.
        let whole = if call.lasts { LONGEST_FEED } else { self.timeout };
        request.config().timeout_recv_body(Some(whole)).build()
    }
}
