//! What only some polls need, the faces of all kinds but choice, the past of polls that come back and what is in panels: a
//! module of its own, which a page fetches once it shows such a poll or somebody opens a panel.
//!
//! What stands here and in no other place goes there by itself: all that is reached through [`load`] alone.

mod allocation;
mod availability;
mod donut;
mod forms;
mod grid;
mod lists;
mod pairs;
mod panels;
mod past;
mod proposal;
mod ranked;
mod rating;
mod rounds;
mod rule;
mod scale;
mod shares;
mod steps;
mod table;
mod verdict;

use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::face::{Face, Faces};
use crate::domain::poll::Kind;

/// The faces could not be fetched; another call tries again.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Fetches the faces, unless they are there.
#[wasm_split(kinds, fallible)]
#[allow(clippy::unnecessary_wraps)] // the splitter has it fail where nothing comes
pub fn load() -> Result<Faces, NotLoaded> {
    Ok(Faces {
        style: include_str!("style.css"),
        face,
        panel: panels::draw,
        act: forms::act,
        past: past::draw,
    })
}

fn face(kind: Kind) -> &'static dyn Face {
    match kind {
        Kind::Rating(_) => &rating::Rating,
        Kind::Ranked(_) => &ranked::Ranked,
        Kind::Allocation { .. } => &allocation::Allocation,
        Kind::Availability => &availability::Availability,
        Kind::Choice { .. } | Kind::Proposal(_) => &proposal::Proposal,
    }
}
