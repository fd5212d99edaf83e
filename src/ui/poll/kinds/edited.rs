//! Texts that staff changed after votes, with their earlier wording.

use crate::domain::poll::{self as domain, Edited, PollOption};
use crate::ui::Locale;
use crate::ui::el::{Html, el, maybe, text};
use crate::ui::poll::face::Face;
use crate::words::Words;

/// The mark of a text that was changed after votes, with its earlier wording, which `says` formats:
/// `Edited after 12 votes; it said “Tea” before.`
fn said(words: &Words, edited: &Edited, says: &dyn Fn(&str) -> String) -> String {
    let (votes, before) = (edited.after, says(&edited.before));
    match (&edited.first, before.is_empty()) {
        (None, true) => words.edited_absent(votes),
        (None, false) => words.edited(votes, &before),
        (Some(first), true) => words.edited_absent_at_first(votes, &says(first)),
        (Some(first), false) => words.edited_at_first(votes, &before, &says(first)),
    }
}

/// The mark of an option.
pub(super) fn option(locale: &Locale, face: &dyn Face, poll: &domain::Poll, option: &PollOption) -> Html {
    let says = |words: &str| face.label(locale, poll, &PollOption { label: words.into(), ..option.clone() });
    let mark = |edited| el!("span", "edited"; text(said(&locale.words, edited, &says)));
    maybe(option.edited.as_ref().map(mark))
}

/// The mark of the title.
pub(super) fn title(words: &Words, edited: &Edited) -> Html {
    el!("p", "edited"; text(said(words, edited, &str::to_owned)))
}

/// The mark of the description. The earlier description is shown on demand.
pub(super) fn description(words: &Words, edited: &Edited) -> Html {
    el!("details", "edited";
        el!("summary"; text(words.description_edited())),
        el!("p", "about"; text(said(words, edited, &str::to_owned))))
}
