//! The part `kinds`: all kinds of polls but choice, the earlier rounds of recurring polls, links in descriptions, the earlier
//! wording of texts that staff changed, and the content of panels. A page fetches the part when it shows a poll that needs the
//! part, or when somebody opens a panel.
//!
//! The splitter puts into the part all code that is reached only through [`whole`].

mod allocation;
mod availability;
mod begun;
mod donut;
mod edited;
mod forms;
mod grid;
mod lists;
mod outcome;
mod pairs;
mod panels;
mod past;
mod proposal;
mod prose;
mod ranked;
mod rating;
mod reason;
mod rounds;
mod rule;
mod scale;
mod shares;
mod steps;
mod table;
mod verdict;

use super::face::Face;
use super::faces::Faces;
use crate::domain::poll::Kind;
use crate::ui::sheet::sheet;

/// The part.
pub fn whole() -> Faces {
    Faces {
        style: sheet!("style.css"),
        face,
        panel: panels::draw,
        in_panel: panels::take,
        past: past::draw,
        begun: begun::texts,
        take_up: begun::take_up,
        prose: prose::draw,
        reason: reason::sentence,
        edited_title: edited::title,
        edited_description: edited::description,
        edited_option: edited::option,
    }
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
