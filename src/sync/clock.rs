//! Openings and closings of polls: one timer serves all.

use super::resources::Entry;
use super::state::State;
use super::topic::{Entity, Known};
use super::{Effect, Moment, Timer};
use crate::domain::time::Timestamp;

/// How often a countdown moves on, in milliseconds.
const MINUTE: i64 = 60_000;

/// Asks to be woken when the next poll opens or closes, and each minute before that for its countdown.
pub(super) fn set_clock(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let now = state.host_time(moment.now);
    let turns = state.resources.entries.iter().flat_map(|e| turns(&e.known));
    let Some(next) = turns.filter(|&t| t > now).min() else { return };
    let wait = (next.0 - now.0).clamp(1, MINUTE);
    let at = now.plus(wait);
    // A poll may have been edited to close before the timer that is set.
    if state.clock.is_none_or(|set| at < set) {
        state.clock = Some(at);
        effects.push(Effect::Wake(Timer::Clock, u32::try_from(wait).unwrap_or(u32::MAX)));
    }
}

/// The timer rang: polls that open or close are shown anew.
pub(super) fn ring(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.clock = None;
    let scheduled = |e: &&Entry| turns(&e.known).next().is_some();
    effects
        .extend(state.resources.entries.iter().filter(scheduled).map(|e| Effect::Show(e.resource.topic())));
    set_clock(state, moment, effects);
}

/// When a poll opens and when it closes.
fn turns(known: &Known) -> impl Iterator<Item = Timestamp> {
    let rules = if let Known::Here(Entity::Poll(poll)) = known { Some(&poll.rules) } else { None };
    rules.into_iter().flat_map(|r| r.opens_at.into_iter().chain(r.closes_at))
}
