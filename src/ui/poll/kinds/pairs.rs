//! A count in pairs: who comes before whom.

use yew::prelude::*;

use crate::domain::count::Pairs;
use crate::domain::poll::Poll;
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::how::{self, Table};
use crate::ui::words;

pub(super) fn line(pairs: &Pairs, at: usize) -> Line {
    let place = pairs.order.iter().position(|level| level.contains(&at));
    let rest = pairs.order.iter().flatten().count();
    let above: usize = pairs.order.iter().take(place.unwrap_or(0)).map(Vec::len).sum();
    let percent = if place.is_some() && rest > 1 { (rest - 1 - above) * 100 / (rest - 1) } else { 0 };
    let share = place.map_or_else(|| "–".into(), |_| ["No. ", &(above + 1).to_string()].concat());
    Line { percent: u32::try_from(percent).unwrap_or(0), also: 0, chart: None, share, said: String::new() }
}

pub(super) fn how(face: &dyn Face, poll: &Poll, pairs: &Pairs) -> Html {
    let said = "Each option is compared with each other one: how many prefer it? Who wins against all others comes first (Schulze method).";
    let table = Table {
        head: poll.options.iter().map(|option| ["over ", &option.label].concat()).collect(),
        rows: pairs.preferred.iter().map(|row| row.iter().map(|n| words::number(*n)).collect()).collect(),
    };
    how::draw(poll, face, said.into(), Vec::new(), table)
}
