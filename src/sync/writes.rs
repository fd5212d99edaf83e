//! What becomes of a decision: it is kept, sent by one tab, and settled by the host's answer.

use super::backoff::{LONGEST, delay};
use super::feed::follow;
use super::identity::{Ask, Viewer};
use super::outbox::{Act, Decision, PATIENCE, Pending, Stage};
use super::reads::{adopt, take_answer};
use super::resources::Entry;
use super::send::{hurry, send};
use super::state::{Lead, REFUSED, Sight, State};
use super::tell::show;
use super::topic::{Entity, Known, Topic};
use super::viewer::{be_guest, refused, sign_out};
use super::{Answer, Effect, Fault, Moment, News, Note, Reason, Refusal};
use crate::domain::poll::{self, Says, Secrecy, Standing};

pub(super) fn decide(
    state: &mut State,
    decision: Decision,
    key: String,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let topic = decision.topic();
    if is_settled(state, &decision, moment) {
        // A second click, or the same choice once more.
        let old = |p: &Pending| {
            !p.is_on_its_way() && p.decision.topic() == topic && p.decision.gives_way_to(&decision)
        };
        let gone = state.outbox.remove(old);
        return let_go(&topic, gone, effects);
    }
    if let Some(entry) = state.resources.topic_mut(&topic) {
        entry.saved = None;
    }
    // After the newest ballot that the member has seen, their own on the way included.
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
        if matches!(pending.stage, Stage::Keeping) && is_anonymous(state, &pending.decision) {
            kept(state, pending.key, false, moment, effects);
        }
    }
    show(&topic, effects);
}

fn next_ballot(state: &State, topic: &Topic, moment: Moment) -> u64 {
    if let Known::Here(Entity::Poll(poll)) = state.view(topic, moment.now) { poll.next_ballot() } else { 1 }
}

/// Whether what is shown is already as this decision would make it.
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
        effects.push(Effect::Forget(key)); // it gave way while it was being stored
        return;
    };
    pending.kept = kept;
    let topic = pending.decision.topic();
    match pending.stage {
        Stage::Keeping => {
            // Without a network it is tried now and then all the same: browsers have been wrong about that.
            let wait = if offline { LONGEST } else { PATIENCE };
            if leads && !offline {
                pending.stage = Stage::Queued;
            } else {
                effects.push(pending.put_off(wait, moment));
            }
            // A tab whose member is signed out talks to tabs of guests, who would send the decision as theirs.
            if !signed_out {
                effects.push(Effect::Share(Note::Decided(pending.clone().into())));
            }
            send(state, moment, effects);
            show(&topic, effects);
        }
        Stage::Draft if kept => effects.push(Effect::SignIn),
        Stage::Draft => show(&topic, effects),
        Stage::Unowned
        | Stage::Queued
        | Stage::Sent
        | Stage::Due(_)
        | Stage::SignedOut
        | Stage::Refused(_) => {}
    }
}

