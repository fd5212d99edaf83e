//! The part `kinds`: all kinds of polls but choice, and what opens on demand.

use super::face::Face;
use super::panel::{self, Panel, Seen};
use super::{Context, Poll};
use crate::domain::poll::{self as domain, Kind, Series};
use crate::ui::{Dom, Html, Locale};

/// The functions and styles of the part.
#[derive(Clone, Copy, Debug)]
pub struct Faces {
    pub(super) face: fn(Kind) -> &'static dyn Face,
    /// The styles that the main style sheet does not have.
    pub style: &'static str,
    pub(super) panel: fn(Panel, &Poll, &Context<'_>, Seen<'_>) -> Html,
    pub(super) in_panel: fn(&mut Poll, panel::Msg, &Context<'_>, &dyn Dom, &domain::Poll),
    pub(super) begun: fn(&Poll) -> Vec<String>,
    pub(super) take_up: fn(&mut Poll, &[String], &Context<'_>, &dyn Dom, &domain::Poll),
    pub(super) past: fn(&dyn Face, &Locale, &domain::Poll, &Series) -> Html,
    /// A text by staff or members, with its web addresses as links.
    pub(super) prose: fn(&str) -> Html,
}
