//! Requests and responses, with the browser's own `fetch`.

use js_sys::{Date, Map, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Response};

use super::json::JsBody;
use super::ports::{Ports, read};
use crate::domain::time::Timestamp;
use crate::hosts::{Call, Host, HttpMethod, Reply};
use crate::sync::{Fault, State};

/// The kind of host that the widget asks.
pub fn site() -> impl Host<JsBody> {
    crate::SiteHost {}
}

/// The URL of the API, and the responses that the loader has requested early.
pub struct Transport {
    api: String,
    early: Map,
}

impl Transport {
    pub fn new(api: String, early: Map) -> Self {
        Self { api, early }
    }

    /// Sends a call. If the loader has requested its URL early, that response is used instead, once.
    pub fn send(&self, ports: &Ports, state: &State, call: Call) -> Promise {
        let url = [&self.api, call.path.as_str()].concat();
        let key = JsValue::from_str(&url);
        let early = self.early.get(&key);
        if call.method == HttpMethod::Get && self.early.delete(&key) {
            return early.unchecked_into();
        }
        send(ports, state, &url, call, None)
    }

    /// Opens a stream of events.
    pub fn open(&self, ports: &Ports, state: &State, mut call: Call) -> (AbortController, Promise) {
        let url = [&self.api, call.path.as_str()].concat();
        let Ok(abort) = AbortController::new() else { wasm_bindgen::throw_str("no AbortController") };
        call.headers.push(("accept", "text/event-stream".into()));
        // In Firefox a second window would wait for the cache entry of the first window's stream, which never ends.
        call.fresh = true;
        let answer = send(ports, state, &url, call, Some(&abort.signal()));
        (abort, answer)
    }
}

fn send(ports: &Ports, state: &State, url: &str, call: Call, signal: Option<&AbortSignal>) -> Promise {
    let (token, csrf) = state.proof();
    let headers = call.headers.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect();
    let body = call.body.map(|body| body.to_json());
    ports.send(url, call.method.name(), call.fresh, token, csrf, headers, body.as_deref(), signal)
}

/// Waits for the reply to a call.
pub async fn received(answer: Promise) -> Result<Reply<JsBody>, Fault> {
    let response = JsFuture::from(answer).await.map_err(|_| Fault::Unreachable)?;
    reply(response.dyn_into().map_err(|_| Fault::Unreachable)?).await
}

/// Reads a response.
pub async fn reply(response: Response) -> Result<Reply<JsBody>, Fault> {
    let header = |name| response.headers().get(name).ok().flatten();
    let host_time = header("date").and_then(|date| time(&date));
    let retry_after = header("retry-after").and_then(|value| match (value.parse::<u32>(), host_time) {
        (Ok(seconds), _) => Some(seconds.saturating_mul(1000)),
        (_, Some(now)) => u32::try_from(time(&value)?.0 - now.0).ok(),
        _ => None,
    });
    let epoch = site().epoch_header().and_then(header);
    let status = response.status();
    let body = JsFuture::from(read(&response)).await.ok().map(JsBody);
    Ok(Reply { status, retry_after, host_time, epoch, body })
}

/// Parses an HTTP date.
#[expect(clippy::cast_possible_truncation)] // whole milliseconds
fn time(date: &str) -> Option<Timestamp> {
    let millis = Date::parse(date);
    millis.is_finite().then_some(Timestamp(millis as i64))
}
