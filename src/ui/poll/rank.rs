//! Putting options in order: by dragging, by the arrow keys, and by buttons.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Msg, Poll, text};
use crate::domain::id::OptionId;
use crate::domain::poll as domain;

impl Poll {
    /// The options in their order, and below them those that have no place in it yet.
    pub(super) fn ranking(&self, ctx: &Context<Self>, poll: &domain::Poll) -> Vec<Html> {
        let label = |id: &OptionId| {
            let option = poll.options.iter().find(|o| o.id == *id);
            option.map(|option| text::label(poll, option)).unwrap_or_default()
        };
        let order: Vec<&OptionId> = self.draft.order().collect();
        let rows = order.iter().enumerate().map(|(at, id)| self.ranked(ctx, id, &label(id), at, order.len()));
        let rest = poll.options.iter().map(|o| &o.id).filter(|id| !order.contains(id));
        let rest = rest.map(|id| {
            html! {
                <li key={id.as_str()} part="option">
                    <button type="button" class="row add" onclick={press(ctx, Msg::Place(id.clone(), usize::MAX))}>
                        <span class="mark">{ "+" }</span>
                        <span class="label"><bdi>{ label(id) }</bdi></span>
                    </button>
                </li>
            }
        });
        let link = ctx.link();
        let drag = self.dragged.is_some().then(|| link.callback(|e: PointerEvent| Msg::DragTo(e.client_y())));
        let drop = self.dragged.is_some().then(|| link.callback(|_: PointerEvent| Msg::Drag(None, 0)));
        vec![
            html! {
                <ol key="order" class="rows order" aria-label="Your order" onpointermove={drag}
                    onpointerup={drop.clone()} onpointercancel={drop}>
                    { for rows }
                </ol>
            },
            html! { <ul key="rest" class="rows" aria-label="Not in your order yet">{ for rest }</ul> },
        ]
    }

    fn ranked(&self, ctx: &Context<Self>, id: &OptionId, label: &str, at: usize, of: usize) -> Html {
        let up = Msg::Place(id.clone(), at.saturating_sub(1));
        let down = Msg::Place(id.clone(), at + 1);
        let (above, below) = (up.clone(), down.clone());
        let keys = ctx.link().batch_callback(move |event: KeyboardEvent| {
            let msg = match event.key().as_str() {
                "ArrowUp" => above.clone(),
                "ArrowDown" => below.clone(),
                _ => return None,
            };
            event.prevent_default();
            Some(msg)
        });
        let dragged = id.clone();
        let grab = ctx.link().callback(move |event: PointerEvent| {
            event.prevent_default();
            Msg::Drag(Some(dragged.clone()), event.pointer_id())
        });
        let place = [&(at + 1).to_string(), " of ", &of.to_string()].concat();
        let held = self.dragged.as_ref() == Some(id);
        let moved = self.moved.as_ref() == Some(id);
        let button = |sign: &'static str, words: &str, msg| {
            html! {
                <button type="button" class="small" part="button" aria-label={[words, label].concat()}
                    onclick={press(ctx, msg)}>{ sign }</button>
            }
        };
        html! {
            <li key={id.as_str()} class={classes!("row", "wide", "ranked", held.then_some("held"))} part="option">
                <button type="button" class="handle" ref={if moved { self.handle.clone() } else { NodeRef::default() }}
                    aria-label={[label, ", ", &place, ": move with the arrow keys"].concat()}
                    onkeydown={keys} onpointerdown={grab}>{ at + 1 }</button>
                <span class="label"><bdi>{ label }</bdi></span>
                <span class="pills">
                    { button("↑", "Move up: ", up) }
                    { button("↓", "Move down: ", down) }
                    { button("×", "Leave out: ", Msg::LeaveOut(id.clone())) }
                </span>
            </li>
        }
    }

    /// Takes hold of an option, or lets go.
    pub(super) fn drag(&mut self, option: Option<OptionId>, pointer: i32) {
        // The list keeps the pointer: the row itself is moved about, which would lose it.
        if option.is_some()
            && let Some(list) = self.order_list()
        {
            let _ = list.set_pointer_capture(pointer);
        }
        self.dragged = option;
    }

    /// Puts what is dragged where the pointer is.
    pub(super) fn drag_to(&mut self, y: i32) {
        let (Some(dragged), Some(list)) = (&self.dragged, self.order_list()) else { return };
        let rows = list.children();
        let middle = |at: u32| {
            rows.item(at).map(|row| row.get_bounding_client_rect()).map(|r| r.top() + r.height() / 2.0)
        };
        let order: Vec<&OptionId> = self.draft.order().collect();
        let above = (0..)
            .zip(&order)
            .filter(|(at, id)| **id != dragged && middle(*at).is_some_and(|m| m < f64::from(y)));
        let at = above.count();
        if order.get(at) != Some(&dragged) {
            let dragged = dragged.clone();
            self.draft.place(dragged, at);
        }
    }

    fn order_list(&self) -> Option<HtmlElement> {
        use wasm_bindgen::JsCast as _;
        self.body.cast::<HtmlElement>()?.query_selector("ol").ok()??.dyn_into().ok()
    }
}

fn press(ctx: &Context<Poll>, msg: Msg) -> Callback<MouseEvent> {
    ctx.link().callback(move |_: MouseEvent| msg.clone())
}
