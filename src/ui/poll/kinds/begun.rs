//! The viewer's unsent input at a poll, as texts. The browser keeps these while the element is removed or the page is reloaded.

use crate::domain::poll::{self as domain, Draft, List};
use crate::ui::Dom;
use crate::ui::poll::below;
use crate::ui::poll::panel::{Msg, Panel, Written};
use crate::ui::poll::{Context, Poll, Side};

/// The texts to keep; empty if there is no unsent input.
pub(super) fn texts(form: &Poll) -> Vec<String> {
    let Written { comment, label, starts, ends, .. } = &form.written;
    let fixed = [&form.draft.reason, comment, label, starts, ends];
    if form.draft.is_empty() && fixed.iter().all(|text| text.is_empty()) {
        return Vec::new();
    }
    let open = form.opened.map_or("", Panel::key).to_owned();
    fixed.into_iter().cloned().chain([open]).chain(form.draft.to_texts()).collect()
}

/// Restores the texts that were kept, unless there is new unsent input.
pub(super) fn take_up(
    form: &mut Poll,
    kept: &[String],
    ctx: &Context<'_>,
    dom: &dyn Dom,
    poll: &domain::Poll,
) {
    let [reason, comment, label, starts, ends, open, marks @ ..] = kept else { return };
    if !texts(form).is_empty() {
        return;
    }
    form.draft = Draft::from_texts(marks, reason);
    form.draft.keep_within(&poll.options);
    if poll.has_voted() && poll.rules.changeable && !form.draft.is_empty() {
        form.side = Side::Changing;
    }
    let [comment, label, starts, ends] = [comment, label, starts, ends].map(Clone::clone);
    form.written = Written { comment, label, starts, ends, wrong: None };
    let panels = [Panel::List(List::Comments), Panel::Add];
    let panel = panels.into_iter().find(|panel| panel.key() == open);
    if panel.is_some() {
        below::take(form, Msg::Open(panel), ctx, dom, poll);
    }
}
