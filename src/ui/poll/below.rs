//! The panels below a poll's foot: the buttons that open them, and the frame of the open one. The content of a panel is in the
//! part `kinds`, which a page fetches when a panel first opens, unless it has fetched it before.

use yew::prelude::*;

use super::panel::{Msg, Panel, Seen};
use super::{Context, Poll};
use crate::domain::poll as domain;
use crate::sync::{Decision, PageOf, Part};
use crate::ui::el::{bdi, el, kept, keyed, list, maybe, pressed};
use crate::ui::part::absent;
use crate::ui::{Faces, Intent, Loaded, icon};

/// The buttons that open and close the panels.
pub(super) fn openers(form: &Poll, ctx: &Context<'_>, seen: Seen<'_>) -> Html {
    let opener = |panel: Panel| {
        let open = form.opened == Some(panel);
        let press = press(ctx, Msg::Open((!open).then_some(panel)));
        let button = el!("button" ["type" = "button", "class" = "quiet opener", "part" = "button", "aria-controls" = "panel"],
            "aria-expanded" = if open { "true" } else { "false" };
            bdi(panel.words(seen)), icon::draw("icon", icon::DOWN));
        keyed(panel.key(), pressed(press, button))
    };
    el!("div", "openers"; list(Panel::all(seen).map(opener).collect()))
}

/// The open panel.
pub(super) fn opened(form: &Poll, ctx: &Context<'_>, seen: Seen<'_>) -> Html {
    let open = form.opened.filter(|open| Panel::all(seen).any(|panel| panel == *open));
    let part = ctx.scene.faces;
    let inside = |panel| match part.here {
        Some(faces) => (faces.panel)(panel, form, ctx, seen),
        None => absent(part.state, press(ctx, Msg::Load)),
    };
    let panel = el!("div" ["class" = "panel", "id" = "panel", "tabindex" = "-1", "role" = "region"],
        "aria-label" = open.map(|open| open.words(seen)), "hidden" = open.is_none(); maybe(open.map(inside)));
    kept(&form.panel, panel)
}

/// Handles an action in a panel. Returns what the member wants.
pub(super) fn take(form: &mut Poll, msg: Msg, part: Loaded<Faces>, poll: &domain::Poll) -> Vec<Intent> {
    let mut intents = Vec::new();
    match msg {
        Msg::Open(panel) => {
            if let Some(Panel::List(_)) = form.opened {
                intents.push(Intent::LookAway);
            }
            if let Some(Panel::List(list)) = panel {
                intents.push(Intent::Look(PageOf { poll: poll.id.clone(), list, after: String::new() }));
            }
            if panel.is_some() && part.here.is_none() {
                intents.push(Intent::Need(Part::Kinds));
            }
            form.opened = panel;
            form.step = 0;
            form.written.wrong = None;
        }
        Msg::Load => intents.push(Intent::Retry),
        Msg::Act(act) => intents.push(Intent::Decide(Decision::Act(poll.id.clone(), act))),
        // Handled by the part.
        msg @ (Msg::Step(_) | Msg::Look(..) | Msg::Write(..) | Msg::Send | Msg::Save(_) | Msg::Saved(_)) => {
            intents.extend(part.here.map(|faces| (faces.in_panel)(form, msg, poll)).unwrap_or_default());
        }
    }
    intents
}

/// A callback that sends this action.
pub(super) fn press(ctx: &Context<'_>, msg: Msg) -> Callback<MouseEvent> {
    ctx.callback(move |_: MouseEvent| super::Msg::Panel(msg.clone()))
}
