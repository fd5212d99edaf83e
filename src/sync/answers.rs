//! What a host answers to a write: the answer settles the decision, refuses it, or leaves it to be sent again.

use super::backoff::delay;
use super::identity::Ask;
use super::keep::{forget, keep};
use super::outbox::{Decision, PATIENCE, Pending, Stage};
use super::reads::{adopt, take_answer};
use super::resources::Entry;
use super::send::send;
use super::state::{Lead, REFUSED, Sight, State};
use super::tell::show;
use super::topic::{Entity, Known, Topic};
use super::viewer::{be_guest, refused, sign_out};
use super::{Decoded, Effect, Fault, Moment, News, Refusal, RefusalKind};
use crate::domain::poll::{self, Says, Standing};

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
        // The storage may have brought back a decision of this tab that was saved a moment ago.
        let ours = pending.ours || entry.saved.as_ref() == Some(&pending.decision);
        entry.saved = ours.then(|| pending.decision.clone());
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

/// Removes the refusals that the member sees now from the browser's storage, the last one of each shown topic, and fetches the
/// words for their codes.
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
            if let Stage::Refused(refusal) = &pending.stage
                && refusal.is_coded(&pending.decision)
            {
                let topic = pending.decision.topic();
                state.parts.await_kinds(&topic, effects);
            }
        }
    }
}

/// Whether the viewer is a guest, and the poll lets guests vote.
fn asks_guest(state: &State, topic: &Topic) -> bool {
    state.identity.is_guest()
        && state.resources.poll(topic).is_some_and(|poll| poll.viewer.standing == Standing::Invited)
}
