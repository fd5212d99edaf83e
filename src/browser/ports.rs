//! The Rust side of `www/ports.js`, and the messages that the tabs of one viewer send to each other.

use js_sys::{Array, Object, Promise};
use serde_wasm_bindgen::from_value;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Response};

use super::json::JsBody;
use crate::api::Json as _;
use crate::domain::time::Timestamp;
use crate::hosts::Reply;
use crate::sync::{Claim, Fault, Note, Pending, Record, Source, Stage, Viewer};

#[wasm_bindgen]
extern "C" {
    /// See `www/ports.js`.
    pub type Ports;

    #[wasm_bindgen(constructor)]
    pub fn new(api: &str, page: &Object) -> Ports;

    /// Each value is an argument of its own, since building an object would take more bytes of wasm.
    #[wasm_bindgen(method)]
    pub fn send(
        this: &Ports,
        url: &str,
        method: &str,
        fresh: bool,
        token: &str,
        csrf: Option<&str>,
        headers: Vec<String>,
        body: Option<&str>,
        signal: Option<&AbortSignal>,
    ) -> Promise;

    #[wasm_bindgen(method)]
    pub fn forget(this: &Ports, key: &str);

    #[wasm_bindgen(method)]
    pub fn lead(this: &Ports, wanted: bool);

    #[wasm_bindgen(method)]
    pub fn dress(this: &Ports, sheet: u32, style: &str);

    #[wasm_bindgen(method)]
    pub fn warn(this: &Ports, message: &str);

    #[wasm_bindgen(method)]
    pub fn frame(this: &Ports) -> Promise;

    /// Asks the page who is there; `afresh`, for a new token. Resolves to what [`claim`] reads.
    #[wasm_bindgen(method, js_name = claim)]
    pub fn ask(this: &Ports, afresh: bool) -> Promise;

    #[wasm_bindgen(method)]
    fn read(this: &Ports, told: &JsValue) -> JsValue;

    #[wasm_bindgen(method)]
    pub fn sign_in(this: &Ports) -> Option<String>;

    #[wasm_bindgen(method)]
    pub fn welcome(this: &Ports, token: Option<&str>) -> Option<String>;

    #[wasm_bindgen(method)]
    pub fn introduce(this: &Ports, member: Option<&str>);

    #[wasm_bindgen(method)]
    pub fn veil(this: &Ports, on: bool);

    #[wasm_bindgen(method, js_name = keep)]
    fn put(this: &Ports, key: &str, texts: Vec<String>, member: Option<&str>) -> Promise;

    /// Resolves to the writes that earlier visits of this viewer left, which [`writes`] reads.
    #[wasm_bindgen(method)]
    pub fn restore(this: &Ports, member: &str) -> Promise;

    /// Has the browser save the response from this path as a file. Resolves to nothing, or to the response if the host refused.
    #[wasm_bindgen(method)]
    pub fn save(this: &Ports, path: &str, name: &str, token: &str) -> Promise;

    #[wasm_bindgen(method, js_name = keepBegun)]
    pub fn keep_begun(this: &Ports, poll: &str, texts: Vec<String>);

    /// Resolves to the viewer's unsent input at a poll, which [`texts`] reads.
    #[wasm_bindgen(method)]
    pub fn begun(this: &Ports, poll: &str) -> Promise;

    #[wasm_bindgen(method)]
    pub fn lost(this: &Ports, part: &str) -> bool;

    #[wasm_bindgen(method)]
    fn post(this: &Ports, message: &Array);

    /// See `www/ports.js`.
    pub fn read(answer: &Response) -> Promise;

    /// See `www/ports.js`.
    pub fn go(href: Option<&str>);

    /// See `www/ports.js`.
    pub fn random_name() -> String;

    /// A stream of texts.
    pub type Stream;

    /// See `www/ports.js`.
    pub fn stream(answer: &Response) -> Option<Stream>;

    #[wasm_bindgen(method)]
    pub fn next(this: &Stream) -> Promise;
}

/// A message from one tab to the other tabs of the same viewer.
pub enum Message {
    /// The name of the tab that sends the message, and a note from its reducer.
    Note(String, Note),
    /// The replies to a write, by its key.
    Written(String, Result<Vec<Reply<JsBody>>, Fault>),
    /// An event of the live feed: its type, its id, its data, and the epoch of the feed.
    Frame(String, String, JsBody, Option<String>),
}

