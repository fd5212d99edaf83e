//! The votes of a choice or a proposal as percentages.

use super::{donut, table};
use crate::domain::poll::{Count, Poll, Tally};
use crate::ui::Locale;
use crate::ui::el::{Html, el, list, maybe, text};
use crate::ui::poll::face::Face;

pub(super) fn how(face: &dyn Face, locale: &Locale, poll: &Poll, tally: &Tally) -> Html {
    el!("div", "whole"; votes(face, locale, poll, tally, poll.rules.kind.is_single()))
}

/// A table of the votes, with a ring chart if `drawn` is true and a ring can show these votes.
pub(super) fn votes(face: &dyn Face, locale: &Locale, poll: &Poll, tally: &Tally, drawn: bool) -> Html {
    let Count::Votes(votes) = &tally.count else { return Html::default() };
    let words = &locale.words;
    let drawn = drawn && donut::draws(votes);
    let leaders = tally.shown_ahead(poll.rules.kind);
    let percentages = tally.percentages(poll.rules.kind).unwrap_or_default();
    let cell = |row: usize, column: usize| match (row, column) {
        (0, 1) => text(words.head_votes()),
        (0, _) => text(words.head_share()),
        (_, 0) => {
            let key = drawn.then(|| donut::key(row - 1, &leaders));
            list(vec![maybe(key), table::name(face, locale, poll, row)])
        }
        (_, 1) => table::number(words, votes.get(row - 1)),
        _ => text(words.percent(percentages.get(row - 1).copied().unwrap_or(0))),
    };
    let ring = drawn.then(|| donut::draw(words, votes, &percentages, &leaders));
    list(vec![maybe(ring), table::draw(words, "", votes.len(), 2, &cell)])
}
