//! The content of a poll's panels, and the actions in them.

use super::steps::tab_id;
use super::{allocation, availability, forms, lists, pairs, rating, rounds, rule, shares, table};
use crate::domain::poll::{self as domain, Count, Kind, List};
use crate::sync::{Act, Decision, Event, PageOf};
use crate::ui::Dom;
use crate::ui::el::{Html, el, maybe};
use crate::ui::poll::panel::{Field, Msg, Panel, Seen, Written};
use crate::ui::poll::{Context, Poll};

/// Draws the content of a panel.
pub(super) fn draw(panel: Panel, form: &Poll, ctx: &Context<'_>, seen: Seen<'_>) -> Html {
    let Seen { poll, face, .. } = seen;
    match panel {
        Panel::How => how(form, ctx, seen),
        Panel::List(List::Comments) => forms::comments(form, ctx, poll, face),
        Panel::List(list) => lists::draw(list, form, ctx, poll, face),
        Panel::Add => forms::add(form, ctx, poll, face),
        Panel::Staff => forms::staff(ctx, poll, face),
    }
}

/// Handles an action in the open panel.
pub(super) fn take(form: &mut Poll, msg: Msg, ctx: &Context<'_>, dom: &dyn Dom, poll: &domain::Poll) {
    let written = &mut form.written;
    match msg {
        // Handled without the part.
        Msg::Open(_) | Msg::Load | Msg::Act(_) => {}
        Msg::Step(step) => {
            form.step = step;
            form.focus = Some(["#", &tab_id(step)].concat());
        }
        Msg::Look(list, after) => form.look(PageOf { poll: poll.id.clone(), list, after }, ctx.on),
        Msg::Write(field, words) => {
            written.wrong = None;
            match field {
                Field::Comment => written.comment = words,
                Field::Label => written.label = words,
                Field::Starts => written.starts = words,
                Field::Ends => written.ends = words,
            }
        }
        Msg::Send => {
            match form.opened.map(|panel| forms::act(panel, written, &ctx.scene.locale, dom, poll)) {
                Some(Ok(act)) => {
                    let sent = std::mem::take(written);
                    if let Act::Comment(_) = act {
                        *written = Written { comment: String::new(), ..sent };
                    } else {
                        written.comment = sent.comment;
                    }
                    ctx.on.emit(Event::Decide(Decision::Act(poll.id.clone(), act)));
                }
                Some(Err(wrong)) => written.wrong = Some(wrong),
                None => {}
            }
        }
        Msg::Save => ctx.on.emit(Event::Save(poll.id.clone())),
    }
}

/// How the poll is counted, with the figures where the viewer may see them.
fn how(form: &Poll, ctx: &Context<'_>, seen: Seen<'_>) -> Html {
    let Seen { poll, face, tally, .. } = seen;
    let (kind, locale) = (poll.rules.kind, &ctx.scene.locale);
    let figures = tally.filter(|tally| tally.voters > 0).map(|tally| match &tally.count {
        Count::Votes(_) if matches!(kind, Kind::Proposal(_)) => {
            shares::votes(face, locale, poll, tally, false)
        }
        Count::Votes(_) => shares::how(face, locale, poll, tally),
        Count::Values(lists) => match kind {
            Kind::Rating(scale) => rating::how(face, locale, poll, scale, lists),
            Kind::Choice { .. }
            | Kind::Ranked(_)
            | Kind::Allocation { .. }
            | Kind::Availability
            | Kind::Proposal(_) => availability::how(face, locale, poll, lists),
        },
        Count::Points(points) => allocation::how(face, locale, poll, points),
        Count::Rounds(rounds) if rounds.rounds.is_empty() => table::none(&locale.words),
        Count::Pairs(pairs) if pairs.order.is_empty() => table::none(&locale.words),
        Count::Rounds(rounds) => rounds::how(form, ctx, face, poll, rounds),
        Count::Pairs(pairs) => pairs::how(face, locale, poll, pairs),
    });
    el!("div"; table::words(rule::of(&locale.words, kind)), maybe(figures))
}
