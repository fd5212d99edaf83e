//! The parts: modules that a page fetches on need. The splitter puts into a part all code that is reached only through its
//! function here.

use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::ui::{self, Card, Faces};

/// A part could not be fetched. Another call tries again.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Fetches the part `kinds`, unless it has been fetched.
#[wasm_split(kinds, fallible)]
#[allow(clippy::unnecessary_wraps)] // the macro returns the error if the part cannot be fetched
pub fn kinds() -> Result<Faces, NotLoaded> {
    Ok(ui::faces())
}

/// Fetches the part `card`, unless it has been fetched.
#[wasm_split(card, fallible)]
#[allow(clippy::unnecessary_wraps)] // the macro returns the error if the part cannot be fetched
pub fn card() -> Result<Card, NotLoaded> {
    Ok(ui::card())
}
