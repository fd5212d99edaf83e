//! A decision on its way to the host: the browser stores it, and one tab sends it.

use super::backoff::LONGEST;
use super::feed::follow_shown;
use super::identity::Viewer;
use super::keep::{forget, is_anonymous, keep};
use super::outbox::{Act, Decision, PATIENCE, Pending, Stage};
use super::send::{hurry, send};
use super::state::{Lead, Sight, State};
use super::tell::show;
use super::topic::{Entity, Known, Topic};
use super::{Effect, Moment, Note};
use crate::domain::poll::Standing;

pub(super) fn decide(
    state: &mut State,
    decision: Decision,
    key: String,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let topic = decision.topic();
    if is_settled(state, &decision, moment) {
        // The decision changes nothing, such as a second click. Refused decisions and drafts that it replaces are forgotten.
        let old = |p: &Pending| {
            !p.is_on_its_way() && p.decision.topic() == topic && p.decision.gives_way_to(&decision)
        };
        let gone = state.outbox.remove(old);
        return let_go(&topic, gone, effects);
    }
    if let Some(entry) = state.resources.topic_mut(&topic) {
        entry.saved = None;
    }
    // One more than the revision of the newest ballot that the member has seen, which may still be on its way.
    let revision = if decision.is_ballot() { next_ballot(state, &topic, moment) } else { 0 };
    let mut pending = Pending::new(key, decision, revision);
    if state.resources.poll(&topic).is_some_and(|p| matches!(p.viewer.standing, Standing::Guest))
        && !state.identity.is_over()
    {
        pending.stage = Stage::Draft;
    } else if state.identity.is_unsure() {
        pending.stage = Stage::Unowned;
    }
    state.identity.resolve_doubt(&mut state.pace, moment, effects);
    let gone = state.outbox.add(pending.clone());
    forget(gone, effects);
    if !matches!(pending.stage, Stage::Unowned) {
        keep(state, &pending, effects);
        if matches!(pending.stage, Stage::Keeping) && is_anonymous(&state.resources, &pending.decision) {
            kept(state, pending.key, false, moment, effects);
        }
    }
    show(&topic, effects);
}

fn next_ballot(state: &State, topic: &Topic, moment: Moment) -> u64 {
    if let Known::Here(Entity::Poll(poll)) = state.view(topic, moment.now) { poll.next_ballot() } else { 1 }
}

/// Whether a decision would change nothing of what is shown.
fn is_settled(state: &State, decision: &Decision, moment: Moment) -> bool {
    let Known::Here(shown) = state.view(&decision.topic(), moment.now) else { return false };
    match (decision, shown) {
        (Decision::Ballot(_, answer), Entity::Poll(poll)) => poll.answer() == answer.as_ref(),
        (Decision::Act(_, Act::Follow(follows)), Entity::Poll(poll)) => poll.viewer.follows == Some(*follows),
        (Decision::Step(id), Entity::Checklist(list)) => {
            list.steps.iter().any(|s| s.id == *id && s.done_at.is_some())
        }
        (
            Decision::Ballot(..) | Decision::Act(..) | Decision::Step(_),
            Entity::Poll(_)
            | Entity::Member(_)
            | Entity::Checklist(_)
            | Entity::Page(..)
            | Entity::Deleted(_),
        ) => false,
    }
}

pub(super) fn kept(state: &mut State, key: String, kept: bool, moment: Moment, effects: &mut Vec<Effect>) {
    let (offline, leads) = (state.offline, state.lead == Lead::Yes);
    let signed_out = state.identity.is_over();
    let Some(pending) = state.outbox.get(&key) else {
        effects.push(Effect::Forget(key)); // another decision replaced it while it was being stored
        return;
    };
    pending.kept = kept;
    let topic = pending.decision.topic();
    match pending.stage {
        Stage::Keeping => {
            // Even offline the write is retried now and then, since browsers may be wrong about being offline.
            let wait = if offline { LONGEST } else { PATIENCE };
            if leads && !offline {
                pending.stage = Stage::Queued;
            } else {
                effects.push(pending.put_off(wait, moment));
            }
            // The notes of a tab whose member is signed out reach the tabs of guests, which would send the decision as a guest's.
            if !signed_out {
                effects.push(Effect::Share(Note::Decided(pending.clone().into())));
            }
            send(state, moment, effects);
            show(&topic, effects);
        }
        Stage::Draft if kept => effects.push(Effect::SignIn),
        Stage::Unowned
        | Stage::Queued
        | Stage::Sent
        | Stage::Due(_)
        | Stage::SignedOut
        | Stage::Draft
        | Stage::Refused(_) => show(&topic, effects),
    }
}

