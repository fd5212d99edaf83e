//! A count in rounds: who stood how long, and what happened in each.

use yew::prelude::*;

use crate::domain::count::{Round, Rounds, UNIT};
use crate::domain::poll::{Kind, Method, Poll};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::how::{self, Table};
use crate::ui::words;

pub(super) fn line(rounds: &Rounds, at: usize) -> Line {
    let last = rounds.rounds.iter().rposition(|round| round.votes.get(at).is_some_and(Option::is_some));
    let votes = last.and_then(|last| rounds.rounds[last].votes[at]).unwrap_or(0);
    let all = rounds.rounds.first().map_or(0, |round| round.votes.iter().flatten().sum::<u64>());
    let percent = u32::try_from(votes * 100 / all.max(1)).unwrap_or(0);
    let share = if rounds.elected.contains(&at) {
        if rounds.quota.is_none() { "wins" } else { "elected" }.into()
    } else if rounds.tied.contains(&at) {
        "tied".into()
    } else if rounds.rounds.is_empty() {
        "–".into()
    } else {
        let out = last.map_or(0, |last| u32::try_from(last + 1).unwrap_or(0));
        ["out in round ", &words::number(out)].concat()
    };
    Line { percent, also: 0, chart: None, share, said: ["with ", &said(votes)].concat() }
}

pub(super) fn how(face: &dyn Face, poll: &Poll, rounds: &Rounds) -> Html {
    let said = match poll.rules.kind {
        Kind::Ranked(Method::Stv { seats }) => ["Who reaches the quota is elected, and votes beyond it go on in parts to the next preference; else the lowest is out. So it goes until ", &words::count(seats, "seat"), " are filled (Scottish STV)."].concat(),
        _ => "Everybody's first preference is counted. As long as none has more than half, the lowest is out, and their votes go to the next preference.".into(),
    };
    let name = |at: usize| poll.options.get(at).map_or("", |option| option.label.as_str());
    let steps = rounds.rounds.iter().enumerate().map(|(at, round)| step(&name, at, round)).collect();
    how::draw(poll, face, said, steps, table(rounds, poll.options.len()))
}

/// What happened in a round.
fn step<'a>(name: &impl Fn(usize) -> &'a str, at: usize, round: &Round) -> String {
    let are = |places: &[usize], word: &str| {
        let verb = if places.len() == 1 { " is " } else { " are " };
        let names = places.iter().map(|&at| name(at)).collect::<Vec<_>>().join(", ");
        (!places.is_empty()).then(|| [&names, verb, word].concat())
    };
    let surplus = round.surplus.map(|at| [name(at), " passes on votes beyond the quota"].concat());
    let said = [are(&round.elected, "elected"), surplus, are(&round.excluded, "out")];
    let mut said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() {
        said.push("only a lot could decide".into());
    }
    ["Round ", &(at + 1).to_string(), ": ", &said.join("; "), "."].concat()
}

/// The rounds, a column each.
fn table(rounds: &Rounds, options: usize) -> Table {
    let cell = |votes: Option<u64>| votes.map_or_else(|| "–".into(), number);
    let row =
        |at: usize| rounds.rounds.iter().map(|round| cell(round.votes.get(at).copied().flatten())).collect();
    Table {
        head: (1..=rounds.rounds.len()).map(|n| ["Round ", &n.to_string()].concat()).collect(),
        rows: (0..options).map(row).collect(),
    }
}

/// Votes that may have been passed on in parts: `12`, `4.29`.
fn number(units: u64) -> String {
    if units % UNIT / (UNIT / 100) == 0 {
        words::number(u32::try_from(units / UNIT).unwrap_or(u32::MAX))
    } else {
        words::hundredths(i64::try_from(units / (UNIT / 100)).unwrap_or(i64::MAX))
    }
}

fn said(units: u64) -> String {
    [number(units).as_str(), if units / (UNIT / 100) == 100 { " vote" } else { " votes" }].concat()
}
