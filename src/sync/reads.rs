//! Reads resources, and takes in the states that answers and the live feed bring.

use std::rc::Rc;

use super::backoff::{about, delay};
use super::clock::set_clock;
use super::feed::follow_shown;
use super::pace::Call;
use super::state::State;
use super::topic::{Entity, Known, Resource, Topic};
use super::viewer::{refused, restore, seen_as};
use super::{Decoded, Effect, Fault, Moment, News, Note, RefusalKind, Timer};
use crate::contract::code;
use crate::domain::id::PollId;
use crate::domain::poll::{List, Poll, Standing};

/// The number of failures in a row after which a read is shown as failed. Until then it is retried without notice.
const QUIET_READS: u32 = 3;

/// About how long the shown lists of a poll's votes wait before they are read again after other members' votes, in
/// milliseconds. In a busy poll each vote would otherwise cause a call by everyone who has a list open.
const GATHER: u32 = 10_000;

/// About how long an open page waits before it reads everything again from a host with another epoch, in milliseconds. The wait
/// spares a host that has just started, and the live feed brings most states meanwhile.
const RESTORED: u32 = 5_000;

/// A second, in milliseconds.
const SECOND: i64 = 1_000;

/// Reads all wanted resources, in as few calls as possible. Forgets the resources that no element shows and no write concerns,
/// and has the live feed follow the others.
pub(super) fn end_turn(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.resources.turn_open = false;
    if !state.identity.may_read() {
        return;
    }
    let outbox = &state.outbox;
    let is_written = |topic: &Topic| outbox.to(topic).next().is_some();
    state.resources.entries.retain(|e| e.watchers > 0 || e.resource.as_topic().is_some_and(is_written));
    let mut wanted = Vec::new();
    for entry in state.resources.entries.iter_mut().filter(|e| e.wanted) {
        entry.wanted = false;
        wanted.push(entry.resource.clone());
    }
    let most = state.abilities.ids.max(1);
    for call in wanted.chunk_by(Resource::same_call).flat_map(|kind| kind.chunks(most)) {
        read(state, call, moment, effects);
    }
    follow_shown(state, moment, effects);
}

/// Reads these resources in one call: now, or later if the limit of retries is reached.
fn read(state: &mut State, call: &[Resource], moment: Moment, effects: &mut Vec<Effect>) {
    let Some(head) = call.first() else { return };
    let mut first = false;
    for resource in call {
        let entry = state.resources.entry(resource);
        first |= !std::mem::replace(&mut entry.asked, true);
        entry.again = None;
    }
    match state.pace.admit(Call::Read(head.clone()), first, moment) {
        Ok(()) => {
            state.order += 1;
            effects.push(Effect::Read(call.to_vec()));
        }
        Err(wait) => state.resources.read_again(call, wait, moment, effects),
    }
}

pub(super) fn take_read(
    state: &mut State,
    resources: &[Resource],
    answer: Result<Decoded, Fault>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    match answer {
        Ok(answer) => {
            let mut recovered = false;
            for resource in resources {
                let entry = state.resources.entry(resource);
                recovered |= std::mem::take(&mut entry.failures) > 0;
                entry.again = None;
            }
            state.identity.took_proof();
            take_answer(state, answer, moment, effects);
            if recovered {
                state.resources.reads_due(None, effects);
            }
            follow_shown(state, moment, effects);
            restore(state, effects);
        }
        Err(fault) => take_read_fault(state, resources, &fault, moment, effects),
    }
}

/// Takes in the epoch of an answer. Another epoch means that the host was restarted, perhaps with a database that was restored
/// from a backup, so that the revisions cannot be compared any more. Each known state stays until the next one replaces it,
/// whatever its revision.
pub(super) fn take_epoch(
    state: &mut State,
    epoch: String,
    here: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    if state.epoch.as_ref() == Some(&epoch) {
        return;
    }
    let first = state.epoch.replace(epoch.clone()).is_none();
    if first {
        return;
    }
    if here {
        effects.push(Effect::Share(Note::Epoch(epoch)));
    }
    for entry in &mut state.resources.entries {
        (entry.outdated, entry.saved) = (true, None);
    }
    let all: Vec<Resource> = state.resources.entries.iter().map(|e| e.resource.clone()).collect();
    state.resources.read_again(&all, about(RESTORED, moment), moment, effects);
}

