//! The reducer: the only writer of client state.

use super::identity::Viewer;
use super::state::{Lead, Sight, State};
use super::tell::show;
use super::topic::{Entity, Known, Resource, Topic};
use super::{Effect, Event, Moment, Note, Part, Timer};
use super::{answers, clock, feed, reads, send, viewer, writes};
use crate::domain::id::PollId;

/// Applies an event that is the answer to a call for the viewer with this number. It is ignored if there is another viewer by
/// now.
pub fn apply_for(state: &mut State, number: u32, event: Event, moment: Moment) -> Vec<Effect> {
    if number == state.identity.number { apply(state, event, moment) } else { Vec::new() }
}

/// Applies an event to the state, and returns the effects.
pub fn apply(state: &mut State, event: Event, moment: Moment) -> Vec<Effect> {
    let mut all = Vec::new();
    let effects = &mut all;
    match event {
        Event::Watch(resource) => watch(state, &resource, effects),
        Event::Unwatch(resource) => state.resources.unwatch(&resource, effects),
        Event::TurnEnded => reads::end_turn(state, moment, effects),
        Event::Read { resources, answer } => reads::take_read(state, &resources, answer, moment, effects),
        Event::Retry(resource) => retry(state, &resource, moment, effects),
        Event::Decide(decision) => {
            let key = state.take_key(effects);
            writes::decide(state, decision, key, moment, effects);
        }
        Event::Undo(topic) => {
            let key = state.take_key(effects);
            writes::undo(state, &topic, key, moment, effects);
        }
        Event::Kept { key, kept } => writes::kept(state, key, kept, moment, effects),
        Event::Restored(writes) => writes::restored(state, writes, moment, effects),
        Event::Written { key, answer, here } => {
            answers::take_written(state, &key, answer, here, moment, effects);
        }
        Event::Claimed(claim) => viewer::claimed(state, claim, moment, effects),
        Event::Session(answer) => viewer::session(state, answer, moment, effects),
        Event::Welcomed(token) => viewer::welcomed(state, token, moment, effects),
        Event::Identify => state.identity.identify(&mut state.pace, moment, effects),
        Event::PageChanged { swapped } => {
            state.identity.page_changed(swapped, &mut state.pace, moment, effects);
        }
        Event::Introduced(member) => state.identity.heard_viewer(&member, &mut state.pace, moment, effects),
        Event::Need(part, topic) => state.parts.need(part, &topic, effects),
        Event::PartFetched(part, came) => state.parts.fetched(part, came, effects),
        Event::KeyMade(key) => state.next_key = key,
        Event::Begun(poll, texts) => effects.push(Effect::KeepBegun(poll, texts)),
        Event::Recalled(poll, texts) => recalled(state, poll, texts, effects),
        Event::Save(poll) => state.saves.save(poll, &mut state.pace, moment, effects),
        Event::Saved(poll, answer) => {
            if let Some(refusal) = state.saves.ended(poll, answer, effects) {
                viewer::refused(state, &refusal, moment, effects);
            }
        }
        Event::Heard { tab, note } => heard(state, tab, note, moment, effects),
        Event::Led => feed::take_lead(state, moment, effects),
        Event::Online(is) => online(state, is, moment, effects),
        Event::InSight(seen) => in_sight(state, seen, moment, effects),
        Event::Leaving => writes::leave(state, moment, effects),
        Event::LiveHeard => feed::live_heard(state, effects),
        Event::LiveLost { signed_out } => feed::live_lost(state, signed_out, moment, effects),
        Event::Pushed { id, entity } => pushed(state, id, entity, moment, effects),
        Event::Epoch(epoch) => reads::take_epoch(state, epoch, true, moment, effects),
        Event::Woke(timer) => wake(state, timer, moment, effects),
    }
    answers::tell_refusals(state, effects);
    viewer::ask_for_outbox(state, moment, effects);
    viewer::read_at_last(state, effects);
    feed::listen_anew(state, moment, effects);
    feed::settle_lead(state, moment, effects);
    all
}

fn watch(state: &mut State, resource: &Resource, effects: &mut Vec<Effect>) {
    state.resources.watch(resource, effects);
    if let Resource::Topic(Topic::Poll(poll)) = resource {
        state.begun.recall(poll, effects);
    }
}

