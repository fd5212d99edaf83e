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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(event: &str, data: &str, id: &str) -> Frame {
        Frame { event: event.into(), data: data.into(), id: id.into() }
    }

    const STREAM: &str = ": hello\n\nretry: 2000\nid: 7\nevent: poll\ndata: {\"a\":1}\n\ndata: x\r\ndata:y\r\n\r\nevent: none\n\n";

    #[test]
    fn reads_events_and_leaves_comments_out() {
        let frames = FrameReader::default().push(STREAM);
        assert_eq!(frames, [frame("poll", "{\"a\":1}", "7"), frame("", "x\ny", "")]);
    }

    proptest! {
        #[test]
        fn is_the_same_wherever_it_is_cut(cuts in proptest::collection::vec(0..STREAM.len(), 0..8)) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let mut reader = FrameReader::default();
            let (mut frames, mut from) = (Vec::new(), 0);
            for cut in cuts.into_iter().chain([STREAM.len()]) {
                frames.extend(reader.push(&STREAM[from..cut]));
                from = cut;
            }
            prop_assert_eq!(frames, FrameReader::default().push(STREAM));
        }
    }
}
