//! The placeholder of a poll that cannot be shown.

use crate::sync::{Fault, Known, Missing, PartState};
use crate::ui::el::{Html, bdi, button, each, el, text};
use crate::ui::listener::Listener;
use crate::ui::part::{self, UPDATED};

/// A placeholder as high as the poll will be.
pub(super) fn loading(rows: usize) -> Html {
    let ghost = |words| el!("span", "ghost"; text(words));
    el!("section" ["class" = "folk card", "part" = "poll", "aria-busy" = "true"];
        el!("h3"; ghost("Loading the poll…")),
        el!("p", "meta"; ghost("Loading")),
        el!("ul", "rows"; each(rows, &|_| el!("li", "row ghost"))),
        el!("div", "foot"; ghost("Loading")))
}

/// The reason why a poll cannot be shown, with a button to try again.
pub(super) fn trouble(known: &Known, part: PartState, retry: Listener) -> Html {
    let (sentence, again) = match known {
        _ if part == PartState::Missing(Missing::Gone) => (UPDATED, true),
        Known::Missing => ("This poll is not here any more.", false),
        Known::Here(_) => ("This poll was deleted.", false),
        Known::Malformed(_) => ("This poll cannot be shown here.", false),
        Known::Failed(Fault::Foreign { .. }) => ("The poll could not be loaded: the site refused it.", true),
        Known::Loading | Known::Failed(_) => ("The poll could not be loaded.", true),
    };
    el!("section" ["class" = "folk card", "part" = "poll"];
        el!("p" ["role" = "alert"]; bdi(sentence)),
        el!("div", "foot", "hidden" = !again; button("quiet", part::again(part), retry)))
}
