//! What members want of an element, on its way to the reducer or to the runtime.

use yew::Callback;

use super::runtime;
use crate::sync::{Decision, Event, PageOf, Topic};
use crate::ui::Intent;

/// What is done with what the member at an element wants.
pub fn of(handle: u32, topic: &Topic) -> Callback<Intent> {
    let topic = topic.clone();
    Callback::from(move |intent| {
        let decision = match (intent, &topic) {
            (Intent::Ballot(answer), Topic::Poll(poll)) => Decision::Ballot(poll.clone(), answer),
            (Intent::Act(act), Topic::Poll(poll)) => Decision::Act(poll.clone(), act),
            (Intent::Step(step), _) => Decision::Step(step),
            (Intent::Look(list, after), Topic::Poll(poll)) => {
                return runtime::look(handle, PageOf { poll: poll.clone(), list, after });
            }
            (Intent::LookAway, _) => return runtime::look_away(handle),
            (Intent::Save(came), Topic::Poll(poll)) => return runtime::save(poll, came),
            (Intent::Undo, _) => {
                let (topic, key) = (topic.clone(), runtime::fresh_key());
                return runtime::dispatch(Event::Undo { topic, key });
            }
            (Intent::Need(part), _) => return runtime::dispatch(Event::Need(part, topic.clone())),
            (Intent::Keep(begun), Topic::Poll(poll)) => return runtime::keep_begun(poll, begun),
            (Intent::Recall(give), Topic::Poll(poll)) => return runtime::recall(poll.clone(), give),
            _ => return runtime::dispatch(Event::Retry(topic.clone())),
        };
        runtime::dispatch(Event::Decide { decision, key: runtime::fresh_key() });
    })
}
