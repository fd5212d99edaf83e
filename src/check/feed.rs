//! A live feed, read in a thread of its own so that waiting for an event can time out.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Body;

use super::client::{Call, Client, Received};
use super::verdict::{Miss, failed};
use crate::sync::{Frame, FrameReader};

/// The most bytes of a feed that are read.
const MOST: u64 = 4 << 20;

/// The interval at which [`Feed::is_heard`] looks whether a byte has come.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The most events in the buffer. While the buffer is full, the feed is not read, and the host has to wait.
const WAITING: usize = 64;

/// An open feed.
pub(super) struct Feed {
    /// The status and the headers of the response.
    pub(super) answer: Received,
    /// The id of the last event that has one.
    pub(super) position: Option<String>,
    frames: Receiver<Frame>,
    /// Whether any byte of the body has come. A byte of a comment is enough.
    heard: Arc<AtomicBool>,
}

impl Feed {
    pub(super) fn open(client: &Client, call: Call) -> Result<Self, Miss> {
        let call = call.lasting();
        let opened = client.open(&call);
        let (answer, body) = opened.map_err(|why| failed("a feed", format!("{}: {why}", call.name())))?;
        let (sender, frames) = sync_channel(WAITING);
        let heard = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&heard);
        thread::spawn(move || read(body, &sender, &told));
        Ok(Self { answer, position: None, frames, heard })
    }

    /// Waits for the first byte of the body. Returns false if no byte comes before the deadline.
    pub(super) fn is_heard(&self, deadline: Instant) -> bool {
        while !self.heard.load(Ordering::Relaxed) && Instant::now() < deadline {
            thread::sleep(LOOK_EVERY);
        }
        self.heard.load(Ordering::Relaxed)
    }

    /// The next event, if one comes before the deadline.
    pub(super) fn next(&mut self, deadline: Instant) -> Option<Frame> {
        let frame = self.frames.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?;
        if !frame.id.is_empty() {
            self.position = Some(frame.id.clone());
        }
        Some(frame)
    }
}

/// Reads until the feed ends, its [`Feed`] is dropped, or the limit is reached.
fn read(body: Body, sender: &SyncSender<Frame>, heard: &AtomicBool) {
    let mut stream = body.into_reader().take(MOST);
    let (mut reader, mut rest, mut piece) = (FrameReader::default(), Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        heard.store(true, Ordering::Relaxed);
        rest.extend_from_slice(&piece[..count]);
        for frame in reader.push(&text(&mut rest)) {
            if sender.send(frame).is_err() {
                return;
            }
        }
    }
}

/// Removes the text from the bytes, and returns the text. An incomplete character at the end stays in the bytes, unless a byte
/// before it is invalid.
fn text(bytes: &mut Vec<u8>) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    let rest = bytes.split_off(whole);
    String::from_utf8_lossy(&std::mem::replace(bytes, rest)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_cut_waits_for_its_rest() {
        let (mut bytes, mut out) = (Vec::new(), String::new());
        for byte in "dé\u{1f355}!".bytes() {
            bytes.push(byte);
            out.push_str(&text(&mut bytes));
        }
        assert_eq!(out, "dé\u{1f355}!");
        assert_eq!(text(&mut vec![b'a', 0xff, b'b']), "a\u{fffd}b");
    }
}
