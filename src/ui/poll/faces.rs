//! The part `kinds`: all kinds of polls but choice, and what opens on demand.

use super::face::Face;
use super::panel::{self, Panel, Seen};
use super::{Context, Poll};
use crate::domain::poll::{self as domain, Edited, Kind, PollOption, Series};
use crate::sync::{PartState, Refusal};
use crate::ui::el::maybe;
use crate::ui::{Dom, Html, Loaded, Locale, Scene};
use crate::words::Words;

/// A poll and its face.
pub type Shown<'a> = (&'a domain::Poll, &'a dyn Face);

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
    /// The sentence for the code of a refusal, of this poll or of the checklist; `None` for an unknown code.
    pub(super) reason: fn(&Locale, Option<Shown<'_>>, &str) -> Option<String>,
    /// A text by staff or members, with its web addresses as links.
    pub(super) prose: fn(&str) -> Html,
    /// What a text said before staff changed it after votes.
    pub(super) edited_title: Before,
    pub(super) edited_description: Before,
    pub(super) edited_option: fn(&Locale, &dyn Face, &domain::Poll, &PollOption) -> Html,
}

/// Draws what a text said before.
type Before = fn(&Words, &Edited) -> Html;

/// What the title or the description said before staff changed it after votes. Such a poll has the part fetched.
pub(super) fn before(words: &Words, edited: Option<&Edited>, draw: Option<Before>) -> Html {
    maybe(edited.zip(draw).map(|(edited, draw)| draw(words, edited)))
}

/// What an option's label said before staff changed it after votes.
pub(super) fn edited_option(
    faces: Option<Faces>,
    locale: &Locale,
    face: &dyn Face,
    poll: &domain::Poll,
    option: &PollOption,
) -> Html {
    maybe(faces.map(|faces| (faces.edited_option)(locale, face, poll, option)))
}

/// Why the host refused something of this poll or of the checklist, in words of the part: none while the part is on its way. `None`
/// where the host's own words are shown, since the part cannot be fetched, or does not know the code.
pub fn reason(scene: &Scene, of: Option<Shown<'_>>, refusal: &Refusal) -> Option<String> {
    match scene.faces {
        Loaded { here: Some(faces), .. } => (faces.reason)(&scene.locale, of, &refusal.code),
        Loaded { state: PartState::Coming, .. } if !refusal.code.is_empty() => Some(String::new()),
        Loaded { here: None, .. } => None,
    }
}