impl Ports {
    /// Puts a write of this viewer into the browser's storage. Resolves to whether the write is stored.
    pub fn keep(&self, pending: &Pending, viewer: &Viewer) -> Promise {
        let owner = viewer.member().or_else(|| (!matches!(pending.stage, Stage::Draft)).then_some(""));
        self.put(&pending.key, pending.to_texts(), owner)
    }

    /// What the page told the loader.
    pub fn first_claim(&self, told: &JsValue) -> Result<Claim, String> {
        claim(self.read(told))
    }

    /// Tells the other tabs.
    pub fn share(&self, message: &Message) {
        let parts = match message {
            Message::Note(tab, note) => {
                let texts: Array = note.to_texts().into_iter().map(JsValue::from).collect();
                vec![tab.into(), texts.into()]
            }
            Message::Written(key, replies) => {
                let told = Array::new();
                for reply in replies.iter().flatten() {
                    told.push(&to_array(reply));
                }
                vec![key.into(), replies.is_ok().into(), told.into()]
            }
            Message::Frame(event, id, data, epoch) => {
                vec![event.into(), id.into(), data.0.clone(), text(epoch.as_ref())]
            }
        };
        self.post(&parts.into_iter().collect());
    }
}

fn text(text: Option<&String>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from)
}

/// A reply as a tab tells it to the others.
fn to_array(reply: &Reply<JsBody>) -> Array {
    let number = |n: Option<f64>| n.map_or(JsValue::NULL, JsValue::from);
    let body = reply.body.as_ref().map_or(JsValue::NULL, |body| body.0.clone());
    #[expect(clippy::cast_precision_loss)] // dates are far below 2^53
    let time = number(reply.host_time.map(|t| t.0 as f64));
    let after = number(reply.retry_after.map(f64::from));
    vec![reply.status.into(), after, time, body, text(reply.epoch.as_ref())].into_iter().collect()
}

/// Reads [`to_array`].
fn from_array(parts: &JsValue) -> Option<Reply<JsBody>> {
    let parts = Array::from(parts);
    let number = |at: u32| parts.get(at).as_f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as they were put in
    Some(Reply {
        status: number(0)? as u16,
        retry_after: number(1).map(|n| n as u32),
        host_time: number(2).map(|n| Timestamp(n as i64)),
        body: Some(parts.get(3)).filter(|body| !body.is_null()).map(JsBody),
        epoch: parts.get(4).as_string(),
    })
}

/// Reads a claim of the page about who the viewer is. `www/ports.js` gives an error message if there is an error.
pub fn claim(told: JsValue) -> Result<Claim, String> {
    if let Some(why) = told.as_string() {
        return Err(why);
    }
    // As an array, since names of properties take a kilobyte of code.
    let (in_tag, token, member) = from_value(told).map_err(|_| String::new())?;
    Ok(Claim { source: if in_tag { Source::Tag } else { Source::Elsewhere }, token, member })
}

impl Message {
    /// Reads a message from another tab, which may be of another version. The number of parts tells which kind of message it is.
    pub fn read(parts: &Array) -> Option<Self> {
        let first = parts.get(0).as_string()?;
        match parts.length() {
            2 => Some(Self::Note(first, Note::from_texts(&texts(parts.get(1)))?)),
            3 => {
                let replies =
                    Array::from(&parts.get(2)).iter().filter_map(|reply| from_array(&reply)).collect();
                let came = parts.get(1).is_truthy();
                Some(Self::Written(first, if came { Ok(replies) } else { Err(Fault::Unreachable) }))
            }
            4 => {
                let data = JsBody(parts.get(2));
                Some(Self::Frame(first, parts.get(1).as_string()?, data, parts.get(3).as_string()))
            }
            _ => None,
        }
    }
}

/// Reads the writes that earlier visits of the viewer left in the browser's storage.
pub fn writes(records: JsValue) -> Vec<Pending> {
    let records = JsBody(records).items().unwrap_or_default();
    records.into_iter().filter_map(|record| Pending::from_texts(&texts(record.0))).collect()
}

/// The strings in an array; other values are left out.
pub fn texts(array: JsValue) -> Vec<String> {
    JsBody(array).items().unwrap_or_default().iter().filter_map(JsBody::text).collect()
}
