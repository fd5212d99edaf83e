//! The result of a run-off or a single transferable vote: round by round.

use super::outcome::{nth, number, whole};
use super::{steps, table};
use crate::domain::count::Rounds;
use crate::domain::poll as domain;
use crate::ui::bar::bar;
use crate::ui::el::{Html, bdi, el, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Poll};
use crate::words::Words;

pub(super) fn line(words: &Words, rounds: &Rounds, at: usize) -> Line {
    let last = rounds.last(at);
    let votes = last.and_then(|last| rounds.rounds[last].votes[at]).unwrap_or(0);
    let all = rounds.rounds.first().map_or(0, |round| round.votes.iter().flatten().sum::<u64>());
    let percent = u32::try_from(votes * 100 / all.max(1)).unwrap_or(0);
    let share = if rounds.elected.contains(&at) {
        if rounds.quota.is_none() { words.wins() } else { words.elected() }
    } else if rounds.tied.contains(&at) {
        words.tied()
    } else if rounds.rounds.is_empty() {
        "–".into()
    } else if last.is_some_and(|last| rounds.rounds[last].excluded.contains(&at)) {
        words.out_in_round(last.map_or(0, nth))
    } else {
        words.not_elected()
    };
    Line { bar: bar("bar", percent), share, said: said(words, votes) }
}

pub(super) fn how(
    form: &Poll,
    ctx: &Context<'_>,
    face: &dyn Face,
    poll: &domain::Poll,
    rounds: &Rounds,
) -> Html {
    let words = &ctx.scene.locale.words;
    let names: Vec<String> =
        poll.options.iter().map(|option| face.label(&ctx.scene.locale, poll, option)).collect();
    el!("div"; steps::draw(form, ctx, &names, rounds), table(words, &names, rounds))
}

/// A table with a column for each round.
fn table(words: &Words, names: &[String], rounds: &Rounds) -> Html {
    let cell = |row: usize, column: usize| {
        let at = column.saturating_sub(1);
        let round = rounds.rounds.get(at);
        let votes = match row.saturating_sub(1) {
            option if option < names.len() => round.and_then(|round| *round.votes.get(option)?),
            option if option == names.len() => Some(rounds.needed(at)),
            _ => round.map(|round| round.exhausted),
        };
        match (row, column) {
            (0, _) => text(words.round(u32::try_from(column).unwrap_or(u32::MAX))),
            (_, 0) if row <= names.len() => bdi(names[row - 1].clone()),
            (_, 0) if row == names.len() + 1 => text(words.head_needed()),
            (_, 0) => text(words.no_preference_left()),
            _ => text(votes.map_or_else(|| "–".into(), |votes| number(words, votes))),
        }
    };
    table::draw(words, "", names.len() + 1 + usize::from(rounds.exhausts()), rounds.rounds.len(), &cell)
}

fn said(words: &Words, units: u64) -> String {
    match whole(units) {
        Some(votes) => words.votes_of_round_whole(votes),
        None => words.votes_of_round(&number(words, units)),
    }
}
