//! `www/ports.js` as the rest of the browser's side sees it, and what the tabs of a viewer say to each other.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::RequestInit;

use super::json::JsBody;
use crate::domain::time::Timestamp;
use crate::hosts::Reply;
use crate::sync::{Fault, Note, Pending, Renewal, Stage};

#[wasm_bindgen]
extern "C" {
    /// See `www/ports.js`.
    pub type Ports;

    #[wasm_bindgen(constructor)]
    pub fn new(api: &str, data: &Object) -> Ports;

    #[wasm_bindgen(method)]
    pub fn request(this: &Ports, writes: bool) -> RequestInit;

    #[wasm_bindgen(method)]
    pub fn forget(this: &Ports, key: &str);

    #[wasm_bindgen(method)]
    pub fn lead(this: &Ports, wanted: bool);

    #[wasm_bindgen(method)]
    pub fn dress(this: &Ports, sheet: u32, style: &str);

    #[wasm_bindgen(method)]
    pub fn frame(this: &Ports) -> Promise;

    #[wasm_bindgen(method, js_name = renew)]
    fn ask(this: &Ports, guest: bool) -> Promise;

    #[wasm_bindgen(method, js_name = keep)]
    fn put(this: &Ports, key: &str, texts: Vec<String>, draft: bool) -> Promise;

    #[wasm_bindgen(method, js_name = restore)]
    fn all(this: &Ports) -> Promise;

    #[wasm_bindgen(method, js_name = save)]
    fn have(this: &Ports, path: &str, name: &str) -> Promise;

    #[wasm_bindgen(method)]
    fn post(this: &Ports, message: &Array);
}

/// What another tab said.
pub enum Message {
    /// A note of its reducer, and which tab it is.
    Note(String, Note),
    /// The answer to a write, by its key.
    Written(String, Result<Reply<JsBody>, Fault>),
    /// An event of the live feed: its type, its position, its data.
    Frame(String, String, JsBody),
}

impl Ports {
    /// Puts a write into the browser's storage; whether it is there.
    pub fn keep(&self, pending: &Pending) -> impl Future<Output = bool> + use<> {
        let put = self.put(&pending.key, pending.to_texts(), matches!(pending.stage, Stage::Draft));
        async move { JsFuture::from(put).await.is_ok_and(|kept| kept.is_truthy()) }
    }

    /// What earlier visits left there.
    pub fn restore(&self) -> impl Future<Output = Vec<Pending>> + use<> {
        let all = self.all();
        async move {
            let records = JsFuture::from(all).await.map_or_else(|_| Array::new(), |all| Array::from(&all));
            records.iter().filter_map(|record| Pending::from_texts(&texts(&record))).collect()
        }
    }

    /// Asks anew who is asking.
    pub fn renew(&self, guest: bool) -> impl Future<Output = Renewal> + use<> {
        let asked = self.ask(guest);
        async move {
            match JsFuture::from(asked).await {
                Ok(said) if said.is_null() => Renewal::Nobody,
                Ok(said) => said
                    .as_bool()
                    .map_or(Renewal::Unanswered, |same| if same { Renewal::Same } else { Renewal::Other }),
                Err(_) => Renewal::Unanswered,
            }
        }
    }

    /// Gives the viewer a file of what is read there; whether it came.
    pub fn save(&self, path: &str, name: &str) -> impl Future<Output = bool> + use<> {
        let came = self.have(path, name);
        async move { JsFuture::from(came).await.is_ok_and(|came| came.is_truthy()) }
    }

    /// Tells the other tabs.
    pub fn share(&self, message: &Message) {
        let number = |n: Option<f64>| n.map_or(JsValue::NULL, JsValue::from);
        let parts = match message {
            Message::Note(tab, note) => {
                let texts: Array = note.to_texts().into_iter().map(JsValue::from).collect();
                vec![tab.into(), texts.into()]
            }
            Message::Written(key, answer) => {
                let empty = Reply { status: 0, retry_after: None, host_time: None, body: None };
                let reply = answer.as_ref().unwrap_or(&empty);
                let body = reply.body.as_ref().map_or(JsValue::NULL, |body| body.0.clone());
                #[expect(clippy::cast_precision_loss)] // dates are far below 2^53
                let time = number(reply.host_time.map(|t| t.0 as f64));
                vec![key.into(), reply.status.into(), number(reply.retry_after.map(f64::from)), time, body]
            }
            Message::Frame(event, id, data) => vec![event.into(), id.into(), data.0.clone()],
        };
        self.post(&parts.into_iter().collect());
    }
}

impl Message {
    /// Reads what another tab of this version said; the number of parts tells the kinds apart.
    pub fn read(parts: &Array) -> Option<Self> {
        let first = parts.get(0).as_string()?;
        match parts.length() {
            2 => Some(Self::Note(first, Note::from_texts(&texts(&parts.get(1)))?)),
            3 => Some(Self::Frame(first, parts.get(1).as_string()?, JsBody(parts.get(2)))),
            5 => {
                #[expect(clippy::cast_possible_truncation)] // as they were put in
                let whole = |at: u32| parts.get(at).as_f64().map(|n| n as i64);
                let small = |at: u32| whole(at).and_then(|n| u32::try_from(n).ok());
                let body = Some(parts.get(4)).filter(|body| !body.is_null()).map(JsBody);
                let status = u16::try_from(small(1)?).ok()?;
                let reply = Reply { status, retry_after: small(2), host_time: whole(3).map(Timestamp), body };
                Some(Self::Written(first, if status == 0 { Err(Fault::Unreachable) } else { Ok(reply) }))
            }
            _ => None,
        }
    }
}

/// The texts in an array; what is none is left out.
fn texts(array: &JsValue) -> Vec<String> {
    Array::from(array).iter().filter_map(|text| text.as_string()).collect()
}
