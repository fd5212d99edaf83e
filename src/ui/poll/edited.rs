//! What staff changed after votes, and what it said before.

use yew::prelude::*;

use crate::domain::poll::{Edited, PollOption};
use crate::domain::text::isolated;
use crate::ui::el::{bdi, el, maybe, text};
use crate::ui::words;

/// That a text was changed after votes, and what it said before, each as `says` has it:
/// `Edited after 12 votes; it said “Tea” before.`
pub(super) fn said(edited: &Edited, says: &dyn Fn(&str) -> String) -> String {
    let before = isolated(&says(&edited.before));
    let mut told = ["Edited after ", &words::count(edited.after, "vote"), "; it "].concat();
    if before.is_empty() {
        told += "was not there before";
    } else {
        told.push_str(&["said “", &before, "” before"].concat());
    }
    if let Some(first) = &edited.first {
        told.push_str(&[", “", &isolated(&says(first)), "” at first"].concat());
    }
    told + "."
}

/// What an option said before.
pub(super) fn option(option: &PollOption, says: &dyn Fn(&str) -> String) -> Html {
    maybe(option.edited.as_ref().map(|edited| el!("span", "edited"; bdi(said(edited, says)))))
}

/// What the title was before.
pub(super) fn title(edited: &Edited) -> Html {
    el!("p", "edited"; bdi(said(edited, &str::to_owned)))
}

/// What the description was before, to be opened.
pub(super) fn description(edited: &Edited) -> Html {
    el!("details", "edited";
        el!("summary"; text("The description was edited")),
        el!("p", "about"; bdi(said(edited, &str::to_owned))))
}
