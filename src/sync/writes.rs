//! The life of a decision: the browser stores it, one tab sends it, and the host's answer settles it.

use super::backoff::{LONGEST, delay};
use super::feed::follow_shown;
use super::identity::{Ask, Viewer};
use super::outbox::{Act, Decision, PATIENCE, Pending, Stage};
use super::reads::{adopt, take_answer};
use super::resources::Entry;
use super::send::{hurry, send};
use super::state::{Lead, REFUSED, Sight, State};
use super::tell::show;
use super::topic::{Entity, Known, Topic};
use super::viewer::{be_guest, refused, sign_out};
use super::{Decoded, Effect, Fault, Moment, News, Note, Refusal, RefusalKind};
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
        if matches!(pending.stage, Stage::Keeping) && is_anonymous(state, &pending.decision) {
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
                if is_anonymous(state, &pending.decision) {
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
    if leads {
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

pub(super) fn take_written(
    state: &mut State,
    key: &str,
    answer: Result<Decoded, Fault>,
    here: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    // The answer is newer than those of reads that are still awaited, which may bring states from before the write.
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
            // Another tab may have received the token of this browser's guest, which this tab uses, too.
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
        Fault::Foreign { .. } if fault.is_blocked() => REFUSED, // with its own method and with POST
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

/// Handles a lost answer to a ballot that this tab has sent as well as another tab, at a host that does not order ballots by
/// revision. This tab's copy may have arrived later and replaced a newer ballot. The newest known ballot is sent once more, so
/// that it arrives last.
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
    let proof = matches!(refusal.kind, RefusalKind::SignedOut | RefusalKind::Unverified);
    show(&topic, effects);
    if proof && !here {
        // The other tab's proof has expired, while this tab's may be newer. This tab sends the write, unless it failed here, too:
        // otherwise two tabs would send it in turns without end.
        // A guest's write is left to the other tab, which asks the host for a guest token.
        if known
            && !asks_guest
            && pending.failures == 0
            && !matches!(pending.stage, Stage::Sent | Stage::Refused(_))
        {
            pending.stage = Stage::Due(moment.now);
        }
    } else if proof && pending.proof != proofs {
        // The proof that was refused has been renewed meanwhile because of another call. The write is sent with the new one.
        pending.stage = Stage::Due(moment.now);
    } else if proof && !pending.renewed {
        pending.stage = Stage::SignedOut;
        pending.renewed = true;
        if asks_guest && refusal.kind == RefusalKind::SignedOut {
            be_guest(state, moment, effects);
        } else {
            refused(state, &refusal, moment, effects);
        }
    } else if refusal.kind == RefusalKind::SignedOut {
        pending.stage = Stage::SignedOut;
        sign_out(state, effects);
    } else if refusal.kind == RefusalKind::Superseded && stands_as_wanted(state, key) {
        acknowledged(state, key, effects);
    } else {
        refuse(state, key, refusal, here, effects);
    }
}

/// Whether the host's newer ballot has the same answer as this write.
fn stands_as_wanted(state: &mut State, key: &str) -> bool {
    let Some(decision) = state.outbox.get(key).map(|p| p.decision.clone()) else { return false };
    state.resources.poll(&decision.topic()).is_some_and(|poll| poll.answer() == decision.answer())
}

/// Marks a write as refused. The tab of the decision and the tab that sent the write show the refusal, and the browser stores it
/// until the member has seen it.
fn refuse(state: &mut State, key: &str, refusal: Refusal, here: bool, effects: &mut Vec<Effect>) {
    // Another tab may have sent the write as well, and shared the same refusal.
    let open = |p: &&mut Pending| !matches!(p.stage, Stage::Refused(_));
    let Some(pending) = state.outbox.get(key).filter(open) else { return };
    if !pending.ours && !here {
        state.outbox.take(key);
        return;
    }
    let failed = News::Failed(refusal.kind.code(), refusal.detail.clone());
    effects.push(Effect::Tell(pending.decision.topic(), failed));
    pending.stage = Stage::Refused(refusal);
    pending.kept = true;
    let pending = pending.clone();
    keep(state, &pending, effects);
}

/// Removes the refusals that the member sees now from the browser's storage: the last one of each shown topic.
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

/// Stores a write in the browser. A member's ballot in an anonymous poll is not stored, so that nobody can find out from the
/// browser's files what the member chose. A guest's draft is stored without a member.
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

/// Forgets decisions that were removed from the outbox, and draws their topic again.
fn let_go(topic: &Topic, gone: Vec<String>, effects: &mut Vec<Effect>) {
    if !gone.is_empty() {
        forget(gone, effects);
        show(topic, effects);
    }
}