pub(super) fn undo(state: &mut State, topic: &Topic, key: String, moment: Moment, effects: &mut Vec<Effect>) {
    let last = state.last_on_its_way(topic);
    // An undo dismisses the one refusal or draft that the element shows, and no other.
    let shown = state.outbox.refused(topic).map(|(_, p)| p);
    let shown = shown.or_else(|| if last.is_none() { state.outbox.to(topic).last() } else { None });
    let gone = shown.or_else(|| last.filter(|last| state.is_untouched(last))).map(|p| p.key.clone());
    if let Some(gone) = gone {
        state.outbox.take(&gone);
        let_go(topic, vec![gone], effects);
    } else if state.can_undo(topic)
        && let (Topic::Poll(id), Some(poll)) = (topic, state.resources.poll(topic))
    {
        let before = Decision::Ballot(id.clone(), poll.answer().cloned());
        decide(state, before, key, moment, effects);
    }
}

/// Takes in the writes that earlier visits left. A ballot keeps its revision, so that a ballot which the member has cast
/// elsewhere since then stays the later one.
pub(super) fn restored(state: &mut State, writes: Vec<Pending>, moment: Moment, effects: &mut Vec<Effect>) {
    for mut pending in writes {
        if matches!(pending.stage, Stage::Queued) && state.lead != Lead::Yes {
            effects.push(pending.put_off(PATIENCE, moment));
        }
        if state.outbox.get(&pending.key).is_none() {
            show(&pending.decision.topic(), effects);
            if matches!(pending.stage, Stage::Draft) && matches!(state.identity.viewer, Viewer::Member(_)) {
                // The draft belongs to this member from now on, and is not offered to another one later.
                if is_anonymous(&state.resources, &pending.decision) {
                    effects.push(Effect::Forget(pending.key.clone()));
                } else {
                    effects.push(Effect::Keep(pending.clone()));
                }
            }
            // Not `add`, which would remove later decisions in favour of this one. The revisions decide between ballots.
            state.outbox.insert(pending);
        }
    }
    send(state, moment, effects);
}

pub(super) fn decided_elsewhere(
    state: &mut State,
    mut pending: Pending,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let topic = pending.decision.topic();
    let leads = state.lead == Lead::Yes;
    if let Some(known) = state.outbox.get(&pending.key) {
        if !leads && !matches!(known.stage, Stage::Sent) {
            (known.decision, known.revision) = (pending.decision, pending.revision);
        }
        return;
    }
    if leads && !pending.held {
        // Of two tabs' decisions the later one counts, even if its tab had not heard of the earlier one.
        let next = next_ballot(state, &topic, moment);
        if pending.decision.is_ballot() && pending.revision < next {
            pending.revision = next;
            keep(state, &pending, effects);
            effects.push(Effect::Share(Note::Decided(pending.clone().into())));
        }
    }
    if !leads {
        // The leading tab sends the write, or else the tab of the decision. This tab sends it only if both are gone.
        effects.push(pending.put_off(2 * PATIENCE, moment));
    }
    if pending.held {
        state.outbox.insert(pending); // as in `restored`
    } else {
        let gone = state.outbox.add(pending);
        forget(gone, effects);
    }
    send(state, moment, effects);
    show(&topic, effects);
}

pub(super) fn gone_elsewhere(state: &mut State, key: &str, effects: &mut Vec<Effect>) {
    if state.outbox.get(key).is_some_and(|p| !p.may_have_arrived())
        && let Some(pending) = state.outbox.take(key)
    {
        show(&pending.decision.topic(), effects);
    }
}

/// Sends the unsent writes when the viewer leaves the page, since they would otherwise wait for the next visit. The browser
/// delivers them even after the page is gone.
pub(super) fn leave(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.sight = Sight::Left;
    for pending in state.outbox.iter_mut().filter(|p| p.ours) {
        if matches!(pending.stage, Stage::Keeping | Stage::Queued) {
            pending.stage = Stage::Due(moment.now);
        }
    }
    hurry(state, moment, effects);
    follow_shown(state, moment, effects);
    state.identity.veil(effects);
}

/// Forgets decisions that were removed from the outbox, and draws their topic again.
fn let_go(topic: &Topic, gone: Vec<String>, effects: &mut Vec<Effect>) {
    if !gone.is_empty() {
        forget(gone, effects);
        show(topic, effects);
    }
}
