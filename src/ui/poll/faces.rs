//! What is in the part with all kinds of polls but choice.

use yew::prelude::*;

use super::face::Face;
use super::panel::{self, Panel, Seen};
use super::{Context, Poll};
use crate::domain::poll::{self as domain, Kind, Series};
use crate::ui::{Intent, Loaded};

/// What only some polls need: the faces of all kinds but choice, the past of polls that come back, what is in panels, and what
/// somebody had begun.
#[derive(Clone, Copy, Debug)]
pub struct Faces {
    pub(super) face: fn(Kind) -> &'static dyn Face,
    /// What the style sheet lacks for them.
    pub style: &'static str,
    pub(super) panel: fn(Panel, &Poll, &Context<'_>, Seen<'_>) -> Html,
    pub(super) in_panel: fn(&mut Poll, panel::Msg, &domain::Poll) -> Vec<Intent>,
    pub(super) begun: fn(&Poll) -> Vec<String>,
    pub(super) take_up: fn(&mut Poll, &[String], Loaded<Faces>, &domain::Poll) -> Vec<Intent>,
    pub(super) past: fn(&dyn Face, &domain::Poll, &Series) -> Html,
    /// Words of somebody's own, with the web addresses among them as links.
    pub(super) prose: fn(&str) -> Html,
}
