//! Requests and answers, by the browser's own `fetch` and JSON.

use std::future::Future;

use js_sys::{Date, Map, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestInit, Response};

use super::json::JsBody;
use super::ports::{Ports, read};
use crate::domain::time::Timestamp;
use crate::hosts::{Call, Method, Reply, native, to_json};
use crate::sync::{Fault, State};

/// The header that names the history of the host which an answer belongs to.
pub const EPOCH: &str = "folkmoot-epoch";

/// Milliseconds after which a call counts as lost.
const TIMEOUT: u32 = 15_000;

/// Where the API is.
pub struct Transport {
    api: String,
    early: Map,
}

impl Transport {
    pub fn new(api: String, early: Map) -> Self {
        Self { api, early }
    }

    /// Sends a call. An answer that the loader already asked for is taken instead of asking again.
    pub fn send(
        &self,
        ports: &Ports,
        state: &State,
        call: Call,
    ) -> impl Future<Output = Result<Reply<JsBody>, Fault>> + 'static + use<> {
        let url = [&self.api, call.path.as_str()].concat();
        let key = JsValue::from_str(&url);
        let early = self.early.get(&key);
        let answer = if call.method == Method::Get && self.early.delete(&key) {
            early.unchecked_into::<Promise>()
        } else {
            let signal = AbortSignal::timeout_with_u32(TIMEOUT);
            fetch(ports, state, &url, call, &signal, |_, _| {})
        };
        async move {
            let response = JsFuture::from(answer).await.map_err(|_| Fault::Unreachable)?;
            reply(response.dyn_into().map_err(|_| Fault::Unreachable)?).await
        }
    }

    /// Opens a stream of events, after this position if there is one.
    pub fn open(
        &self,
        ports: &Ports,
        state: &State,
        call: Call,
        after: Option<&str>,
    ) -> (web_sys::AbortController, Promise) {
        let url = [&self.api, call.path.as_str()].concat();
        let Ok(abort) = web_sys::AbortController::new() else {
            wasm_bindgen::throw_str("no AbortController")
        };
        let answer = fetch(ports, state, &url, call, &abort.signal(), |init, headers| {
            // Firefox keeps a second window waiting for the first one's entry in its cache, which never ends.
            init.set_cache(RequestCache::NoStore);
            let _ = headers.set("accept", "text/event-stream");
            if let Some(position) = after {
                let _ = headers.set("last-event-id", position);
            }
        });
        (abort, answer)
    }
}

fn fetch(
    ports: &Ports,
    state: &State,
    url: &str,
    call: Call,
    signal: &AbortSignal,
    more: impl FnOnce(&RequestInit, &Headers),
) -> Promise {
    let (token, csrf) = state.proof();
    let init = ports.request(call.method != Method::Get, token, csrf);
    if call.path == native::SESSION {
        init.set_cache(RequestCache::NoStore);
    }
    init.set_method(if call.by_post { Method::Post.name() } else { call.method.name() });
    init.set_signal(Some(signal));
    let known = Reflect::get(&init, &"headers".into()).unwrap_or_default();
    if let Ok(headers) = Headers::new_with_record_from_str_to_str(known.unchecked_ref()) {
        if let Some(key) = &call.key {
            let _ = headers.set("idempotency-key", key);
        }
        if call.by_post {
            let _ = headers.set("x-http-method-override", call.method.name());
        }
        if call.body.is_some() {
            let _ = headers.set("content-type", "application/json");
        }
        more(&init, &headers);
        init.set_headers(&headers);
    }
    if let Some(body) = call.body {
        init.set_body(&to_json(&body).into());
    }
    match web_sys::window() {
        Some(window) => window.fetch_with_str_and_init(url, &init),
        None => Promise::reject(&JsValue::NULL),
    }
}

/// An answer as it is read.
pub async fn reply(response: Response) -> Result<Reply<JsBody>, Fault> {
    let header = |name| response.headers().get(name).ok().flatten();
    let host_time = header("date").and_then(|date| time(&date));
    let retry_after = header("retry-after").and_then(|value| match (value.parse::<u32>(), host_time) {
        (Ok(seconds), _) => Some(seconds.saturating_mul(1000)),
        (_, Some(now)) => u32::try_from(time(&value)?.0 - now.0).ok(),
        _ => None,
    });
    let epoch = header(EPOCH);
    let status = response.status();
    let body = JsFuture::from(read(&response)).await.ok().map(JsBody);
    Ok(Reply { status, retry_after, host_time, epoch, body })
}

/// An HTTP date.
#[expect(clippy::cast_possible_truncation)] // whole milliseconds
fn time(date: &str) -> Option<Timestamp> {
    let millis = Date::parse(date);
    millis.is_finite().then_some(Timestamp(millis as i64))
}