pub(super) fn take_answer(state: &mut State, answer: Decoded, moment: Moment, effects: &mut Vec<Effect>) {
    if let Some(host) = answer.host_time {
        // The host's time has whole seconds. A known skew that agrees with it stays, or a poll that has just closed might open
        // again for a second.
        let least = host.0 - moment.now.0;
        if !(least..least + SECOND).contains(&state.skew) {
            state.skew = least;
        }
    }
    for entity in answer.found {
        adopt(state, entity, answer.order, moment, effects);
    }
    for resource in answer.missing {
        if let Resource::Topic(Topic::Poll(id)) = &resource
            && state.resources.entry(&resource).known.is_loading()
        {
            let text = ["There is no poll called \"", id.as_str(), "\"."].concat();
            state.console.warn(&text, effects);
        }
        state.resources.settle(&resource, Known::Missing, effects);
    }
    for (resource, fault) in answer.malformed {
        let told = resource
            .as_topic()
            .map(|t| Effect::Tell(t.clone(), News::Failed(code::MALFORMED, fault.clone())));
        effects.extend(told);
        state.resources.settle(&resource, Known::Malformed(fault), effects);
    }
    set_clock(state, moment, effects);
}

fn take_read_fault(
    state: &mut State,
    resources: &[Resource],
    fault: &Fault,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let mut failures = 0;
    for resource in resources {
        let entry = state.resources.entry(resource);
        entry.failures += 1;
        failures = failures.max(entry.failures);
    }
    let lasting = matches!(fault, Fault::Refused(_));
    if let Fault::Refused(refusal) = fault
        && matches!(refusal.kind, RefusalKind::SignedOut | RefusalKind::Unverified)
        && !state.identity.is_over()
        && failures <= QUIET_READS
    {
        for resource in resources {
            state.resources.want(resource, effects);
        }
        return refused(state, refusal, moment, effects);
    }
    if !lasting {
        state.resources.read_again(resources, delay(failures, Some(fault), moment), moment, effects);
    }
    if !lasting && failures < QUIET_READS {
        return;
    }
    let empty = |resource: &&Resource| {
        !matches!(state.resources.get(resource).map(|e| &e.known), Some(Known::Here(_) | Known::Failed(_)))
    };
    let empty: Vec<Resource> = resources.iter().filter(empty).cloned().collect();
    for resource in &empty {
        state.resources.settle(resource, Known::Failed(fault.clone()), effects);
    }
    state.console.complain(empty.iter().filter_map(Resource::as_topic).cloned(), fault, effects);
}

/// Takes in a state of a resource, unless a newer state is known: results never go backwards. At a host without revisions
/// `order` tells which state is newer.
pub(super) fn adopt(
    state: &mut State,
    mut entity: Entity,
    order: u64,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let resource = entity.resource();
    let abilities = state.abilities;
    let Some(entry) = state.resources.get_mut(&resource) else { return };
    let mut done_before = None;
    let (mut said_more, mut voted) = (false, false);
    let outdated = std::mem::take(&mut entry.outdated);
    if let Known::Here(known) = &entry.known
        && !outdated
    {
        let newer = if abilities.revisions { is_newer(&entity, known) } else { order > entry.order };
        if !newer {
            let Some(told) = ballot_of(&entity, known) else { return };
            entity = told;
        }
        if let (Entity::Poll(poll), Entity::Poll(earlier)) = (&mut entity, known) {
            let mut next = Poll::clone(poll).after(earlier);
            if !abilities.own_ballot {
                next.viewer.ballot = next.viewer.ballot.or_else(|| earlier.viewer.ballot.clone());
            }
            *poll = Rc::new(next);
            if poll.round() != earlier.round() {
                entry.saved = None;
            }
            let revision = |poll: &Poll| poll.viewer.ballot.as_ref().map(|ballot| ballot.revision);
            said_more = poll.comments != earlier.comments;
            voted = revision(poll) != revision(earlier);
        }
        done_before = Some(known.clone());
    }
    entry.order = entry.order.max(order);
    tell_steps(done_before.as_ref(), &entity, effects);
    // Whoever has a checklist is a member, since guests have none.
    let standing = match &entity {
        Entity::Poll(poll) => poll.viewer.standing,
        Entity::Checklist(_) => Standing::Entitled,
        Entity::Member(_) | Entity::Page(..) | Entity::Deleted(_) => Standing::Unsaid,
    };
    state.parts.await_for(&entity, effects);
    state.resources.settle(&resource, Known::Here(entity), effects);
    set_clock(state, moment, effects);
    if let Resource::Topic(Topic::Poll(poll)) = &resource {
        read_lists(state, poll, said_more, voted, moment, effects);
    }
    seen_as(state, standing, moment, effects);
}

