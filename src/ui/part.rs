//! Parts, as elements are drawn with them: what is in one, and what stands in its place until it is here.

use wasm_split_helpers::SplitLoaderError;
use yew::prelude::*;

use super::el::{bdi, button, el};
use crate::sync::{Missing, PartState};

/// A part as far as it has come.
#[derive(Clone, Copy, Debug)]
pub struct Loaded<T> {
    /// How far that is.
    pub state: PartState,
    /// What is in it, once it is here.
    pub here: Option<T>,
}

/// A part could not be fetched; another call tries again.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// What an element says whose part the site has no more.
pub const UPDATED: &str = "The site was updated since this page was opened.";

/// What a button says that has a part tried again.
pub fn again(state: PartState) -> &'static str {
    if state == PartState::Missing(Missing::Gone) { "Reload the page" } else { "Try again" }
}

/// What stands in the place of what a part draws. `retry` asks for it again.
pub fn absent(state: PartState, retry: Callback<MouseEvent>) -> Html {
    match state {
        PartState::Missing(Missing::Gone) => failed(UPDATED, again(state), retry),
        PartState::Missing(Missing::Unreachable) => not_loaded(retry),
        PartState::Unasked | PartState::Coming | PartState::Here => coming(),
    }
}

/// Something is on its way.
pub fn coming() -> Html {
    el!("p" ["class" = "meta", "role" = "status"]; bdi("Loading…"))
}

/// Something did not come, and may come the next time.
pub fn not_loaded(retry: Callback<MouseEvent>) -> Html {
    failed("This could not be loaded.", "Try again", retry)
}

fn failed(sentence: &'static str, words: &'static str, retry: Callback<MouseEvent>) -> Html {
    el!("div", "foot";
        el!("p" ["role" = "alert"]; bdi(sentence)),
        button("quiet", words, retry))
}
