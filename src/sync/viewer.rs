//! Reacts to news of who is asking: claims of the page, statements of the host, refused proofs.

use super::backoff::delay;
use super::identity::{Ask, Certainty, Claim, Proof, Session, Viewer};
use super::keep::is_anonymous;
use super::outbox::{PATIENCE, Pending, Stage};
use super::saves::Saves;
use super::send::send;
use super::state::{Lead, State};
use super::tell::show;
use super::topic::{Known, Resource, Topic};
use super::{Effect, Fault, Moment, Refusal, RefusalKind};
use crate::domain::poll::Standing;

/// The number of refused proofs in a row that are renewed. After one more refusal the viewer counts as signed out.
const RENEWALS: u32 = 2;

/// Asks the host for a token for a guest who votes in a poll that lets guests vote.
pub(super) fn be_guest(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.identity.proof = Proof::Bare;
    state.identity.ask(Ask::Guest, &mut state.pace, moment, effects);
}

/// Asks the host who is asking, if a decision waits and the viewer is unknown.
pub(super) fn ask_for_outbox(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let identity = &state.identity;
    if identity.viewer == Viewer::Unknown
        && identity.asking.is_none()
        && identity.next.is_none()
        && !identity.veiled
        && state.outbox.iter().any(Pending::is_on_its_way)
    {
        state.identity.make_sure(Ask::Session, &mut state.pace, moment, effects);
    }
}

/// Concludes from a standing in an answer whether the viewer is a member or a guest, and asks the host which member it is.
pub(super) fn seen_as(state: &mut State, standing: Standing, moment: Moment, effects: &mut Vec<Effect>) {
    let identity = &state.identity;
    if identity.asking.is_some() || identity.next.is_some() {
        return;
    }
    let open =
        identity.viewer == Viewer::Unknown || identity.is_guest() && identity.certainty != Certainty::Had;
    match standing {
        Standing::Entitled | Standing::NotEntitled if open => {
            state.identity.make_sure(Ask::Session, &mut state.pace, moment, effects);
        }
        Standing::Invited | Standing::Guest if identity.viewer == Viewer::Unknown => {
            settle_viewer(state, Viewer::Guest, moment, effects);
        }
        Standing::Entitled
        | Standing::Invited
        | Standing::Guest
        | Standing::NotEntitled
        | Standing::Unsaid => {}
    }
}

/// Takes in the page's claim, or why the page makes none.
pub(super) fn claimed(
    state: &mut State,
    claim: Result<Claim, String>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    state.identity.asking = None;
    let claim = match claim {
        Ok(claim) => claim,
        Err(why) => {
            state.console.warn(&why, effects);
            return unanswered(state, Ask::Afresh, moment, effects);
        }
    };
    state.identity.source = claim.source;
    if state.identity.proof == Proof::Refused(claim.token.clone()) && !claim.token.is_empty() {
        return sign_out(state, effects);
    }
    let unnamed = claim.token.is_empty();
    let refused = matches!(state.identity.proof, Proof::Refused(_));
    let nobody = unnamed || claim.member.as_deref() == Some("");
    // The member whom the page named before is gone, whoever the host will say is there instead.
    if nobody
        && matches!((&state.identity.proof, &state.identity.viewer), (Proof::Token(_), Viewer::Member(_)))
    {
        state.identity.proof = Proof::Bare;
        state.identity.proofs += 1;
        state.identity.certainty = Certainty::Wanted;
        become_viewer(state, Viewer::Guest, false, effects);
    }
    state.identity.candidate = match claim.token {
        token if !unnamed => Some(Proof::Token(token)),
        _ if refused => None,
        _ => Some(Proof::Bare),
    };
    match claim.member {
        Some(id) if !id.is_empty() => settle_viewer(state, Viewer::Member(id), moment, effects),
        // The page gives the token of this browser's guest. That is enough, unless the host has to confirm that nobody has
        // signed in since.
        Some(_) if !unnamed && !refused && state.identity.certainty != Certainty::Wanted => {
            settle_viewer(state, Viewer::Guest, moment, effects);
        }
        None if !unnamed => state.identity.make_sure(Ask::Session, &mut state.pace, moment, effects),
        _ if refused || state.identity.certainty == Certainty::Wanted => {
            state.identity.ask(Ask::Session, &mut state.pace, moment, effects);
        }
        _ => {}
    }
}

/// Takes in the host's statement of who is asking, or why there is none.
pub(super) fn session(
    state: &mut State,
    answer: Result<Session, Fault>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    state.identity.asking = None;
    match answer {
        Ok(session) => {
            state.identity.certainty = Certainty::Had;
            state.identity.csrf = session.csrf;
            match session.member {
                Some(id) => settle_viewer(state, Viewer::Member(id), moment, effects),
                None if matches!(state.identity.proof, Proof::Refused(_)) => sign_out(state, effects),
                None => settle_viewer(state, Viewer::Guest, moment, effects),
            }
        }
        Err(Fault::Refused(refusal)) if refusal.kind == RefusalKind::SignedOut => {
            refused(state, &refusal, moment, effects);
        }
        Err(_) => unanswered(state, Ask::Session, moment, effects),
    }
}

