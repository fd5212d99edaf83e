//! The live feed: a stream of server-sent events.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Response};

use super::json::JsBody;
use super::ports::stream;
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
    let Some(stream) = stream(&response) else {
        let failure = reply(response).await.ok().and_then(|reply| site().failure(&reply));
        return Ok(matches!(failure, Some(Fault::Refused(refusal)) if refusal.reason == Reason::SignedOut));
    };
    let mut frames = FrameReader::default();
    loop {
        let Some(text) = JsFuture::from(stream.next()).await?.as_string() else { return Ok(false) };
        hear(Heard::Something);
        for frame in frames.push(&text) {
            if let Some(data) = JsBody::parse(&frame.data) {
                hear(Heard::Frame(frame, data, epoch.clone()));
            }
        }
    }
}
