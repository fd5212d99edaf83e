//! The ballot of a poll: a form, in which each kind has its own controls.

use super::buttons::quiet;
use super::face::Face;
use super::panel::Seen;
use super::{Context, Msg, Poll, below, notice, text};
use crate::domain::poll::{self as domain, Answer};
use crate::ui::el::{Html, el, maybe, text};
use crate::ui::listener::Listener;

/// Draws the form.
pub(super) fn draw(
    form: &Poll,
    ctx: &Context<'_>,
    poll: &domain::Poll,
    face: &dyn Face,
    voted: bool,
) -> Html {
    let words = &ctx.scene.locale.words;
    let guest = super::is_for_guest(ctx.scene, poll);
    let (submit, other) = if guest {
        (words.sign_in_to_vote(), poll.tally.is_some().then(|| (words.back(), Msg::Back)))
    } else if voted {
        (words.save_change(), Some((words.keep_my_vote(), Msg::Back)))
    } else if poll.tally.is_some() {
        (words.vote(), Some((words.see_results(), Msg::Peek)))
    } else {
        (words.vote(), None)
    };
    let abstain = poll.rules.abstention.then(|| quiet(ctx, words.abstain(), Msg::Cast(Answer::Abstention)));
    let rows = el!("fieldset" ["class" = "rows", "tabindex" = "-1", "aria-labelledby" = "title", "aria-describedby" = "meta"];
        face.ballot(form, ctx, poll));
    // Below the ballot no panel shows the result: a member who has not voted has to ask for it.
    let seen = Seen { poll, face, tally: None, words, votable: poll.viewer.standing.may_vote() };
    let drawn = el!("form" ["novalidate" = ""], "onsubmit" = submits(ctx, Msg::Send);
        rows,
        notice::draw(form, ctx, poll, face, true),
        el!("div", "foot";
            el!("button" ["class" = "primary", "part" = "button"]; text(submit)),
            maybe(abstain),
            maybe(other.map(|(words, msg)| quiet(ctx, words, msg))),
            el!("span", "count"; text(text::status(words, poll, domain::Phase::Open, &ctx.scene.saving))),
            below::openers(form, ctx, seen)));
    el!("div";
        drawn,
        below::opened(form, ctx, seen))
}

/// A listener that sends this message when a form is submitted, and keeps the browser from leaving the page.
pub(super) fn submits(ctx: &Context<'_>, msg: Msg) -> Listener {
    ctx.hear(move |event| {
        event.prevent_default();
        msg.clone()
    })
}
