//! The calls that commands make to a running host.

use std::cell::Cell;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, http};

use crate::contract::LANGUAGE_QUERY;
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;

/// The timeout of one call.
const WAIT: Duration = Duration::from_secs(30);

/// The most pages of polls that are read, in case a host's list never ends. No host has nearly as many.
const MOST_PAGES: usize = 10_000;

/// A host, and the token of whoever asks.
pub struct Host {
    agent: Agent,
    api: String,
    /// Nothing for a guest.
    token: Option<String>,
    /// The time on the host's clock at its last response, rounded up to the end of the second.
    clock: Cell<Option<Timestamp>>,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The host sent no response, or one that does not belong to Host API v1.
    #[error("{api} does not answer: {reason}; start the host, or say with --api where it answers")]
    Unreachable {
        /// The URL of the API.
        api: String,
        /// What happened instead.
        reason: String,
    },
    /// The host refused the call, for this reason.
    #[error("{0}")]
    Refused(String),
}

impl Host {
    /// `api` is the URL of the API. `token` is the token of a staff member; without one, a guest asks.
    pub fn new(api: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .timeout_global(Some(WAIT))
            .user_agent(concat!("folkmoot/", env!("CARGO_PKG_VERSION")));
        Self {
            agent: config.build().new_agent(),
            api: api.trim_end_matches('/').into(),
            token,
            clock: Cell::default(),
        }
    }

    /// The time on the host's clock at its last response, rounded up to the end of the second; `now` if that response had no
    /// `Date`.
    pub fn clock_or(&self, now: Timestamp) -> Timestamp {
        self.clock.get().unwrap_or(now)
    }

    /// Creates a poll from its JSON, and returns the poll from the host's response.
    pub fn create(&self, poll: &str) -> Result<Value, CallError> {
        self.call(http::Method::POST, "/polls", Some(poll)).map(poll_of)
    }

    /// Lists all polls, most recent first.
    pub fn list(&self) -> Result<Vec<Value>, CallError> {
        let mut polls = Vec::new();
        let mut path = "/polls".to_owned();
        for _ in 0..MOST_PAGES {
            let page = self.call(http::Method::GET, &path, None)?;
            polls.extend(page["polls"].as_array().into_iter().flatten().cloned());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/polls?cursor={}", escaped(next));
        }
        Ok(polls)
    }

    /// Reads a poll.
    pub fn show(&self, id: &PollId) -> Result<Value, CallError> {
        self.call(http::Method::GET, &path(id), None).map(poll_of)
    }

    /// Reads a poll in the language with this tag, if its texts are in that or in one near it.
    pub fn show_in(&self, id: &PollId, language: &str) -> Result<Value, CallError> {
        let path = format!("{}?{LANGUAGE_QUERY}={}", path(id), escaped(language));
        self.call(http::Method::GET, &path, None).map(poll_of)
    }

    /// Closes a poll now, and returns it.
    pub fn close(&self, id: &PollId) -> Result<Value, CallError> {
        // The host replaces a closing time in the past with the current time.
        let now = json!({ "closes_at": Timestamp(0).to_string() });
        self.call(http::Method::PATCH, &path(id), Some(&now.to_string())).map(poll_of)
    }

    /// Deletes a poll with all its ballots.
    pub fn delete(&self, id: &PollId) -> Result<(), CallError> {
        self.call(http::Method::DELETE, &path(id), None).map(drop)
    }

    /// Makes a call, and returns the JSON in the response; null if the response has no body.
    fn call(&self, method: http::Method, path: &str, body: Option<&str>) -> Result<Value, CallError> {
        let unreachable = |reason: String| CallError::Unreachable { api: self.api.clone(), reason };
        let mut request = http::Request::builder()
            .method(method)
            .uri([&self.api, path].concat())
            .header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .body(body.unwrap_or_default().to_owned())
            .map_err(|error| unreachable(error.to_string()))?;
        let mut answer = self.agent.run(request).map_err(|error| unreachable(error.to_string()))?;
        let date =
            answer.headers().get("date").and_then(|date| jiff::fmt::rfc2822::parse(date.to_str().ok()?).ok());
        self.clock.set(date.map(|date| Timestamp(date.timestamp().as_millisecond() + 999)));
        let text = answer.body_mut().read_to_string().map_err(|error| unreachable(error.to_string()))?;
        let status = answer.status();
        let json: Option<Value> = serde_json::from_str(&text).ok();
        match json {
            Some(json) if status.is_success() => Ok(json),
            None if status == http::StatusCode::NO_CONTENT => Ok(Value::Null),
            Some(problem)
                if problem["type"].as_str().is_some_and(|kind| kind.starts_with("urn:folkmoot:")) =>
            {
                let detail = problem["detail"].as_str().or(problem["title"].as_str());
                Err(CallError::Refused(detail.unwrap_or("the host refused it").into()))
            }
            _ => Err(unreachable(format!("it answered {status}, which is no answer of Host API v1"))),
        }
    }
}

fn path(id: &PollId) -> String {
    format!("/polls/{}", escaped(id.as_str()))
}

fn poll_of(mut answer: Value) -> Value {
    answer.get_mut("poll").map(Value::take).unwrap_or_default()
}

/// Percent-encodes a text for a path or a query.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(byte).collect()
}
