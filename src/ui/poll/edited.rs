//! Texts that staff changed after votes, with their earlier wording.

use crate::domain::poll::{Edited, PollOption};
use crate::domain::text::isolated;
use crate::ui::el::{Html, bdi, el, maybe, text};
use crate::ui::words;

/// The mark of a text that was changed after votes, with its earlier wording, which `says` formats:
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

/// The mark of an option.
pub(super) fn option(option: &PollOption, says: &dyn Fn(&str) -> String) -> Html {
    maybe(option.edited.as_ref().map(|edited| el!("span", "edited"; bdi(said(edited, says)))))
}

/// The mark of the title.
pub(super) fn title(edited: &Edited) -> Html {
    el!("p", "edited"; bdi(said(edited, &str::to_owned)))
}

/// The mark of the description. The earlier description is shown on demand.
pub(super) fn description(edited: &Edited) -> Html {
    el!("details", "edited";
        el!("summary"; text("The description was edited")),
        el!("p", "about"; bdi(said(edited, &str::to_owned))))
}
