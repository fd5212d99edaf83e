//! What the viewer has begun at polls and not sent. The browser keeps it while an element is away or the page is loaded again.

use super::Effect;
use crate::domain::id::PollId;

/// What was begun before, at polls that are shown.
#[derive(Debug, Default)]
pub(super) struct Begun(Vec<(PollId, Vec<String>)>);

impl Begun {
    /// Asks for what was begun at a poll.
    pub(super) fn recall(&mut self, poll: &PollId, effects: &mut Vec<Effect>) {
        self.0.retain(|(known, _)| known != poll);
        effects.push(Effect::Recall(poll.clone()));
    }

    /// Takes in what was begun at a poll.
    pub(super) fn recalled(&mut self, poll: PollId, texts: Vec<String>) {
        self.0.retain(|(known, _)| *known != poll);
        self.0.push((poll, texts));
    }

    /// What was begun at a poll, as texts; empty where nothing was.
    pub(super) fn at(&self, poll: &PollId) -> &[String] {
        self.0.iter().find(|(known, _)| known == poll).map_or(&[], |(_, texts)| texts)
    }

    /// Forgets what another viewer had begun.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
