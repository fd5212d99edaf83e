//! The opening and closing times of polls, with one timer for all of them.

use super::resources::Entry;
use super::state::State;
use super::topic::{Entity, Known};
use super::{Effect, Moment, Timer};
use crate::domain::time::Timestamp;

/// How often a countdown advances, in milliseconds.
const MINUTE: i64 = 60_000;

/// Sets the timer for when the next poll opens or closes, and for each minute before that, since countdowns advance.
pub(super) fn set_clock(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let now = state.host_time(moment.now);
    let turns = state.resources.entries.iter().flat_map(|e| turns(&e.known));
    let Some(next) = turns.filter(|&t| t > now).min() else { return };
    let wait = (next.0 - now.0).clamp(1, MINUTE);
    let at = now.plus(wait);
    // After an edit, the next closing time may be earlier than the timer that is set already.
    if state.clock.is_none_or(|set| at < set) {
        state.clock = Some(at);
        effects.push(Effect::Wake(Timer::Clock, u32::try_from(wait).unwrap_or(u32::MAX)));
    }
}

/// Draws all polls with an opening or closing time again, since the timer has fired.
pub(super) fn ring(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.clock = None;
    let scheduled = |e: &&Entry| turns(&e.known).next().is_some();
    effects
        .extend(state.resources.entries.iter().filter(scheduled).map(|e| Effect::Show(e.resource.topic())));
    set_clock(state, moment, effects);
}

/// The times at which a poll opens and closes.
fn turns(known: &Known) -> impl Iterator<Item = Timestamp> {
    let rules = if let Known::Here(Entity::Poll(poll)) = known { Some(&poll.rules) } else { None };
    rules.into_iter().flat_map(|r| r.opens_at.into_iter().chain(r.closes_at))
}
