//! The viewer's unsent input at polls. The browser stores it while an element is removed or the page is reloaded.

use super::Effect;
use crate::domain::id::PollId;

/// The unsent input that was recalled at polls that are shown, as texts.
#[derive(Debug, Default)]
pub(super) struct Begun(Vec<(PollId, Vec<String>)>);

impl Begun {
    /// Asks the browser for the unsent input at a poll.
    pub(super) fn recall(&mut self, poll: &PollId, effects: &mut Vec<Effect>) {
        self.0.retain(|(known, _)| known != poll);
        effects.push(Effect::Recall(poll.clone()));
    }

    /// Takes in the unsent input at a poll.
    pub(super) fn recalled(&mut self, poll: PollId, texts: Vec<String>) {
        self.0.retain(|(known, _)| *known != poll);
        self.0.push((poll, texts));
    }

    /// The unsent input at a poll, as texts; empty where there is none.
    pub(super) fn at(&self, poll: &PollId) -> &[String] {
        self.0.iter().find(|(known, _)| known == poll).map_or(&[], |(_, texts)| texts)
    }

    /// Forgets the unsent input of an earlier viewer.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
