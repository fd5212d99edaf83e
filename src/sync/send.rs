//! Sending from the outbox: the writes that are ready, or all writes that were put off as well.

use super::outbox::Stage;
use super::state::{Lead, State};
use super::{Effect, Moment};

pub(super) fn send(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.identity.is_known() {
        let proof = state.identity.proofs();
        for pending in state.outbox.iter_mut() {
            pending.by_post |= state.by_post;
            if !matches!(pending.stage, Stage::Sent) {
                pending.proof = proof;
            }
        }
        let out = state.outbox.send(&mut state.pace, moment, state.lead == Lead::Yes);
        effects.extend(out);
    }
}

/// Makes all writes due that were put off, and sends them, whether this tab leads or not.
pub(super) fn hurry(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    for pending in state.outbox.iter_mut() {
        if matches!(pending.stage, Stage::Due(_)) {
            pending.stage = Stage::Due(moment.now);
        }
    }
    send(state, moment, effects);
}
