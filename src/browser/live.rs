//! The live feed: a stream of server-sent events.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Response};

use super::json::JsBody;
use super::ports::stream;
use super::transport::{reply, site};
use crate::hosts::Host;
use crate::sync::{Fault, Frame, FrameReader, RefusalKind};

/// An open feed; dropping it closes it.
#[must_use = "a feed closes when it is dropped"]
pub struct Feed {
    abort: AbortController,
}

/// News of a feed.
pub enum Heard {
    /// The epoch of the host, to which all of the feed belongs.
    Epoch(String),
    /// A piece of the stream arrived, perhaps only a comment that keeps the connection open.
    Something,
    /// An event, its data as JSON, and the epoch to which it belongs.
    Frame(Frame, JsBody, Option<String>),
    /// The feed ended, or could not be opened. Nothing comes after this.
    End {
        /// Whether the host refused the feed because it does not know who is asking.
        signed_out: bool,
    },
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Feed {
    /// Reads an opened stream, and passes its news to `hear` until the feed is dropped.
    pub fn read((abort, answer): (AbortController, Promise), hear: fn(Heard)) -> Self {
        let given_up = abort.clone();
        spawn_local(async move {
            let signed_out = read_events(answer, hear).await.unwrap_or(false);
            if !given_up.signal().aborted() {
                hear(Heard::End { signed_out });
            }
        });
        Self { abort }
    }
}

/// Reads until the stream ends. Returns whether the host refused it because it does not know who is asking. The caller
/// treats an error like the end of the stream.
async fn read_events(answer: Promise, hear: fn(Heard)) -> Result<bool, JsValue> {
    let response: Response = JsFuture::from(answer).await?.dyn_into()?;
    let epoch = site().epoch_header().and_then(|name| response.headers().get(name).ok()?);
    if let Some(epoch) = &epoch {
        hear(Heard::Epoch(epoch.clone()));
    }
    let Some(stream) = stream(&response) else {
        let failure = reply(response).await.ok().and_then(|reply| site().failure(&reply));
        return Ok(
            matches!(failure, Some(Fault::Refused(refusal)) if refusal.kind == RefusalKind::SignedOut),
        );
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
