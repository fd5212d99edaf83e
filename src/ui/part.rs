//! Parts in elements: their content, and the placeholder until a part has been fetched.

use super::el::{Html, button, el, text};
use super::listener::Listener;
use crate::sync::{Missing, PartState};
use crate::words::Words;

/// A part and its state.
#[derive(Clone, Copy, Debug)]
pub struct Loaded<T> {
    /// Whether the part was fetched, is being fetched, or could not be fetched.
    pub state: PartState,
    /// The content, once the part was fetched.
    pub here: Option<T>,
}

/// The label of the button in the placeholder.
pub fn again(words: &Words, state: PartState) -> String {
    if state == PartState::Missing(Missing::Gone) { words.reload_page() } else { words.try_again() }
}

/// The placeholder for what a part draws. `retry` is called by its button.
pub fn absent(words: &Words, state: PartState, retry: Listener) -> Html {
    match state {
        PartState::Missing(Missing::Gone) => failed(words.site_updated(), again(words, state), retry),
        PartState::Missing(Missing::Unreachable) => not_loaded(words, retry),
        PartState::Unasked | PartState::Coming | PartState::Here => coming(words),
    }
}

/// The message while something loads.
pub fn coming(words: &Words) -> Html {
    el!("p" ["class" = "meta", "role" = "status"]; text(words.loading()))
}

/// The message when something failed to load, with a button to try again.
pub fn not_loaded(words: &Words, retry: Listener) -> Html {
    failed(words.not_loaded(), words.try_again(), retry)
}

fn failed(sentence: String, again: String, retry: Listener) -> Html {
    el!("div", "foot";
        el!("p" ["role" = "alert"]; text(sentence)),
        button("quiet", again, retry))
}
