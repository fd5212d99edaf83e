//! The live feed: a stream of server-sent events.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader, Response, TextDecodeOptions, TextDecoder};

use super::json::JsBody;
use super::transport::{reply, site};
use crate::hosts::Host;
use crate::sync::{Fault, Frame, FrameReader, Reason};

/// An open feed; dropping it closes it.
#[must_use = "a feed closes when it is dropped"]
pub struct Feed {
    abort: AbortController,
}

/// What comes of a feed.
pub enum Heard {
    /// To which history of the host all of it belongs.
    Epoch(String),
    /// Something, be it only a comment that keeps the connection open.
    Something,
    /// An event, what it brings, and the history to which it belongs.
    Frame(Frame, JsBody, Option<String>),
    /// It ended, or was refused for want of a sign-in. Nothing comes after this.
    End {
        /// Whether it was refused so.
        signed_out: bool,
    },
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Feed {
    /// Reads a stream that was opened and tells what comes of it, until the feed is dropped.
    pub fn read((abort, answer): (AbortController, Promise), hear: fn(Heard)) -> Self {
        let given_up = abort.clone();
        spawn_local(async move {
            let signed_out = follow(answer, hear).await.unwrap_or(false);
            if !given_up.signal().aborted() {
                hear(Heard::End { signed_out });
            }
        });
        Self { abort }
    }
}

/// Reads until the stream ends; an error is not told apart from an end. Whether it was refused for want of a sign-in.
async fn follow(answer: Promise, hear: fn(Heard)) -> Result<bool, JsValue> {
    let response: Response = JsFuture::from(answer).await?.dyn_into()?;
    let epoch = site().epoch_header().and_then(|name| response.headers().get(name).ok()?);
    if let Some(epoch) = &epoch {
        hear(Heard::Epoch(epoch.clone()));
    }
    let Some(body) = response.body().filter(|_| response.ok()) else {
        let failure = reply(response).await.ok().and_then(|reply| site().failure(&reply));
        return Ok(matches!(failure, Some(Fault::Refused(refusal)) if refusal.reason == Reason::SignedOut));
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let decoder = TextDecoder::new()?;
    let partial = TextDecodeOptions::new();
    partial.set_stream(true);
    let mut frames = FrameReader::default();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(false);
        }
        let bytes: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        let text = decoder.decode_with_js_u8_array_and_options(&bytes, &partial)?;
        hear(Heard::Something);
        for frame in frames.push(&text) {
            if let Some(data) = JsBody::parse(&frame.data) {
                hear(Heard::Frame(frame, data, epoch.clone()));
            }
        }
    }
}
