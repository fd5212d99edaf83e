//! A count in rounds: who stood how long, and what happened in each.

use yew::prelude::*;

use super::{steps, table};
use crate::domain::count::{Rounds, UNIT, Why};
use crate::domain::poll as domain;
use crate::ui::bar::bar;
use crate::ui::el::{bdi, el, text};
use crate::ui::poll::Poll;
use crate::ui::poll::face::{Face, Line};
use crate::ui::words;

pub(super) fn line(rounds: &Rounds, at: usize) -> Line {
    let last = rounds.last(at);
    let votes = last.and_then(|last| rounds.rounds[last].votes[at]).unwrap_or(0);
    let all = rounds.rounds.first().map_or(0, |round| round.votes.iter().flatten().sum::<u64>());
    let percent = u32::try_from(votes * 100 / all.max(1)).unwrap_or(0);
    let share = if rounds.elected.contains(&at) {
        if rounds.quota.is_none() { "wins" } else { "elected" }.into()
    } else if rounds.tied.contains(&at) {
        "tied".into()
    } else if rounds.rounds.is_empty() {
        "–".into()
    } else if last.is_some_and(|last| rounds.rounds[last].excluded.contains(&at)) {
        ["out in round ", &last.map_or(0, |last| last + 1).to_string()].concat()
    } else {
        "not elected".into()
    };
    Line { bar: bar("bar", percent), share, said: ["with ", &said(votes)].concat() }
}

pub(super) fn how(
    form: &Poll,
    ctx: &Context<Poll>,
    face: &dyn Face,
    poll: &domain::Poll,
    rounds: &Rounds,
) -> Html {
    let names: Vec<String> = poll.options.iter().map(|option| face.label(poll, option)).collect();
    el!("div"; steps::draw(form, ctx, &names, rounds), table(&names, rounds))
}

/// What came of a round, in a sentence or two.
pub(super) fn outcome(names: &[String], rounds: &Rounds, at: usize) -> String {
    let Some(round) = rounds.rounds.get(at) else { return String::new() };
    let name = |at: &usize| names.get(*at).cloned().unwrap_or_default();
    let list = |places: &[usize]| words::list(&places.iter().map(name).collect::<Vec<_>>());
    let verb = |places: &[usize]| if places.len() == 1 { " is" } else { " are" };
    let mut said = Vec::new();
    let reaches = |option: &&usize| round.votes[**option].is_some_and(|votes| votes >= rounds.needed(at));
    let (enough, fewer): (Vec<usize>, Vec<usize>) = round.elected.iter().partition(reaches);
    let why = match rounds.quota {
        None => [" wins: more than half of the votes.", " wins: nobody else is left."],
        Some(_) => [" elected: the quota is reached.", " elected: as many are left as seats."],
    };
    for (some, why) in [enough, fewer].iter().zip(why).filter(|(some, _)| !some.is_empty()) {
        let verb = if rounds.quota.is_none() { "" } else { verb(some) };
        said.push([&list(some), verb, why].concat());
    }
    if let Some(from) = round.surplus {
        said.push(["What ", &name(&from), " has beyond the quota goes on."].concat());
    }
    if !round.excluded.is_empty() {
        let level = list(&rounds.level(at));
        let why = match rounds.why(at) {
            Why::Fewest => ": the fewest votes.".into(),
            Why::Earlier => [": level with ", &level, ", but with fewer votes before."].concat(),
            Why::Same => [": level with ", &level, "; whoever goes, the result is the same."].concat(),
        };
        said.push([&list(&round.excluded), verb(&round.excluded), " out", &why].concat());
    }
    if said.is_empty() {
        said.push(["Only a lot could decide between ", &list(&rounds.tied), "."].concat());
    }
    said.join(" ")
}

/// The rounds, a column each.
fn table(names: &[String], rounds: &Rounds) -> Html {
    let cell = |row: usize, column: usize| {
        let at = column.saturating_sub(1);
        let round = rounds.rounds.get(at);
        let votes = match row.saturating_sub(1) {
            option if option < names.len() => round.and_then(|round| *round.votes.get(option)?),
            option if option == names.len() => Some(rounds.needed(at)),
            _ => round.map(|round| round.exhausted),
        };
        match (row, column) {
            (0, _) => text(["Round ", &column.to_string()].concat()),
            (_, 0) if row <= names.len() => bdi(names[row - 1].clone()),
            (_, 0) if row == names.len() + 1 => text("Needed"),
            (_, 0) => text(NOBODY),
            _ => text(votes.map_or_else(|| "–".into(), number)),
        }
    };
    table::draw("", names.len() + 1 + usize::from(rounds.exhausts()), rounds.rounds.len(), &cell)
}

/// Where votes are that name nobody who is left.
pub(super) const NOBODY: &str = "No preference left";

/// Votes that may have been passed on in parts: `12`, `4.29`.
pub(super) fn number(units: u64) -> String {
    if units % UNIT / (UNIT / 100) == 0 {
        words::number(u32::try_from(units / UNIT).unwrap_or(u32::MAX))
    } else {
        words::hundredths(i64::try_from(units / (UNIT / 100)).unwrap_or(i64::MAX))
    }
}

fn said(units: u64) -> String {
    [number(units).as_str(), if units / (UNIT / 100) == 100 { " vote" } else { " votes" }].concat()
}
