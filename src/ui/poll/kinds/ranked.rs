//! Ranked: options in order of preference. Voters order them by dragging, with the arrow keys, or with buttons.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{pairs, rounds};
use crate::domain::id::OptionId;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, Method, PollOption, Tally};
use crate::ui::el::{DomEvent, el, kept, keyed, list, text};
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Msg, Order, Poll};
use crate::ui::words;

/// Ranked.
pub(super) struct Ranked;

impl Face for Ranked {
    fn asks(&self, kind: Kind) -> String {
        let asked = "Put in order what you like";
        if let Kind::Ranked(Method::Stv { seats }) = kind {
            [asked, " · ", &words::count(seats, "seat")].concat()
        } else {
            asked.into()
        }
    }

    /// The ranked options in their order, and below them the others.
    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        let order: Vec<&OptionId> = form.draft.order().collect();
        let find = |id: &OptionId| poll.options.iter().find(|option| option.id == *id);
        let rows = order.iter().enumerate().filter_map(|(at, id)| {
            let option = find(id)?;
            Some(row(form, ctx, option, self.name(poll, option, true), at, order.len()))
        });
        let rest = poll.options.iter().filter(|o| !order.contains(&&o.id)).map(|option| {
            let add = press(ctx, Order::Place(option.id.clone(), usize::MAX));
            let button = el!("button" ["type" = "button", "class" = "row add"], "onclick" = add;
                el!("span", "mark"; text("+")), el!("span", "label"; self.name(poll, option, false)));
            keyed(option.id.as_str(), el!("li" ["part" = "option"]; button))
        });
        let drag = |e: DomEvent| Msg::Order(Order::DragTo(e.unchecked_into::<PointerEvent>().client_y()));
        let drag = form.dragged.is_some().then(|| ctx.callback(drag));
        let drop = drag.is_some().then(|| ctx.sends(Msg::Order(Order::Drag(None, 0))));
        let order = el!("ol" ["class" = "rows order", "aria-label" = "Your order"],
            "onpointermove" = drag, "onpointerup" = drop.clone(), "onpointercancel" = drop; list(rows.collect()));
        let rest = el!("ul" ["class" = "rows", "aria-label" = "Not in your order yet"]; list(rest.collect()));
        list(vec![order, rest])
    }

    fn reorder(&self, form: &mut Poll, order: Order) {
        match order {
            Order::Place(option, at) => {
                form.draft.place(option.clone(), at);
                form.moved = Some(option);
            }
            Order::LeaveOut(option) => form.draft.leave_out(&option),
            Order::Drag(option, pointer) => {
                // The list captures the pointer, since a row would lose the pointer when the row is moved in the document.
                if option.is_some()
                    && let Some(list) = ordered(form)
                {
                    let _ = list.set_pointer_capture(pointer);
                }
                form.dragged = option;
            }
            Order::DragTo(y) => drag_to(form, y),
        }
    }

    fn complaint(&self, _: &BadBallot) -> String {
        "Put an option in your order first.".into()
    }

    fn yours(&self, value: i32) -> Option<String> {
        Some(["your no. ", &value.to_string()].concat())
    }

    fn lines(&self, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let places = 0..poll.options.len();
        match &tally.count {
            Count::Rounds(rounds) => places.map(|at| rounds::line(rounds, at)).collect(),
            Count::Pairs(pairs) => places.map(|at| pairs::line(pairs, at)).collect(),
            Count::Votes(_) | Count::Values(_) | Count::Points(_) => Vec::new(),
        }
    }
}

fn row(form: &Poll, ctx: &Context<'_>, option: &PollOption, name: Html, at: usize, of: usize) -> Html {
    let (id, label) = (&option.id, option.label.as_str());
    let up = Order::Place(id.clone(), at.saturating_sub(1));
    let down = Order::Place(id.clone(), at + 1);
    let (above, below) = (up.clone(), down.clone());
    let keys = ctx.maybe(move |event: DomEvent| {
        let event: KeyboardEvent = event.unchecked_into();
        let to = match event.key().as_str() {
            "ArrowUp" => above.clone(),
            "ArrowDown" => below.clone(),
            _ => return None,
        };
        event.prevent_default();
        Some(Msg::Order(to))
    });
    let dragged = id.clone();
    let grab = ctx.callback(move |event: DomEvent| {
        let event: PointerEvent = event.unchecked_into();
        event.prevent_default();
        Msg::Order(Order::Drag(Some(dragged.clone()), event.pointer_id()))
    });
    let place = [&(at + 1).to_string(), " of ", &of.to_string()].concat();
    let held = form.dragged.as_ref() == Some(id);
    let moved = form.moved.as_ref() == Some(id);
    let button = |sign: &'static str, words: &str, order| {
        el!("button" ["type" = "button", "class" = "small", "part" = "button"],
            "aria-label" = [words, label].concat(), "onclick" = press(ctx, order); text(sign))
    };
    let handle = el!("button" ["type" = "button", "class" = "handle"],
        "aria-label" = [label, ", ", &place, ": move with the arrow keys"].concat(), "onkeydown" = keys, "onpointerdown" = grab;
        text((at + 1).to_string()));
    let class = if held { "row wide ranked held" } else { "row wide ranked" };
    let row = el!("li" ["part" = "option"], "class" = class;
        if moved { kept(&form.handle, handle) } else { handle },
        el!("span", "label"; name),
        el!("span", "pills";
            button("↑", "Move up: ", up),
            button("↓", "Move down: ", down),
            button("×", "Leave out: ", Order::LeaveOut(id.clone()))));
    keyed(id.as_str(), row)
}

/// Moves the dragged option to the pointer.
fn drag_to(form: &mut Poll, y: i32) {
    let (Some(dragged), Some(list)) = (&form.dragged, ordered(form)) else { return };
    let rows = list.children();
    let middle =
        |at: u32| rows.item(at).map(|row| row.get_bounding_client_rect()).map(|r| r.top() + r.height() / 2.0);
    let order: Vec<&OptionId> = form.draft.order().collect();
    let above =
        (0..).zip(&order).filter(|(at, id)| **id != dragged && middle(*at).is_some_and(|m| m < f64::from(y)));
    let at = above.count();
    if order.get(at) != Some(&dragged) {
        form.draft.place(dragged.clone(), at);
    }
}

fn ordered(form: &Poll) -> Option<HtmlElement> {
    form.body.cast::<HtmlElement>()?.query_selector("ol").ok()??.dyn_into().ok()
}

fn press(ctx: &Context<'_>, order: Order) -> Callback<DomEvent> {
    ctx.sends(Msg::Order(order))
}
