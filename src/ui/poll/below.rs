//! The panels below a poll's foot: the buttons that open them, and the frame of the open one. The content of a panel is in the
//! part `kinds`, which a page fetches when a panel first opens, unless it has fetched it before.

use super::panel::{Msg, Panel, Seen};
use super::{Context, Poll};
use crate::domain::poll as domain;
use crate::sync::{Decision, Event, PageOf, Part};
use crate::ui::el::{Html, el, keyed, list, maybe, text};
use crate::ui::listener::Listener;
use crate::ui::part::absent;
use crate::ui::{Dom, icon};

/// The buttons that open and close the panels.
pub(super) fn openers(form: &Poll, ctx: &Context<'_>, seen: Seen<'_>) -> Html {
    let opener = |panel: Panel| {
        let open = form.opened == Some(panel);
        let press = press(ctx, Msg::Open((!open).then_some(panel)));
        let button = el!("button" ["type" = "button", "class" = "quiet opener", "part" = "button", "aria-controls" = "panel"],
            "aria-expanded" = if open { "true" } else { "false" }, "onclick" = press;
            text(panel.words(seen)), icon::draw("icon", icon::DOWN));
        keyed(panel.key(), button)
    };
    el!("div", "openers"; list(Panel::all(seen).map(opener).collect()))
}

/// The open panel.
pub(super) fn opened(form: &Poll, ctx: &Context<'_>, seen: Seen<'_>) -> Html {
    let open = form.opened.filter(|open| Panel::all(seen).any(|panel| panel == *open));
    let part = ctx.scene.faces;
    let inside = |panel| match part.here {
        Some(faces) => (faces.panel)(panel, form, ctx, seen),
        None => absent(&ctx.scene.locale.words, part.state, press(ctx, Msg::Load)),
    };
    el!("div" ["class" = "panel", "id" = "panel", "tabindex" = "-1", "role" = "region"],
        "aria-label" = open.map(|open| open.words(seen)), "hidden" = open.is_none(); maybe(open.map(inside)))
}

/// Handles an action in a panel.
pub(super) fn take(form: &mut Poll, msg: Msg, ctx: &Context<'_>, dom: &dyn Dom, poll: &domain::Poll) {
    let part = ctx.scene.faces;
    match msg {
        Msg::Open(panel) => {
            form.close(ctx.on);
            if let Some(Panel::List(list)) = panel {
                form.look(PageOf { poll: poll.id.clone(), list, after: String::new() }, ctx.on);
            }
            if panel.is_some() && part.here.is_none() {
                ctx.on.emit(Event::Need(Part::Kinds, ctx.topic.clone()));
            }
            form.opened = panel;
            form.step = 0;
            form.written.wrong = None;
        }
        Msg::Load => ctx.on.emit(Event::Retry(ctx.topic.clone().into())),
        Msg::Act(act) => ctx.on.emit(Event::Decide(Decision::Act(poll.id.clone(), act))),
        // Handled by the part.
        msg @ (Msg::Step(_) | Msg::Look(..) | Msg::Write(..) | Msg::Send | Msg::Save) => {
            if let Some(faces) = part.here {
                (faces.in_panel)(form, msg, ctx, dom, poll);
            }
        }
    }
}

/// A listener that sends this action.
pub(super) fn press(ctx: &Context<'_>, msg: Msg) -> Listener {
    ctx.sends(super::Msg::Panel(msg))
}
