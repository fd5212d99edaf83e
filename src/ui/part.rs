//! Parts in elements: their content, and the placeholder until a part was fetched.

use super::el::{Html, bdi, button, el};
use super::listener::Listener;
use crate::sync::{Missing, PartState};

/// A part and its state.
#[derive(Clone, Copy, Debug)]
pub struct Loaded<T> {
    /// Whether the part was fetched, is being fetched, or could not be fetched.
    pub state: PartState,
    /// The content, once the part was fetched.
    pub here: Option<T>,
}

/// The message when the site no longer has a part of this page's build.
pub const UPDATED: &str = "The site was updated since this page was opened.";

/// The label of the button in the placeholder.
pub fn again(state: PartState) -> &'static str {
    if state == PartState::Missing(Missing::Gone) { "Reload the page" } else { "Try again" }
}

/// The placeholder for what a part draws. `retry` is called by its button.
pub fn absent(state: PartState, retry: Listener) -> Html {
    match state {
        PartState::Missing(Missing::Gone) => failed(UPDATED, again(state), retry),
        PartState::Missing(Missing::Unreachable) => not_loaded(retry),
        PartState::Unasked | PartState::Coming | PartState::Here => coming(),
    }
}

/// The message while something loads.
pub fn coming() -> Html {
    el!("p" ["class" = "meta", "role" = "status"]; bdi("Loading…"))
}

/// The message when something failed to load, with a button to try again.
pub fn not_loaded(retry: Listener) -> Html {
    failed("This could not be loaded.", "Try again", retry)
}

fn failed(sentence: &'static str, words: &'static str, retry: Listener) -> Html {
    el!("div", "foot";
        el!("p" ["role" = "alert"]; bdi(sentence)),
        button("quiet", words, retry))
}
