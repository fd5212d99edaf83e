//! Tells elements to draw again, the page about failures, and the page's developer about faults of the site.

use super::{Effect, Fault, News, Topic};

/// Has the elements of a topic drawn again, once per event however much has changed.
pub(super) fn show(topic: &Topic, effects: &mut Vec<Effect>) {
    if !effects.iter().any(|e| matches!(e, Effect::Show(shown) if shown == topic)) {
        effects.push(Effect::Show(topic.clone()));
    }
}

/// The warnings that were written to the console.
#[derive(Debug, Default)]
pub(super) struct Console(Vec<String>);

impl Console {
    /// Tells the page about a failure at each topic, and warns the page's developer if something on the site's side refused the
    /// call.
    pub(super) fn complain(
        &mut self,
        topics: impl IntoIterator<Item = Topic>,
        fault: &Fault,
        effects: &mut Vec<Effect>,
    ) {
        let (code, message) = fault.told();
        if matches!(fault, Fault::Foreign { .. }) {
            self.warn(&message, effects);
        }
        effects
            .extend(topics.into_iter().map(|topic| Effect::Tell(topic, News::Failed(code, message.clone()))));
    }

    /// Writes a warning to the console, unless it was written before.
    pub(super) fn warn(&mut self, message: &str, effects: &mut Vec<Effect>) {
        if !self.0.iter().any(|said| said == message) {
            self.0.push(message.into());
            effects.push(Effect::Warn(message.into()));
        }
    }
}
