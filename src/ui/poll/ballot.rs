//! The side of a poll on which a member chooses: real form controls, whatever the kind.

use yew::prelude::*;

use super::face::Face;
use super::results::quiet;
use super::{Msg, Poll, text};
use crate::domain::poll::{self as domain, Answer};

impl Poll {
    /// A form with the controls of the poll's kind.
    pub(super) fn ballot(
        &self,
        ctx: &Context<Self>,
        poll: &domain::Poll,
        face: &dyn Face,
        voted: bool,
    ) -> Html {
        let send = ctx.link().callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Send
        });
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
        let abstain = poll.rules.abstention.then(|| quiet(ctx, "Abstain", Msg::Cast(Answer::Abstention)));
        html! {
            <form onsubmit={send} novalidate={true}>
                <fieldset class="rows" ref={&self.body} tabindex="-1" aria-labelledby="title" aria-describedby="meta">
                    { for face.ballot(self, ctx, poll) }
                </fieldset>
                { self.notice(ctx, poll, face, true) }
                <div class="foot">
                    <button class="primary" part="button">{ submit }</button>
                    { for abstain }
                    { for other.map(|(words, msg)| quiet(ctx, words, msg)) }
                    <span class="count"><bdi>{ text::status(poll, domain::Phase::Open, &ctx.props().saving) }</bdi></span>
                </div>
            </form>
        }
    }
}