/// Takes in the token by which the host knows the guest; `None` if the host gave none.
pub(super) fn welcomed(state: &mut State, token: Option<String>, moment: Moment, effects: &mut Vec<Effect>) {
    state.identity.asking = None;
    match token {
        Some(token) => {
            state.identity.proof = Proof::Token(token);
            settle_viewer(state, Viewer::Guest, moment, effects);
        }
        None => unanswered(state, Ask::Guest, moment, effects),
    }
}

/// Repeats the question who is asking later, since it got no answer. Writes that wait for the answer count as failed once more,
/// so that elements show that they wait.
fn unanswered(state: &mut State, ask: Ask, moment: Moment, effects: &mut Vec<Effect>) {
    state.identity.failures += 1;
    let wait = delay(state.identity.failures, None, moment);
    state.identity.ask_in(ask, wait, effects);
    if state.identity.veiled {
        (state.identity.proof, state.identity.candidate) = (Proof::Bare, None);
        become_viewer(state, Viewer::Unknown, false, effects);
    }
    for pending in state.outbox.iter_mut().filter(|p| matches!(p.stage, Stage::SignedOut | Stage::Unowned)) {
        pending.failures += 1;
        show(&pending.decision.topic(), effects);
    }
    want_everything(state, effects);
}

/// Reacts to a refused proof: asks the page or the host for a fresh one. If there is none, the viewer has to sign in again.
pub(super) fn refused(state: &mut State, refusal: &Refusal, moment: Moment, effects: &mut Vec<Effect>) {
    if state.identity.asking.is_some() || state.identity.is_over() {
        return;
    }
    state.identity.refusal.clone_from(&refusal.detail);
    if refusal.kind == RefusalKind::Unverified {
        return state.identity.make_sure(Ask::Session, &mut state.pace, moment, effects);
    }
    let token = match std::mem::take(&mut state.identity.proof) {
        Proof::Token(token) | Proof::Refused(token) => token,
        Proof::Bare => String::new(),
    };
    if state.identity.is_guest() && !token.is_empty() {
        return want_everything(state, effects); // the host no longer knows the guest's token
    }
    let ask = if token.is_empty() { Ask::Session } else { Ask::Afresh };
    state.identity.proof = Proof::Refused(token);
    state.identity.renewals += 1;
    if state.identity.renewals > RENEWALS || state.identity.is_guest() {
        sign_out(state, effects);
    } else {
        state.identity.make_sure(ask, &mut state.pace, moment, effects);
    }
}

/// Marks the viewer as signed out.
pub(super) fn sign_out(state: &mut State, effects: &mut Vec<Effect>) {
    let member = state.identity.viewer.member().map(Into::into);
    if !state.identity.is_over() && !state.identity.refusal.is_empty() {
        let detail = state.identity.refusal.clone();
        state.console.warn(&["the host does not know who is asking: ", &detail].concat(), effects);
        let shown = state.resources.entries.iter().filter(|e| e.watchers > 0);
        let shown: Vec<Topic> = shown.filter_map(|e| e.resource.as_topic().cloned()).collect();
        let refusal = Refusal::without_code(RefusalKind::SignedOut, detail);
        state.console.complain(shown, &Fault::Refused(refusal), effects);
    }
    state.identity.renewals = 0;
    state.identity.candidate = None;
    state.identity.doubt = false;
    state.saves.end(effects);
    become_viewer(state, Viewer::SignedOut(member), true, effects);
    want_everything(state, effects);
}

/// Takes in who is asking, with the proof that belongs to this viewer.
fn settle_viewer(state: &mut State, viewer: Viewer, moment: Moment, effects: &mut Vec<Effect>) {
    let keeps = state.identity.viewer.may_be(&viewer);
    state.identity.failures = 0;
    state.identity.doubt = false;
    let was = state.identity.viewer.clone();
    let before = state.identity.token().to_owned();
    let renews = matches!(state.identity.proof, Proof::Refused(_));
    if let Some(proof) = state.identity.candidate.take() {
        state.identity.proof = proof;
    } else if let Proof::Refused(_) = state.identity.proof {
        state.identity.proof = Proof::Bare; // the cookies of a new login
    }
    state.identity.proofs += u32::from(renews || before != state.identity.token());
    become_viewer(state, viewer, keeps, effects);
    let changed = was != state.identity.viewer && was != Viewer::Unknown;
    if changed || before != state.identity.token() {
        want_everything(state, effects);
    }
    let guest = state.identity.is_guest();
    for pending in state.outbox.iter_mut() {
        match pending.stage {
            // This tab can deliver the write now, whether it leads or not. A write of another tab waits a while for that
            // tab. A guest's write does not wait: only this tab has the guest's token, and another tab would send the write
            // as a different guest.
            Stage::SignedOut => {
                let wait = if pending.ours || guest { 0 } else { PATIENCE };
                effects.push(pending.put_off(wait, moment));
                show(&pending.decision.topic(), effects);
            }
            Stage::Unowned => {
                pending.held = true;
                if is_anonymous(&state.resources, &pending.decision) {
                    effects.push(pending.put_off(0, moment));
                } else {
                    pending.stage = Stage::Keeping;
                    effects.push(Effect::Keep(pending.clone()));
                }
            }
            Stage::Keeping
            | Stage::Queued
            | Stage::Sent
            | Stage::Due(_)
            | Stage::Draft
            | Stage::Refused(_) => {}
        }
    }
    restore(state, effects);
    state.saves.again(&mut state.pace, moment, effects);
    state.identity.ask_now(&mut state.pace, moment, effects);
    send(state, moment, effects);
}