/// Takes in the unsent input at a poll, and fetches the part that shows it.
fn recalled(state: &mut State, poll: PollId, texts: Vec<String>, effects: &mut Vec<Effect>) {
    if texts.is_empty() || state.identity.viewer == Viewer::Unknown {
        return;
    }
    state.begun.recalled(poll.clone(), texts);
    state.parts.need(Part::Kinds, &Topic::Poll(poll), effects);
}

/// Retries everything that failed, at whichever resource the member has pressed the button.
fn retry(state: &mut State, resource: &Resource, moment: Moment, effects: &mut Vec<Effect>) {
    state.parts.retry(&resource.topic(), effects);
    state.resources.want(resource, effects);
    for entry in &mut state.resources.entries {
        if entry.resource == *resource || matches!(entry.known, Known::Failed(_)) {
            if !matches!(entry.known, Known::Here(_)) {
                entry.known = Known::Loading;
                entry.failures = 0;
                entry.wanted = true;
            }
            show(&entry.resource.topic(), effects);
        }
    }
    send::hurry(state, moment, effects);
}

fn online(state: &mut State, online: bool, moment: Moment, effects: &mut Vec<Effect>) {
    state.offline = !online;
    for pending in state.outbox.iter() {
        show(&pending.decision.topic(), effects);
    }
    if online {
        send::hurry(state, moment, effects);
        state.live.failures = 0;
        if !state.live.topics.is_empty() {
            feed::listen(state, moment, effects);
        }
        state.resources.reads_due(None, effects);
    }
}

fn in_sight(state: &mut State, seen: bool, moment: Moment, effects: &mut Vec<Effect>) {
    state.sight = if seen { Sight::Seen } else { Sight::Hidden };
    feed::follow_shown(state, moment, effects);
    if !seen {
        return;
    }
    state.identity.seen_again(&mut state.pace, moment, effects);
    send::hurry(state, moment, effects);
    if state.lead != Lead::Yes && !state.live.others.is_empty() {
        feed::want_all(state, effects); // this tab may have missed events of the feed while it was hidden
    }
    feed::look(state, moment, effects);
}

fn wake(state: &mut State, timer: Timer, moment: Moment, effects: &mut Vec<Effect>) {
    match timer {
        // The timer's due time counts, not the clock, which browsers round and people set back: otherwise a write might seem
        // not due yet, and no timer would be left to send it.
        Timer::Outbox(due) => send::send(state, Moment { now: moment.now.max(due), ..moment }, effects),
        Timer::Read(resource) => {
            if let Some(entry) = state.resources.get_mut(&resource) {
                entry.due = false;
                state.resources.want(&resource, effects);
            }
        }
        Timer::Reads(by) => state.resources.reads_due(Some(by), effects),
        Timer::Ask => state.identity.ask_now(&mut state.pace, moment, effects),
        Timer::Live => feed::listen_again(state, moment, effects),
        Timer::Silence => feed::end_watch(state, moment, effects),
        Timer::Look => {
            state.live.look_set = false;
            feed::look(state, moment, effects);
        }
        Timer::Clock => clock::ring(state, moment, effects),
    }
}

fn pushed(state: &mut State, id: String, entity: Entity, moment: Moment, effects: &mut Vec<Effect>) {
    if !id.is_empty() {
        state.live.position = Some(id);
    }
    state.live.failures = 0;
    feed::feed_lives(state, effects);
    state.order += 1;
    reads::adopt(state, entity, state.order, moment, effects);
}

fn heard(state: &mut State, tab: String, note: Note, moment: Moment, effects: &mut Vec<Effect>) {
    match note {
        Note::Follows { topics, asks } => feed::others_follow(state, tab, topics, asks, moment, effects),
        Note::Decided(pending) => {
            if !state.identity.is_over() {
                writes::decided_elsewhere(state, *pending, moment, effects);
            }
        }
        Note::Gone(key) => writes::gone_elsewhere(state, &key, effects),
        Note::Epoch(epoch) => reads::take_epoch(state, epoch, false, moment, effects),
        Note::FeedDown(down) => feed::told_down(state, down, moment, effects),
    }
}
