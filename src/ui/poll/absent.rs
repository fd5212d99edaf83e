//! The placeholder of a poll that cannot be shown.

use crate::sync::{Fault, Known, Missing, PartState};
use crate::ui::el::{Html, button, each, el, text};
use crate::ui::listener::Listener;
use crate::ui::part;
use crate::words::Words;

/// A placeholder as high as the poll will be.
pub(super) fn loading(words: &Words, rows: usize) -> Html {
    let ghost = |words: String| el!("span", "ghost"; text(words));
    el!("section" ["class" = "folk card", "part" = "poll", "aria-busy" = "true"];
        el!("h3"; ghost(words.loading_poll())),
        el!("p", "meta"; ghost(words.loading_room())),
        el!("ul", "rows"; each(rows, &|_| el!("li", "row ghost"))),
        el!("div", "foot"; ghost(words.loading_room())))
}

/// The reason why a poll cannot be shown, with a button to try again.
pub(super) fn trouble(words: &Words, known: &Known, of: PartState, retry: Listener) -> Html {
    let (sentence, again) = match known {
        _ if of == PartState::Missing(Missing::Gone) => (words.site_updated(), true),
        Known::Missing => (words.poll_gone(), false),
        Known::Here(_) => (words.poll_deleted(), false),
        Known::Malformed(_) => (words.poll_malformed(), false),
        Known::Failed(Fault::Foreign { .. }) => (words.poll_refused(), true),
        Known::Loading | Known::Failed(_) => (words.poll_not_loaded(), true),
    };
    el!("section" ["class" = "folk card", "part" = "poll"];
        el!("p" ["role" = "alert"]; text(sentence)),
        el!("div", "foot", "hidden" = !again; button("quiet", part::again(words, of), retry)))
}
