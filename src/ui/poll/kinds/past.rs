//! What came of a poll's earlier rounds: who came first in how many, as a chart and as a table.

use yew::prelude::*;

use crate::domain::poll::{Poll, PollOption, Series};
use crate::ui::poll::face::Face;
use crate::ui::words;

/// Most options in the chart: those that came first most often.
const MOST: usize = 5;

/// Between the marks of two rounds, in the chart's own units.
const STEP: usize = 10;

pub(super) fn draw(face: &dyn Face, poll: &Poll, series: &Series) -> Html {
    let wins = series.wins(&poll.options);
    let rounds = u32::try_from(series.past.len()).unwrap_or(u32::MAX);
    let count = |n: usize| words::number(u32::try_from(n).unwrap_or(u32::MAX));
    let Some((best, _)) = wins.first().filter(|_| rounds > 0) else { return html! { <div /> } };
    let most = wins[0].1;
    let caption = if wins.iter().filter(|(_, n)| *n == most).count() == 1 {
        let of = ["came first in ", &count(most), " of the last ", &words::count(rounds, "round")].concat();
        html! { <bdi><bdi>{ face.label(poll, best) }</bdi>{ " " }{ of }</bdi> }
    } else {
        html! { <bdi>{ ["Who came first in the last ", &words::count(rounds, "round")].concat() }</bdi> }
    };
    let row = |(option, n): &(&PollOption, usize)| {
        html! {
            <tr key={option.id.as_str()}>
                <th scope="row"><bdi>{ face.label(poll, option) }</bdi></th>
                <td>{ marks(series, option) }</td>
                <td><bdi>{ [&count(*n), " of ", &words::number(rounds)].concat() }</bdi></td>
            </tr>
        }
    };
    html! {
        <div class="past">
            <table>
                <caption class="meta">{ caption }</caption>
                { for wins.iter().take(MOST).map(row) }
            </table>
            { table(face, poll, series) }
        </div>
    }
}

/// A mark for each round, the earliest first: great where the option came first.
fn marks(series: &Series, option: &PollOption) -> Html {
    let width = (series.past.len() * STEP).to_string();
    let mark = |(at, first): (usize, bool)| {
        let cx = (at * STEP + STEP / 2).to_string();
        html! { <circle key={at} cx={cx} cy="5" r={if first { "4" } else { "1" }} /> }
    };
    let first = series.past.iter().rev().map(|past| past.leaders.contains(&option.id));
    html! {
        <svg class="marks" viewBox={["0 0 ", &width, " 10"].concat()} aria-hidden="true">{ for first.enumerate().map(mark) }</svg>
    }
}

/// Round by round, to be opened.
fn table(face: &dyn Face, poll: &Poll, series: &Series) -> Html {
    let name = |past: &crate::domain::poll::Past| {
        let of = poll.options.iter().filter(|option| past.leaders.contains(&option.id));
        let names = of.map(|option| face.label(poll, option)).collect::<Vec<_>>().join(", ");
        if names.is_empty() { "–".into() } else { names }
    };
    let row = |past: &crate::domain::poll::Past| {
        html! {
            <tr key={past.number}>
                <th scope="row">{ words::day(past.closed_at) }</th>
                <td><bdi>{ name(past) }</bdi></td>
                <td>{ words::number(past.cast) }</td>
            </tr>
        }
    };
    html! {
        <details class="how">
            <summary><bdi>{ "Earlier rounds" }</bdi></summary>
            <div class="table" tabindex="0" role="region" aria-label="Earlier rounds">
                <table>
                    <tr><th scope="col">{ "Closed" }</th><th scope="col">{ "First" }</th><th scope="col">{ "Voted" }</th></tr>
                    { for series.past.iter().map(row) }
                </table>
            </div>
        </details>
    }
}
