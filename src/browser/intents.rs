//! What members do at an element, on its way to the reducer or to the runtime.

use yew::Callback;

use super::runtime;
use crate::sync::{Event, Topic};
use crate::ui::Intent;

/// What is done with what the member at an element wants.
pub fn of(handle: u32, topic: &Topic) -> Callback<Intent> {
    let topic = topic.clone();
    Callback::from(move |intent| match intent {
        Intent::Decide(decision) => {
            runtime::dispatch(Event::Decide { decision, key: runtime::fresh_key() });
        }
        Intent::Undo => {
            runtime::dispatch(Event::Undo { topic: topic.clone(), key: runtime::fresh_key() });
        }
        Intent::Retry => runtime::dispatch(Event::Retry(topic.clone())),
        Intent::Need(part) => runtime::dispatch(Event::Need(part, topic.clone())),
        Intent::Look(page) => runtime::look(handle, page),
        Intent::LookAway => runtime::look_away(handle),
        Intent::Save(poll, came) => runtime::save(&poll, came),
        Intent::Keep(begun) => {
            if let Topic::Poll(poll) = &topic {
                runtime::keep_begun(poll, begun);
            }
        }
        Intent::Recall(give) => {
            if let Topic::Poll(poll) = &topic {
                runtime::recall(poll.clone(), give);
            }
        }
    })
}
