//! Reading a stream of server-sent events.

use folkmoot::sync::{Frame, FrameReader};
use proptest::prelude::*;

fn frame(event: &str, data: &str, id: &str) -> Frame {
    Frame { event: event.into(), data: data.into(), id: id.into() }
}

const STREAM: &str =
    ": hello\n\nretry: 2000\nid: 7\nevent: poll\ndata: {\"a\":1}\n\ndata: x\r\ndata:y\r\n\r\nevent: none\n\n";

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
