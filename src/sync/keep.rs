//! Storing writes in the browser, so that they outlive the page, and forgetting them.

use super::outbox::{Decision, Pending, Stage};
use super::resources::Resources;
use super::state::State;
use super::{Effect, Note};
use crate::domain::poll::Secrecy;

/// Stores a write in the browser. A member's ballot in an anonymous poll is not stored, so that nobody can find out from the
/// browser's files what the member chose. A guest's draft is stored without a member.
pub(super) fn keep(state: &State, pending: &Pending, effects: &mut Vec<Effect>) {
    if matches!(pending.stage, Stage::Draft) || !is_anonymous(&state.resources, &pending.decision) {
        effects.push(Effect::Keep(pending.clone()));
    }
}

/// Whether a decision is a ballot in an anonymous poll.
pub(super) fn is_anonymous(resources: &Resources, decision: &Decision) -> bool {
    decision.is_ballot()
        && resources.poll(&decision.topic()).is_some_and(|poll| poll.rules.secrecy == Secrecy::Anonymous)
}

/// Forgets the writes with these keys, in the browser's storage and in all tabs.
pub(super) fn forget(keys: Vec<String>, effects: &mut Vec<Effect>) {
    for key in keys {
        effects.push(Effect::Share(Note::Gone(key.clone())));
        effects.push(Effect::Forget(key));
    }
}
