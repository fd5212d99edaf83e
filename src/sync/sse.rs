//! Server-sent events, read from a stream of text (WHATWG HTML, "Server-sent events").
//!
//! `EventSource` cannot send a token, so the feed is an ordinary response that is read piece by piece.

/// One event of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The event's type; empty where it has none.
    pub event: String,
    /// The event's data, whose lines are joined by line feeds.
    pub data: String,
    /// The event's position in the stream; empty where it has none.
    pub id: String,
}

/// The longest line or event that is kept, in bytes, so that a host cannot fill the page's memory.
const MAX: usize = 1 << 20;

/// Parses a stream that arrives in pieces.
#[derive(Debug, Default)]
pub struct FrameReader {
    line: String,
    frame: Frame,
    after_return: bool,
}

impl FrameReader {
    /// Takes in the next piece, which may be cut anywhere, and returns the events that it completes.
    pub fn push(&mut self, piece: &str) -> Vec<Frame> {
        let mut frames = Vec::new();
        for c in piece.chars() {
            let after_return = std::mem::replace(&mut self.after_return, c == '\r');
            match c {
                '\n' if after_return => {}
                '\n' | '\r' => {
                    let line = std::mem::take(&mut self.line);
                    frames.extend(self.end_line(&line));
                }
                _ if self.line.len() < MAX => self.line.push(c),
                _ => {}
            }
        }
        frames
    }

    fn end_line(&mut self, line: &str) -> Option<Frame> {
        if line.is_empty() {
            let frame = std::mem::take(&mut self.frame);
            return (!frame.data.is_empty()).then_some(frame);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.frame.event = value.into(),
            "id" => self.frame.id = value.into(),
            "data" if self.frame.data.len() + value.len() < MAX => {
                if !self.frame.data.is_empty() {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(value);
            }
            _ => {}
        }
        None
    }
}
