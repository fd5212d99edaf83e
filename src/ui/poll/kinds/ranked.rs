//! Ranked: options in order of preference. Voters order them by dragging, with the arrow keys, or with buttons.

use super::edited;
use super::{pairs, rounds};
use crate::domain::id::OptionId;
use crate::domain::poll::{self as domain, BadBallot, Count, Kind, Method, PollOption, Tally};
use crate::ui::el::{Html, el, keyed, list, text};
use crate::ui::listener::Listener;
use crate::ui::poll::face::{Face, Line};
use crate::ui::poll::{Context, Msg, Order, Poll};
use crate::ui::{Dom, Locale};

/// Ranked.
pub(super) struct Ranked;

impl Face for Ranked {
    fn asks(&self, locale: &Locale, kind: Kind) -> String {
        let words = &locale.words;
        let asked = words.ask_ranking();
        if let Kind::Ranked(Method::Stv { seats }) = kind {
            [&asked, " · ", &words.seats(seats)].concat()
        } else {
            asked
        }
    }

    /// The ranked options in their order, and below them the others.
    fn ballot(&self, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll) -> Html {
        let words = &ctx.scene.locale.words;
        let order: Vec<&OptionId> = form.draft.order().collect();
        let find = |id: &OptionId| poll.options.iter().find(|option| option.id == *id);
        let rows = order.iter().enumerate().filter_map(|(at, id)| {
            let option = find(id)?;
            Some(row(
                form,
                ctx,
                option,
                list(vec![
                    self.name(&ctx.scene.locale, poll, option, true),
                    edited::option(&ctx.scene.locale, self, poll, option),
                ]),
                at,
                order.len(),
            ))
        });
        let rest = poll.options.iter().filter(|o| !order.contains(&&o.id)).map(|option| {
            let add = press(ctx, Order::Place(option.id.clone(), usize::MAX));
            let button = el!("button" ["type" = "button", "class" = "row add"], "onclick" = add;
                el!("span", "mark"; text("+")), el!("span", "label"; self.name(&ctx.scene.locale, poll, option, false), edited::option(&ctx.scene.locale, self, poll, option)));
            keyed(option.id.as_str(), el!("li" ["part" = "option"]; button))
        });
        let drag = || ctx.hear(|event| Msg::Order(Order::DragTo(event.pointer().1)));
        let drag = form.dragged.is_some().then(drag);
        let drop = drag.is_some().then(|| ctx.sends(Msg::Order(Order::Drag(None, 0))));
        let order = el!("ol" ["class" = "rows order"],
            "aria-label" = words.order_yours(),
            "onpointermove" = drag, "onpointerup" = drop.clone(), "onpointercancel" = drop; list(rows.collect()));
        let rest = el!("ul" ["class" = "rows"], "aria-label" = words.order_rest(); list(rest.collect()));
        list(vec![order, rest])
    }

    fn reorder(&self, form: &mut Poll, dom: &dyn Dom, order: Order) {
        match order {
            Order::Place(option, at) => {
                form.draft.place(option.clone(), at);
                // A node that is moved in the document loses the focus.
                let at = form.draft.order().position(|id| *id == option).unwrap_or(0);
                form.focus = Some([&nth(at), " .handle"].concat());
            }
            Order::LeaveOut(option) => form.draft.leave_out(&option),
            Order::Drag(option, pointer) => {
                // The list captures the pointer, since a row would lose the pointer when the row is moved in the document.
                if option.is_some() {
                    dom.capture(".order", pointer);
                }
                form.dragged = option;
            }
            Order::DragTo(y) => drag_to(form, dom, y),
        }
    }

    fn complaint(&self, locale: &Locale, _: &BadBallot) -> String {
        locale.words.ranking_first()
    }

    fn yours(&self, locale: &Locale, value: i32) -> Option<String> {
        Some(locale.words.your_place(value.unsigned_abs()))
    }

    fn lines(&self, locale: &Locale, poll: &domain::Poll, tally: &Tally) -> Vec<Line> {
        let places = 0..poll.options.len();
        match &tally.count {
            Count::Rounds(rounds) => places.map(|at| rounds::line(&locale.words, rounds, at)).collect(),
            Count::Pairs(pairs) => places.map(|at| pairs::line(&locale.words, pairs, at)).collect(),
            Count::Votes(_) | Count::Values(_) | Count::Points(_) => Vec::new(),
        }
    }
}

fn row(form: &Poll, ctx: &Context<'_>, option: &PollOption, name: Html, at: usize, of: usize) -> Html {
    let (id, label) = (&option.id, option.label.as_str());
    let up = Order::Place(id.clone(), at.saturating_sub(1));
    let down = Order::Place(id.clone(), at + 1);
    let (above, below) = (up.clone(), down.clone());
    let keys = ctx.maybe(move |event| {
        let to = match event.key().as_str() {
            "ArrowUp" => above.clone(),
            "ArrowDown" => below.clone(),
            _ => return None,
        };
        event.prevent_default();
        Some(Msg::Order(to))
    });
    let dragged = id.clone();
    let grab = ctx.hear(move |event| {
        event.prevent_default();
        Msg::Order(Order::Drag(Some(dragged.clone()), event.pointer().0))
    });
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let words = &ctx.scene.locale.words;
    let held = form.dragged.as_ref() == Some(id);
    let button = |sign: &'static str, label: String, order| {
        el!("button" ["type" = "button", "class" = "small", "part" = "button"],
            "aria-label" = label, "onclick" = press(ctx, order); text(sign))
    };
    let handle = el!("button" ["type" = "button", "class" = "handle"],
        "aria-label" = words.order_move(label, place(at + 1), place(of)), "onkeydown" = keys, "onpointerdown" = grab;
        text(words.number(place(at + 1))));
    let class = if held { "row wide ranked held" } else { "row wide ranked" };
    let row = el!("li" ["part" = "option"], "class" = class;
        handle,
        el!("span", "label"; name),
        el!("span", "pills";
            button("↑", words.order_move_up(label), up),
            button("↓", words.order_move_down(label), down),
            button("×", words.order_leave_out(label), Order::LeaveOut(id.clone()))));
    keyed(id.as_str(), row)
}

/// Moves the dragged option to the pointer.
fn drag_to(form: &mut Poll, dom: &dyn Dom, y: i32) {
    let Some(dragged) = &form.dragged else { return };
    let middle = |at: usize| dom.middle(&nth(at));
    let order: Vec<&OptionId> = form.draft.order().collect();
    let above =
        (0..).zip(&order).filter(|(at, id)| **id != dragged && middle(*at).is_some_and(|m| m < f64::from(y)));
    let at = above.count();
    if order.get(at) != Some(&dragged) {
        form.draft.place(dragged.clone(), at);
    }
}

/// The selector of a row of the order, by its index.
fn nth(at: usize) -> String {
    [".order > :nth-child(", &(at + 1).to_string(), ")"].concat()
}

fn press(ctx: &Context<'_>, order: Order) -> Listener {
    ctx.sends(Msg::Order(order))
}
