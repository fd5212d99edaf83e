//! The live feed, read beside the check so that waiting for an event has an end.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Body;

use super::client::{Answer, Call, Client};
use super::verdict::{Miss, failed};
use crate::sync::{Frame, FrameReader};

/// How long a feed is followed at most.
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// How much of a feed is read at most, in bytes.
const MOST: u64 = 4 << 20;

/// Events that wait to be looked at; more make the host wait.
const WAITING: usize = 64;

/// A feed that is open.
pub(super) struct Feed {
    /// The head of the answer.
    pub(super) answer: Answer,
    /// The last position that came, if any.
    pub(super) position: Option<String>,
    frames: Receiver<Frame>,
}

impl Feed {
    pub(super) fn open(client: &Client, call: Call) -> Result<Self, Miss> {
        let call = call.lasting();
        let opened = client.open(&call);
        let (answer, body) = opened.map_err(|why| failed("a feed", format!("{}: {why}", call.name())))?;
        let (sender, frames) = sync_channel(WAITING);
        thread::spawn(move || read(body, &sender));
        Ok(Self { answer, position: None, frames })
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

/// Reads until the feed ends, nobody looks any more, or it is enough.
fn read(body: Body, sender: &SyncSender<Frame>) {
    let mut stream = body.into_reader().take(MOST);
    let (mut reader, mut rest, mut piece) = (FrameReader::default(), Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        rest.extend_from_slice(&piece[..count]);
        for frame in reader.push(&text(&mut rest)) {
            if sender.send(frame).is_err() {
                return;
            }
        }
    }
}

/// The text so far; a character that is cut at the end waits for its rest.
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
