//! What is in a poll's panels.

use yew::prelude::*;

use super::{allocation, availability, forms, lists, pairs, rating, rounds, rule, shares, table};
use crate::domain::poll::{Count, Kind, List};
use crate::ui::el::{el, maybe};
use crate::ui::poll::{Panel, Poll, Seen};

/// What is in a panel that is open.
pub(super) fn draw(panel: Panel, form: &Poll, ctx: &Context<Poll>, seen: Seen<'_>) -> Html {
    let Seen { poll, face, .. } = seen;
    match panel {
        Panel::How => how(form, ctx, seen),
        Panel::List(List::Comments) => forms::comments(form, ctx, poll, face),
        Panel::List(list) => lists::draw(list, ctx, poll, face),
        Panel::Add => forms::add(form, ctx, poll, face),
        Panel::Staff => forms::staff(form, ctx, poll, face),
    }
}

/// How it is counted, and the figures where there are some to see.
fn how(form: &Poll, ctx: &Context<Poll>, seen: Seen<'_>) -> Html {
    let Seen { poll, face, tally, .. } = seen;
    let figures = tally.filter(|tally| tally.voters > 0).map(|tally| match (&tally.count, poll.rules.kind) {
        (Count::Votes(_), Kind::Proposal(_)) => shares::votes(face, poll, tally, false),
        (Count::Votes(_), _) => shares::how(face, poll, tally),
        (Count::Values(lists), Kind::Rating(scale)) => rating::how(face, poll, scale, lists),
        (Count::Values(lists), _) => availability::how(face, poll, lists),
        (Count::Points(points), _) => allocation::how(face, poll, points),
        (Count::Rounds(rounds), _) if rounds.rounds.is_empty() => table::none(),
        (Count::Pairs(pairs), _) if pairs.order.is_empty() => table::none(),
        (Count::Rounds(rounds), _) => rounds::how(form, ctx, face, poll, rounds),
        (Count::Pairs(pairs), _) => pairs::how(face, poll, pairs),
    });
    el!("div"; table::words(rule::of(poll.rules.kind)), maybe(figures))
}
