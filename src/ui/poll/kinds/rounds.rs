//! The result of a run-off or a single transferable vote: round by round.

use super::outcome::{NOBODY, number};
use super::{steps, table};
use crate::domain::count::{Rounds, UNIT};
use crate::domain::poll as domain;
use crate::ui::bar::bar;
use crate::ui::el::{Html, bdi, el, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Poll};

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
    ctx: &Context<'_>,
    face: &dyn Face,
    poll: &domain::Poll,
    rounds: &Rounds,
) -> Html {
    let names: Vec<String> =
        poll.options.iter().map(|option| face.label(&ctx.scene.locale, poll, option)).collect();
    el!("div"; steps::draw(form, ctx, &names, rounds), table(&names, rounds))
}

/// A table with a column for each round.
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

fn said(units: u64) -> String {
    [number(units).as_str(), if units / (UNIT / 100) == 100 { " vote" } else { " votes" }].concat()
}
