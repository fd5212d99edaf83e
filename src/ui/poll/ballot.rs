//! The side of a poll on which a member chooses.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::results::quiet;
use super::{Msg, Poll, text};
use crate::domain::poll as domain;

impl Poll {
    /// Real radio buttons or checkboxes in a form; the whole row is the target.
    pub(super) fn ballot(&self, ctx: &Context<Self>, poll: &domain::Poll, voted: bool) -> Html {
        let link = ctx.link();
        let send = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Send
        });
        let kind = if poll.rules.is_single() { "radio" } else { "checkbox" };
        let row = |option: &domain::PollOption| {
            let id = option.id.clone();
            let tick = link.callback(move |event: Event| {
                let on = event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked());
                Msg::Tick(id.clone(), on)
            });
            html! {
                <label key={option.id.as_str()} class="row" part="option">
                    <input type={kind} name="option" value={option.id.to_string()}
                        checked={self.draft.contains(&option.id)} onchange={tick} />
                    <span class="label"><bdi>{ &option.label }</bdi></span>
                </label>
            }
        };
        let guest = super::is_for_guest(ctx.props(), poll);
        let (submit, other) = if guest {
            ("Sign in to vote", poll.tally.is_some().then_some(("Back", Msg::Back)))
        } else if voted {
            ("Save change", Some(("Keep my vote", Msg::Back)))
        } else if poll.tally.is_some() {
            ("Vote", Some(("See results", Msg::Peek)))
        } else {
            ("Vote", None)
        };
        html! {
            <form onsubmit={send} novalidate={true}>
                <fieldset class="rows" ref={&self.body} tabindex="-1" aria-labelledby="title" aria-describedby="meta">
                    { for poll.options.iter().map(row) }
                </fieldset>
                { self.notice(ctx, poll, true) }
                <div class="foot">
                    <button class="primary" part="button">{ submit }</button>
                    { for other.map(|(words, msg)| quiet(ctx, words, msg)) }
                    <span class="count"><bdi>{ text::status(poll, &ctx.props().saving) }</bdi></span>
                </div>
            </form>
        }
    }
}