/// Loads the decisions that earlier visits of this viewer left, once the first answer has come.
pub(super) fn restore(state: &mut State, effects: &mut Vec<Effect>) {
    let known = matches!(state.identity.viewer, Viewer::Guest | Viewer::Member(_));
    if known && state.resources.entries.iter().any(|e| !e.known.is_loading()) && !state.identity.restored {
        state.identity.restored = true;
        effects.push(Effect::Restore);
    }
}

fn become_viewer(state: &mut State, viewer: Viewer, keeps: bool, effects: &mut Vec<Effect>) {
    let changed = state.identity.viewer != viewer;
    let known = viewer != Viewer::Unknown || !keeps;
    let moves = state.identity.viewer.member() != viewer.member();
    if moves && state.lead != Lead::No {
        if state.lead == Lead::Yes {
            effects.push(Effect::Listen { topics: Vec::new(), after: None });
        }
        state.lead = Lead::No;
        effects.push(Effect::Lead(false));
    }
    if !keeps {
        let_go_of_viewer(state, &viewer, effects);
    }
    state.identity.viewer = viewer;
    if changed && known {
        effects.push(Effect::Introduce(match &state.identity.viewer {
            Viewer::Member(id) => Some(id.clone()),
            Viewer::Unknown | Viewer::Guest | Viewer::SignedOut(_) => None,
        }));
    }
    if changed {
        for pending in state.outbox.iter() {
            show(&pending.decision.topic(), effects);
        }
    }
    if !keeps {
        for entry in state.resources.entries.iter().filter(|e| e.watchers > 0) {
            if let Resource::Topic(Topic::Poll(poll)) = &entry.resource {
                state.begun.recall(poll, effects);
            }
        }
        want_everything(state, effects);
    }
    if std::mem::take(&mut state.identity.veiled) {
        effects.push(Effect::Veil(false));
        want_everything(state, effects);
    }
}

/// Forgets everything of the current viewer. Their decisions stay in the browser's storage until they come back. If a guest
/// signs in, their unsent ballots become drafts, which the member may confirm, and their other unsent decisions are refused.
fn let_go_of_viewer(state: &mut State, next: &Viewer, effects: &mut Vec<Effect>) {
    state.identity.number += 1;
    state.identity.restored = false;
    state.identity.csrf = None;
    let signs_in = state.identity.is_guest() && next.member().is_some();
    // A decision from before the viewer was known is offered to the viewer who turns out to be there: a ballot becomes a draft.
    let theirs = |p: &Pending| matches!(p.stage, Stage::Unowned) || signs_in && !p.may_have_arrived();
    state.outbox.forget_copies();
    state.outbox.remove(|p| if matches!(p.stage, Stage::Draft) { !signs_in } else { !theirs(p) });
    for pending in state.outbox.iter_mut().filter(|p| p.is_on_its_way()) {
        pending.stage = if pending.decision.is_ballot() {
            Stage::Draft
        } else {
            pending.kept = true; // it is told once, as what a host refuses
            let code = Refusal::NOT_THEIRS.into();
            Stage::Refused(Refusal { code, ..Refusal::without_code(RefusalKind::NotPossible, String::new()) })
        };
    }
    for entry in &mut state.resources.entries {
        if !matches!(entry.resource, Resource::Topic(Topic::Member(_))) {
            entry.known = Known::Loading;
            entry.saved = None;
        }
        show(&entry.resource.topic(), effects);
    }
    state.begun.clear();
    state.saves = Saves::default();
    state.live.ours.clear();
    state.live.others.clear();
    state.live.topics.clear();
    state.live.greeted = false;
}

/// Reads everything again, and reopens the live feed, with the current proof.
fn want_everything(state: &mut State, effects: &mut Vec<Effect>) {
    state.live.position = None;
    state.live.renew = true;
    state.resources.want_everything(effects);
}

/// Has the resources read that waited until it was known who is asking.
pub(super) fn read_at_last(state: &mut State, effects: &mut Vec<Effect>) {
    if state.identity.may_read() {
        state.resources.read_wanted(effects);
    }
}