/// Reads the shown lists about a poll again: the comments at once if their number has changed, the lists of votes at once if the
/// viewer's own ballot has changed, and after a while otherwise.
fn read_lists(
    state: &mut State,
    poll: &PollId,
    said_more: bool,
    voted: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    let mut wanted = false;
    for entry in &mut state.resources.entries {
        let Resource::Page(page) = &entry.resource else { continue };
        if page.poll != *poll {
            continue;
        }
        let is_votes = page.list != List::Comments;
        let changed = if is_votes { voted } else { said_more };
        if changed {
            entry.wanted = true;
            wanted = true;
        } else if is_votes && !std::mem::replace(&mut entry.due, true) {
            effects.push(Effect::Wake(Timer::Read(entry.resource.clone()), about(GATHER, moment)));
        }
    }
    if wanted {
        state.resources.open_turn(effects);
    }
}

/// Whether a state is newer than the known one.
fn is_newer(entity: &Entity, known: &Entity) -> bool {
    entity.revision() > known.revision()
        || match entity {
            Entity::Page(..) => true,
            Entity::Poll(now) => matches!(known, Entity::Poll(before) if tells_more(now, before)),
            Entity::Member(_) | Entity::Checklist(_) | Entity::Deleted(_) => false,
        }
}

/// Whether a poll of the same revision tells more about the viewer than the known one: another standing, after the viewer has
/// signed in or out, or a newer ballot.
fn tells_more(now: &Poll, before: &Poll) -> bool {
    let (to, from) = (now.viewer.standing, before.viewer.standing);
    now.revision == before.revision
        && (to != from && to != Standing::Unsaid || now.next_ballot() > before.next_ballot())
}

/// The known poll with the viewer's ballot from an older state of the poll, if that ballot is newer. An acknowledgement brings
/// such a state when the live feed was faster.
fn ballot_of(late: &Entity, known: &Entity) -> Option<Entity> {
    let (Entity::Poll(late), Entity::Poll(known)) = (late, known) else { return None };
    let ballot = late.viewer.ballot.as_ref().filter(|ballot| ballot.revision >= known.next_ballot())?;
    let mut poll = Poll::clone(known);
    poll.viewer.ballot = Some(ballot.clone());
    Some(Entity::Poll(Rc::new(poll)))
}

/// Tells the page about each step that was done since the last known state of the checklist.
fn tell_steps(before: Option<&Entity>, after: &Entity, effects: &mut Vec<Effect>) {
    let (Some(Entity::Checklist(before)), Entity::Checklist(after)) = (before, after) else { return };
    let open = |id: &str| before.steps.iter().any(|s| s.id.as_str() == id && s.done_at.is_none());
    for step in after.steps.iter().filter(|s| s.done_at.is_some() && open(s.id.as_str())) {
        effects.push(Effect::Tell(Topic::Checklist, News::StepDone(step.id.to_string())));
    }
}
