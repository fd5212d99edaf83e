//! The result of the Schulze method: the options compared in pairs.

use std::cmp::Ordering;

use super::table;
use crate::domain::count::Pairs;
use crate::domain::poll::Poll;
use crate::ui::Locale;
use crate::ui::bar::bar;
use crate::ui::el::{Html, each, el, list, said, text};
use crate::ui::poll::face::{Face, Line};
use crate::words::Words;

pub(super) fn line(words: &Words, pairs: &Pairs, at: usize) -> Line {
    let place = pairs.order.iter().position(|level| level.contains(&at));
    let rest = pairs.order.iter().flatten().count();
    let above = above(pairs, place.unwrap_or(0));
    let percent = if place.is_some() && rest > 1 { (rest - 1 - above) * 100 / (rest - 1) } else { 0 };
    let share = place.map_or_else(|| "–".into(), |_| words.ordinal(above + 1));
    Line { bar: bar("bar", u32::try_from(percent).unwrap_or(0)), share, said: String::new() }
}

/// How many options are ranked above this level.
fn above(pairs: &Pairs, level: usize) -> usize {
    pairs.order.iter().take(level).map(Vec::len).sum()
}

pub(super) fn how(face: &dyn Face, locale: &Locale, poll: &Poll, pairs: &Pairs) -> Html {
    let words = &locale.words;
    let name = |at: usize| {
        poll.options
            .get(at)
            .map(|option| words.isolated(&face.label(locale, poll, option)))
            .unwrap_or_default()
    };
    let over = |a: usize, b: usize| pairs.preferred.get(a).and_then(|row| row.get(b)).copied().unwrap_or(0);
    let place = |level: usize| {
        let names: Vec<String> = pairs.order[level].iter().map(|&at| name(at)).collect();
        el!("li"; el!("span", "rank"; text(words.ordinal(above(pairs, level) + 1))), text(words.list(&names)))
    };
    let mut order: Vec<(String, usize)> = Vec::new();
    for (level, places) in pairs.order.iter().enumerate() {
        let rank = words.ordinal(above(pairs, level) + 1);
        order.extend(places.iter().map(|at| (rank.clone(), *at)));
    }
    let cell = |row: usize, column: usize| {
        let (over_whom, who) = (order.get(column.wrapping_sub(1)), order.get(row.wrapping_sub(1)));
        match (who, over_whom) {
            (None, Some((rank, b))) => {
                list(vec![text(words.pairs_head(rank)), said(words.pairs_head_name(&name(*b)))])
            }
            (Some((rank, a)), None) => text(words.pairs_row(rank, &name(*a))),
            (Some((_, a)), Some((_, b))) if a != b => {
                let (ours, theirs) = (over(*a, *b), over(*b, *a));
                let number = text(words.number(ours));
                match ours.cmp(&theirs) {
                    Ordering::Greater => el!("b", "win"; number, said([" ", &words.pairs_win()].concat())),
                    Ordering::Equal => list(vec![number, text(" =")]),
                    Ordering::Less => number,
                }
            }
            _ => text("–"),
        }
    };
    let example = match order[..] {
        [(_, a), (_, b), ..] => words.pairs_example(over(a, b), &name(a), &name(b), over(b, a)),
        _ => String::new(),
    };
    el!("div";
        el!("ol", "order"; each(pairs.order.len(), &place)),
        table::words(words.sentences(vec![words.pairs_explained(), example])),
        table::draw(words, "", order.len(), order.len(), &cell))
}
