//! What elements, the page and who made it are told.

use super::{Effect, Fault, News, Topic};

/// Has this shown, once an event however much of it has changed.
pub(super) fn show(topic: &Topic, effects: &mut Vec<Effect>) {
    if !effects.iter().any(|e| matches!(e, Effect::Show(shown) if shown == topic)) {
        effects.push(Effect::Show(topic.clone()));
    }
}

/// What was said on the console.
#[derive(Debug, Default)]
pub(super) struct Console(Vec<String>);

impl Console {
    /// Tells the page what could not be done, and its maker where that is the site's own doing.
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

    /// Says something on the console, once.
    pub(super) fn warn(&mut self, message: &str, effects: &mut Vec<Effect>) {
        if !self.0.iter().any(|said| said == message) {
            self.0.push(message.into());
            effects.push(Effect::Warn(message.into()));
        }
    }
}
