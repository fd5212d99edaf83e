//! The live feed: a stream of server-sent events.

use gloo_timers::callback::Timeout;
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader, Response, TextDecodeOptions, TextDecoder};

use super::json::JsBody;
use super::runtime::{self, dispatch};
use crate::hosts::Call;
use crate::sync::{Event, FrameReader};

/// Milliseconds of silence after which a feed counts as lost: hosts say something at least every 15 s.
const SILENCE: u32 = 45_000;

/// An open feed; dropping it closes it.
#[must_use = "a feed closes when it is dropped"]
pub struct Feed {
    abort: AbortController,
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Feed {
    /// Opens a feed and brings what comes of it as events, until it is dropped.
    pub fn open(open: impl FnOnce(Call) -> (AbortController, Promise), call: Call) -> Self {
        let (abort, answer) = open(call);
        let given_up = abort.clone();
        spawn_local(async move {
            let signed_out = follow(answer, &given_up).await.unwrap_or(false);
            // Dropped on purpose, or silent: the signal tells them apart from a break only by its reason.
            let dropped = given_up.signal().aborted() && given_up.signal().reason().as_string().is_none();
            if !dropped {
                dispatch(Event::LiveLost { signed_out });
            }
        });
        Self { abort }
    }
}

/// Reads until the stream ends; an error is not told apart from an end. Whether it was refused for want of a sign-in.
async fn follow(answer: Promise, abort: &AbortController) -> Result<bool, JsValue> {
    let slow = watchdog(abort);
    let response: Response = JsFuture::from(answer).await?.dyn_into()?;
    drop(slow);
    let Some(body) = response.body().filter(|_| response.ok()) else { return Ok(response.status() == 401) };
    dispatch(Event::LiveOpened);
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let decoder = TextDecoder::new()?;
    let partial = TextDecodeOptions::new();
    partial.set_stream(true);
    let mut frames = FrameReader::default();
    loop {
        let silent = watchdog(abort);
        let piece = JsFuture::from(reader.read()).await?;
        drop(silent);
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(false);
        }
        let bytes: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        let text = decoder.decode_with_js_u8_array_and_options(&bytes, &partial)?;
        for frame in frames.push(&text) {
            if let Some(data) = JsBody::parse(&frame.data) {
                runtime::pushed(frame.event, frame.id, data, true);
            }
        }
    }
}

/// Gives the feed up after too long a silence, unless it is dropped before.
fn watchdog(abort: &AbortController) -> Timeout {
    let silent = abort.clone();
    Timeout::new(SILENCE, move || silent.abort_with_reason(&JsValue::from_str("silent")))
}