pub(super) fn undo(state: &mut State, topic: &Topic, key: String, moment: Moment, effects: &mut Vec<Effect>) {
    let last = state.last_on_its_way(topic);
    // What is settled is let go of one by one, as it is shown.
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

/// What earlier visits left. It keeps the number it had: a ballot cast elsewhere since then is the later one.
pub(super) fn restored(state: &mut State, writes: Vec<Pending>, moment: Moment, effects: &mut Vec<Effect>) {
    for mut pending in writes {
        if matches!(pending.stage, Stage::Queued) && state.lead != Lead::Yes {
            effects.push(pending.put_off(PATIENCE, moment));
        }
        if state.outbox.get(&pending.key).is_none() {
            show(&pending.decision.topic(), effects);
            if matches!(pending.stage, Stage::Draft) && matches!(state.identity.viewer, Viewer::Member(_)) {
                // It is asked of this member, and of no other after them.
                if is_anonymous(state, &pending.decision) {
                    effects.push(Effect::Forget(pending.key.clone()));
                } else {
                    effects.push(Effect::Keep(pending.clone()));
                }
            }
            // Not `add`: what was decided since then is no reason to drop it, the numbers are.
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
    if leads {
        // Of two tabs' decisions the later one counts, though the tab had not heard of the earlier one.
        let next = next_ballot(state, &topic, moment);
        if pending.decision.is_ballot() && pending.revision < next {
            pending.revision = next;
            keep(state, &pending, effects);
            effects.push(Effect::Share(Note::Decided(pending.clone().into())));
        }
    }
    if !leads {
        // Two tabs may be gone before this one has to.
        effects.push(pending.put_off(2 * PATIENCE, moment));
    }
    let gone = state.outbox.add(pending);
    forget(gone, effects);
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

/// Sends what would otherwise wait for the next visit. The browser delivers it after the page has gone.
pub(super) fn leave(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.sight = Sight::Left;
    for pending in state.outbox.iter_mut().filter(|p| p.ours) {
        if matches!(pending.stage, Stage::Keeping | Stage::Queued) {
            pending.stage = Stage::Due(moment.now);
        }
    }
    hurry(state, moment, effects);
    follow(state, moment, effects);
    state.identity.veil(effects);
}

pub(super) fn take_written(
    state: &mut State,
    key: &str,
    answer: Result<Answer, Fault>,
    here: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    // Reads that are out may tell of the time before.
    state.order += 1;
    let copy = if here { state.outbox.take_copy(key) } else { None };
    match answer {
        Ok(mut answer) => {
            state.identity.took_proof();
            answer.order = state.order;
            take_answer(state, answer, moment, effects);
            if !here && !state.abilities.ordered {
                state.outbox.taken_elsewhere(key);
            }
            acknowledged(state, key, effects);
            // Another tab was given the token of this browser's guest: it is this one's, too.
            if !here && state.identity.is_guest() && state.proof().0.is_empty() {
                state.identity.ask(Ask::Page, &mut state.pace, moment, effects);
            }
        }
        Err(Fault::Refused(mut refusal)) => {
            if let Some(entity) = refusal.instead.take() {
                adopt(state, entity, state.order, moment, effects);
            }
            if state.outbox.has_given_way(key) {
                state.outbox.take(key);
                forget(vec![key.into()], effects);
            }
            take_refusal(state, key, refusal, here, moment, effects);
        }
        Err(fault) => match copy {
            Some(copy) => vote_again(state, copy, &fault, moment, effects),
            None => undelivered(state, key, &fault, here, moment, effects),
        },
    }
    send(state, moment, effects);
}

fn acknowledged(state: &mut State, key: &str, effects: &mut Vec<Effect>) {
    let Some(pending) = state.outbox.take(key) else { return };
    effects.push(Effect::Forget(pending.key));
    let topic = pending.decision.topic();
    if let Some(entry) = state.resources.topic_mut(&topic) {
        entry.saved = pending.ours.then(|| pending.decision.clone());
    }
    show(&topic, effects);
    if let Decision::Ballot(_, answer) = pending.decision
        && pending.ours
    {
        let marks = answer.iter().flat_map(poll::Answer::marks);
        let options = marks.map(|(option, _)| option.clone()).collect();
        effects.push(Effect::Tell(topic, News::Voted(options)));
    }
}

fn undelivered(
    state: &mut State,
    key: &str,
    fault: &Fault,
    here: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let leads = state.lead == Lead::Yes;
    let Some(pending) = state.outbox.get(key).filter(|p| here || !matches!(p.stage, Stage::Sent)) else {
        return;
    };
    if fault.is_blocked() && !pending.by_post {
        state.by_post = true;
        pending.stage = Stage::Due(moment.now);
        return;
    }
    pending.failures += 1;
    let before = pending.refused;
    pending.refused = match fault {
        Fault::Foreign { .. } if fault.is_blocked() => REFUSED, // by both ways
        Fault::Foreign { .. } => before + 1,
        Fault::Unreachable | Fault::Busy { .. } | Fault::Refused(_) => 0,
    };
    let no_way = before < REFUSED && pending.refused >= REFUSED;
    let patience = if leads || here { 0 } else { PATIENCE };
    let wait = delay(pending.failures, Some(fault), moment).saturating_add(patience);
    effects.push(pending.put_off(wait, moment));
    let topic = pending.decision.topic();
    show(&topic, effects);
    if no_way {
        state.console.complain([topic], fault, effects);
    }
}

/// Nobody knows whether a ballot that the host had from another tab has come from this one as well, and when: over a later one,
/// perhaps. The latest that is known is sent once more, so that it is the last to come.
fn vote_again(
    state: &mut State,
    mut copy: Pending,
    fault: &Fault,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let topic = copy.decision.topic();
    let Known::Here(Entity::Poll(poll)) = state.view(&topic, moment.now) else { return };
    let is_to_be_sent =
        |p: &Pending| p.is_on_its_way() && p.decision.is_ballot() && !matches!(p.stage, Stage::Sent);
    if !poll.rules.changeable || state.outbox.to(&topic).any(is_to_be_sent) {
        return;
    }
    let later = poll.viewer.ballot.as_ref().filter(|ballot| ballot.revision > copy.revision);
    if let (Some(later), Decision::Ballot(_, answer)) = (later, &mut copy.decision) {
        copy.revision = later.revision;
        *answer = match &later.says {
            Says::This(says) => Some(says.clone()),
            Says::TakenBack => None,
            Says::Unknown => return,
        };
    }
    copy.failures += 1;
    copy.kept = false;
    effects.push(copy.put_off(delay(copy.failures, Some(fault), moment), moment));
    keep(state, &copy, effects);
    state.outbox.insert(copy);
    show(&topic, effects);
}

fn take_refusal(
    state: &mut State,
    key: &str,
    refusal: Refusal,
    here: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let known = state.identity.is_known();
    let Some(topic) = state.outbox.get(key).map(|p| p.decision.topic()) else { return };
    let asks_guest = asks_guest(state, &topic);
    let proofs = state.identity.proofs();
    let Some(pending) = state.outbox.get(key) else { return };
    let proof = matches!(refusal.reason, Reason::SignedOut | Reason::Unverified);
    show(&topic, effects);
    if proof && !here {
        // The other tab's proof has expired, this one's may be younger: unless it failed here, too. Two tabs would send
        // in turns else, without end.
        // Who is to be known as a guest is known as one: by the tab that asked.
        if known
            && !asks_guest
            && pending.failures == 0
            && !matches!(pending.stage, Stage::Sent | Stage::Refused(_))
        {
            pending.stage = Stage::Due(moment.now);
        }
    } else if proof && pending.proof != proofs {
        // The refusal is of a proof that another call has had renewed meanwhile, and says nothing of the new one.
        pending.stage = Stage::Due(moment.now);
    } else if proof && !pending.renewed {
        pending.stage = Stage::SignedOut;
        pending.renewed = true;
        if asks_guest && refusal.reason == Reason::SignedOut {
            be_guest(state, moment, effects);
        } else {
            refused(state, &refusal, moment, effects);
        }
    } else if refusal.reason == Reason::SignedOut {
        pending.stage = Stage::SignedOut;
        sign_out(state, effects);
    } else if refusal.reason == Reason::Superseded && stands_as_wanted(state, key) {
        acknowledged(state, key, effects);
    } else {
        refuse(state, key, refusal, here, effects);
    }
}

/// Whether the host's newer ballot says just what this one says.
fn stands_as_wanted(state: &mut State, key: &str) -> bool {
    let Some(decision) = state.outbox.get(key).map(|p| p.decision.clone()) else { return false };
    state.resources.poll(&decision.topic()).is_some_and(|poll| poll.answer() == decision.answer())
}

/// A lasting no. It is shown by the tab where it was decided and by the one that sent it, and kept until it was seen.
fn refuse(state: &mut State, key: &str, refusal: Refusal, here: bool, effects: &mut Vec<Effect>) {
    // Another tab may have sent it as well, and heard the same.
    let open = |p: &&mut Pending| !matches!(p.stage, Stage::Refused(_));
    let Some(pending) = state.outbox.get(key).filter(open) else { return };
    if !pending.ours && !here {
        state.outbox.take(key);
        return;
    }
    let failed = News::Failed(refusal.reason.code(), refusal.detail.clone());
    effects.push(Effect::Tell(pending.decision.topic(), failed));
    pending.stage = Stage::Refused(refusal);
    pending.kept = true;
    let pending = pending.clone();
    keep(state, &pending, effects);
}

/// Takes refusals that a member sees now out of the browser's storage: of each thing the last.
pub(super) fn tell_refusals(state: &mut State, effects: &mut Vec<Effect>) {
    if state.sight != Sight::Seen {
        return;
    }
    let shown = state.resources.entries.iter().filter(|e| e.watchers > 0 && !e.known.is_loading());
    let refused = |entry: &Entry| {
        entry.resource.as_topic().and_then(|topic| Some(state.outbox.refused(topic)?.1.key.clone()))
    };
    for key in shown.filter_map(refused).collect::<Vec<_>>() {
        if let Some(pending) = state.outbox.get(&key).filter(|p| p.kept) {
            pending.kept = false;
            effects.push(Effect::Forget(key));
        }
    }
}

/// Whether the viewer is a guest, and the poll lets guests vote.
fn asks_guest(state: &State, topic: &Topic) -> bool {
    state.identity.is_guest()
        && state.resources.poll(topic).is_some_and(|poll| poll.viewer.standing == Standing::Invited)
}

/// Puts a write into the browser's storage. A ballot of an anonymous poll never gets there beside its member: nobody is to
/// find in a browser's files what somebody chose.
fn keep(state: &State, pending: &Pending, effects: &mut Vec<Effect>) {
    if matches!(pending.stage, Stage::Draft) || !is_anonymous(state, &pending.decision) {
        effects.push(Effect::Keep(pending.clone()));
    }
}

fn is_anonymous(state: &State, decision: &Decision) -> bool {
    decision.is_ballot()
        && state
            .resources
            .poll(&decision.topic())
            .is_some_and(|poll| poll.rules.secrecy == Secrecy::Anonymous)
}

fn forget(keys: Vec<String>, effects: &mut Vec<Effect>) {
    for key in keys {
        effects.push(Effect::Share(Note::Gone(key.clone())));
        effects.push(Effect::Forget(key));
    }
}

/// Lets go of what the member has acted on.
fn let_go(topic: &Topic, gone: Vec<String>, effects: &mut Vec<Effect>) {
    if !gone.is_empty() {
        forget(gone, effects);
        show(topic, effects);
    }
}
