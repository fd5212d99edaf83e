//! A ring chart: a segment for each option, in their order, clockwise from the top. The table beside the ring has the same order
//! and marks.

use crate::ui::el::{Content, Html, el, list, maybe};
use crate::words::Words;

/// The most options that can be told apart in a ring.
const MOST: usize = 6;

/// The gap after a segment, in ten-thousandths of the ring.
const GAP: u64 = 120;

/// The least percentage at which a segment has room for its number.
const ROOM: u32 = 3;

/// The classes of segments that do not lead.
const TONES: [&str; MOST] = ["t0", "t1", "t2", "t3", "t4", "t5"];

/// Whether there are votes, and not too many options.
pub(super) fn draws(votes: &[u32]) -> bool {
    votes.len() <= MOST && votes.iter().any(|n| *n > 0)
}

fn tone(at: usize, leaders: &[usize]) -> &'static str {
    if leaders.contains(&at) { "lead" } else { TONES.get(at).copied().unwrap_or_default() }
}

/// The mark of an option, in the colour of its segment.
pub(super) fn key(at: usize, leaders: &[usize]) -> Html {
    let class = ["key ", tone(at, leaders)].concat();
    el!("svg" ["viewBox" = "0 0 10 10", "aria-hidden" = "true"], "class" = class; el!("path" ["d" = "M0 5h10"]))
}

/// Draws the ring. It is hidden from screen readers, since the table has the numbers.
pub(super) fn draw(words: &Words, votes: &[u32], percentages: &[u32], leaders: &[usize]) -> Html {
    let all = votes.iter().fold(0, |sum: u64, n| sum + u64::from(*n)).max(1);
    let mut before = 0;
    let segments = votes.iter().zip(percentages).enumerate().map(|(at, (n, percent))| {
        let (start, n) = (before, u64::from(*n));
        before += n;
        let alone = n == all;
        // In hundredths of a vote, so that the gap is a whole number.
        let long = if alone { n * 100 } else { (n * 100).saturating_sub(all * GAP / 100).max(all * 3 / 10) };
        let long = if n == 0 { 0 } else { long };
        let dash = [&long.to_string(), " ", &(all * 100).to_string()].concat();
        let offset = ["-", &(start * 100).to_string()].concat();
        let middle = ((2 * start + n) * 180 / all).to_string();
        let turn = ["rotate(", &middle, " 60 60) translate(60 -3) rotate(-", &middle, ")"].concat();
        let number = || {
            el!("text" ["dy" = ".35em", "text-anchor" = "middle"], "transform" = turn, "textContent" = Content(words.percent(*percent).into()))
        };
        el!("g", "class" = tone(at, leaders);
            el!("circle" ["cx" = "60", "cy" = "60", "r" = "40", "transform" = "rotate(-90 60 60)"], "pathLength" = (all * 100).to_string(), "stroke-dasharray" = dash, "stroke-dashoffset" = offset),
            maybe((*percent >= ROOM).then(number)))
    });
    let segments = list(segments.collect());
    let all = u32::try_from(all).unwrap_or(u32::MAX);
    el!("svg" ["class" = "donut", "viewBox" = "-14 -12 148 144", "aria-hidden" = "true"];
        segments,
        el!("text" ["class" = "all", "x" = "60", "y" = "62", "text-anchor" = "middle"], "textContent" = Content(words.number(all).into())),
        el!("text" ["x" = "60", "y" = "74", "text-anchor" = "middle"], "textContent" = Content(words.votes_unit(all).into())))
}
