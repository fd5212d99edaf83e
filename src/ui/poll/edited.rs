//! Texts that staff changed after votes, with their earlier wording.

use crate::domain::poll::{Edited, PollOption};
use crate::ui::el::{Html, bdi, el, maybe, text};
use crate::words::Words;

/// The mark of a text that was changed after votes, with its earlier wording, which `says` formats:
/// `Edited after 12 votes; it said “Tea” before.`
pub(super) fn said(words: &Words, edited: &Edited, says: &dyn Fn(&str) -> String) -> String {
    let (votes, before) = (edited.after, says(&edited.before));
    match (&edited.first, before.is_empty()) {
        (None, true) => words.edited_absent(votes),
        (None, false) => words.edited(votes, &before),
        (Some(first), true) => words.edited_absent_at_first(votes, &says(first)),
        (Some(first), false) => words.edited_at_first(votes, &before, &says(first)),
    }
}

/// The mark of an option.
pub(super) fn option(words: &Words, option: &PollOption, says: &dyn Fn(&str) -> String) -> Html {
    maybe(option.edited.as_ref().map(|edited| el!("span", "edited"; bdi(said(words, edited, says)))))
}

/// The mark of the title.
pub(super) fn title(words: &Words, edited: &Edited) -> Html {
    el!("p", "edited"; bdi(said(words, edited, &str::to_owned)))
}

/// The mark of the description. The earlier description is shown on demand.
pub(super) fn description(words: &Words, edited: &Edited) -> Html {
    el!("details", "edited";
        el!("summary"; text(words.description_edited())),
        el!("p", "about"; bdi(said(words, edited, &str::to_owned))))
}
