//! The notice between a poll's rows and its foot: an invalid draft, a decision that the host has refused or not received, or a
//! choice that the member made before they signed in.

use super::buttons::{quiet, sign_in};
use super::face::Face;
use super::{Context, Msg, Poll, text};
use crate::domain::poll::{self as domain, Answer};
use crate::sync::{Decision, RefusalKind, Saving};
use crate::ui::el::{Html, el, list, maybe, text};

pub(super) fn draw(
    form: &Poll,
    ctx: &Context<'_>,
    poll: &domain::Poll,
    face: &dyn Face,
    votable: bool,
) -> Html {
    let said = form
        .complaint
        .as_ref()
        .map(|wrong| text::complaint(&ctx.scene.locale, face, wrong))
        .or_else(|| text::notice(poll, face, ctx.scene, votable));
    let actions = if form.complaint.is_some() { Vec::new() } else { remedies(ctx, poll, face, votable) };
    // A screen reader is interrupted only by what the member has to act on.
    let urgent = form.complaint.is_some() || matches!(ctx.scene.saving, Saving::Refused(..));
    let live = if urgent { "assertive" } else { "polite" };
    el!("div", "notice", "hidden" = said.is_none();
        el!("p", "wrong", "aria-live" = live; maybe(said.map(text))),
        el!("div", "foot", "hidden" = actions.is_empty(); list(actions)))
}

/// The buttons and links of the notice.
fn remedies(ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face, votable: bool) -> Vec<Html> {
    let castable = |answer: &Answer| {
        votable && face.take(poll, answer.clone()).is_ok() && (!poll.has_voted() || poll.rules.changeable)
    };
    let words = &ctx.scene.locale.words;
    let cast = |label, answer: &Answer| quiet(ctx, label, Msg::Cast(answer.clone()));
    match &ctx.scene.saving {
        Saving::Draft(answer) if castable(answer) => {
            vec![cast(words.cast_this_vote(), answer), quiet(ctx, words.discard(), Msg::Undo)]
        }
        Saving::Refused(refusal, Decision::Ballot(_, Some(answer)))
            if refusal.kind != RefusalKind::PollClosed && castable(answer) =>
        {
            vec![cast(words.cast_again(), answer), quiet(ctx, words.dismiss(), Msg::Undo)]
        }
        Saving::Draft(_) | Saving::Refused(..) => vec![quiet(ctx, words.dismiss(), Msg::Undo)],
        Saving::SignedOut(_) | Saving::CannotKeep => {
            let href = ctx.scene.sign_in.clone();
            href.map(|href| sign_in("primary", &href, words.sign_in())).into_iter().collect()
        }
        Saving::Waiting(waiting) => {
            let mut actions = vec![quiet(ctx, words.send_now(), Msg::Retry)];
            actions.extend(waiting.undo.then(|| quiet(ctx, words.undo(), Msg::Undo)));
            actions
        }
        Saving::Idle | Saving::Sending | Saving::Saved(_) => Vec::new(),
    }
}
