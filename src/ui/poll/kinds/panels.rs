//! What is in a poll's panels.

use yew::prelude::*;

use super::{allocation, availability, forms, lists, pairs, proposal, rating, rounds, shares, table};
use crate::domain::poll::{self as domain, Count, Kind, List};
use crate::ui::el::el;
use crate::ui::poll::face::Face;
use crate::ui::poll::{Panel, Poll};

/// What is in a panel that is open.
pub(super) fn draw(
    panel: Panel,
    form: &Poll,
    ctx: &Context<Poll>,
    poll: &domain::Poll,
    face: &dyn Face,
) -> Html {
    match panel {
        Panel::How => how(form, ctx, poll, face),
        Panel::List(List::Comments) => forms::comments(form, ctx, poll, face),
        Panel::List(list) => lists::draw(list, ctx, poll, face),
        Panel::Add => forms::add(form, ctx, poll, face),
        Panel::Staff => forms::staff(ctx, poll, face),
    }
}

/// How it was counted.
fn how(form: &Poll, ctx: &Context<Poll>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let Some(tally) = &poll.tally else { return el!("div") };
    match (&tally.count, poll.rules.kind) {
        (Count::Votes(_), Kind::Proposal(_)) => proposal::how(face, poll, tally),
        (Count::Votes(_), _) => shares::how(face, poll, tally),
        (Count::Values(lists), Kind::Rating(scale)) => rating::how(face, poll, scale, lists),
        (Count::Values(lists), _) => availability::how(face, poll, lists),
        (Count::Points(points), _) => allocation::how(face, poll, points),
        (Count::Rounds(rounds), _) if rounds.rounds.is_empty() => table::none(),
        (Count::Pairs(pairs), _) if pairs.order.is_empty() => table::none(),
        (Count::Rounds(rounds), kind) => rounds::how(form, ctx, face, poll, kind, rounds),
        (Count::Pairs(pairs), _) => pairs::how(face, poll, pairs),
    }
}
