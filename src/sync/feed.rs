//! The live feed, which one tab of a viewer holds for all, and what the tabs tell each other.

use super::backoff::{about, delay};
use super::outbox::{PATIENCE, Pending, Stage};
use super::pace::Call;
use super::resources::Entry;
use super::send::send;
use super::state::{Lead, Sight, State};
use super::topic::{Known, Topic};
use super::viewer::refused;
use super::{Effect, Moment, Note, Reason, Refusal, Timer};

/// Failures in a row after which the feed counts as one that cannot be had.
const FEED_LOST: u32 = 3;

/// Milliseconds without a word after which the feed counts as held up: hosts say something at least every 15 s.
const SILENCE: u32 = 20_000;

/// Watches in a row in which a feed that was silent has to be heard, so that a proxy which lets it through in lumps is not
/// trusted for each lump.
const DOUBT: u8 = 2;

/// How often each tab looks for itself then, in milliseconds, with up to half as many more left to chance: every ten seconds
/// at the latest, and less often than a call may be tried.
const LOOK: u32 = 6_500;

/// Follows everything live that is shown, once the first answers are all there: the feed competes with none of them
/// and is opened once.
pub(super) fn follow(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let live = |e: &&Entry| e.resource.live().is_some() && e.watchers > 0;
    let shown = state.resources.entries.iter().filter(live);
    let ours: Vec<Topic> = if state.sight != Sight::Seen {
        Vec::new()
    } else if shown.clone().any(|e| e.known.is_loading()) {
        return;
    } else {
        let here = shown.filter(|e| matches!(e.known, Known::Here(_)));
        here.filter_map(|e| e.resource.live().cloned()).collect()
    };
    if ours != state.live.ours {
        let asks = !std::mem::replace(&mut state.live.greeted, true);
        state.live.ours = ours;
        effects.push(Effect::Share(Note::Follows { topics: state.live.ours.clone(), asks }));
        attune(state, moment, effects);
        watch_feed(state, moment, effects);
    }
}

/// Listens for silence as long as this tab is in sight and shows something live, whichever tab holds the feed. Where the host
/// has no feed, each tab looks for itself.
fn watch_feed(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.live.ours.is_empty() {
        return;
    }
    if !has_stream(state) {
        look_later(state, moment, effects);
    } else if !std::mem::replace(&mut state.live.watched, true) {
        effects.push(Effect::Wake(Timer::Silence, SILENCE));
    }
}

fn has_stream(state: &State) -> bool {
    state.abilities.asked_every.is_none()
}

/// The watch is over. Where nothing was heard, this tab looks for itself, and the one that leads opens the feed anew.
pub(super) fn end_watch(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    state.live.watched = false;
    let heard = std::mem::take(&mut state.live.heard);
    if state.live.ours.is_empty() {
        return;
    }
    if heard {
        state.live.doubt = state.live.doubt.saturating_sub(1);
    } else if !state.offline {
        state.live.doubt = DOUBT;
        if !state.live.again {
            listen(state, moment, effects);
        }
        feed_down(state, moment, effects);
    }
    watch_feed(state, moment, effects);
}

/// Has each tab look for itself.
fn feed_down(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if std::mem::replace(&mut state.live.down, true) {
        return;
    }
    if state.lead == Lead::Yes {
        effects.push(Effect::Share(Note::FeedDown(true)));
    }
    look(state, moment, effects);
}

/// Has each tab rely on the feed again, unless it was silent a while ago.
pub(super) fn feed_lives(state: &mut State, effects: &mut Vec<Effect>) {
    state.live.heard = true;
    if state.lead == Lead::Yes && state.live.doubt == 0 && std::mem::take(&mut state.live.down) {
        effects.push(Effect::Share(Note::FeedDown(false)));
    }
}

/// Has the feed bring what all tabs follow, this tab's own first.
fn attune(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let mut topics = state.live.ours.clone();
    for topic in state.live.others.iter().flat_map(|(_, theirs)| theirs) {
        if !topics.contains(topic) && topics.len() < crate::api::MAX_IDS {
            topics.push(topic.clone());
        }
    }
    if topics != state.live.topics {
        state.live.topics = topics;
        // A position says nothing about topics that were not followed yet.
        state.live.position = None;
        listen(state, moment, effects);
    }
}

/// Opens the feed where it was left, now or once it was not tried too often; or closes it where this tab is not to hold
/// it.
pub(super) fn listen(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if !has_stream(state) || state.lead != Lead::Yes || !state.identity.may_read() {
        return;
    }
    state.live.renew = false;
    let topics = if state.sight == Sight::Seen { state.live.topics.clone() } else { Vec::new() };
    if !topics.is_empty() {
        let first = !std::mem::replace(&mut state.live.tried, true);
        if let Err(wait) = state.pace.admit(Call::Listen, first, moment) {
            return listen_in(state, wait, effects);
        }
    }
    state.live.again = false;
    effects.push(Effect::Listen { topics, after: state.live.position.clone() });
}

/// Opens the feed anew where something else proves now who is asking.
pub(super) fn listen_anew(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.live.renew && !state.live.topics.is_empty() && !state.identity.is_asked() {
        listen(state, moment, effects);
    }
}

fn listen_in(state: &mut State, wait: u32, effects: &mut Vec<Effect>) {
    state.live.again = true;
    effects.push(Effect::Wake(Timer::Live, wait));
}

/// Opens the feed again that broke off, unless that was done meanwhile.
pub(super) fn listen_again(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.live.again {
        listen(state, moment, effects);
    }
}

/// Becomes the tab that leads where it has reason to, and leaves it to others where it has none: out of sight with
/// nothing to send or with another tab in sight that follows something, signed out, or left.
pub(super) fn settle_lead(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let shows = state.sight == Sight::Seen && !state.live.ours.is_empty();
    let alone = state.sight == Sight::Seen || state.live.others.is_empty();
    let sends = alone && state.outbox.iter().any(Pending::is_on_its_way);
    let wants = state.sight != Sight::Left && (shows || sends && !state.identity.is_over());
    match (wants, state.lead) {
        (true, Lead::No) if !state.identity.is_asked() => {
            state.lead = Lead::Wanted;
            effects.push(Effect::Lead(true));
        }
        (false, Lead::Wanted | Lead::Yes) => {
            let told = effects.iter().any(|e| matches!(e, Effect::Listen { .. }));
            if state.lead == Lead::Yes && !told {
                effects.push(Effect::Listen { topics: Vec::new(), after: None });
            }
            state.lead = Lead::No;
            effects.push(Effect::Lead(false));
            for pending in state.outbox.iter_mut().filter(|p| matches!(p.stage, Stage::Queued)) {
                effects.push(pending.put_off(PATIENCE, moment));
            }
        }
        (true, Lead::No | Lead::Wanted | Lead::Yes) | (false, Lead::No) => {}
    }
}

/// Takes over: what is queued is sent from here, and the feed starts with the whole state, since nobody knows how
/// far the other tab's had come.
pub(super) fn take_lead(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.lead != Lead::Wanted {
        return; // it came too late: nothing is to be led any more
    }
    state.lead = Lead::Yes;
    state.live.position = None;
    state.live.failures = 0;
    for pending in state.outbox.iter_mut().filter(|p| p.failures == 0) {
        if let Stage::Due(_) = pending.stage {
            pending.stage = Stage::Queued;
        }
    }
    send(state, moment, effects);
    if !state.live.topics.is_empty() {
        listen(state, moment, effects);
    }
}

pub(super) fn live_heard(state: &mut State, effects: &mut Vec<Effect>) {
    // One that opens only to break off again is not tried at once for ever.
    state.live.failures = state.live.failures.min(1);
    let stood = !state.live.down;
    feed_lives(state, effects);
    // The other tabs hear what it brings, and of its signs of life from this one alone.
    if stood && state.lead == Lead::Yes && !state.live.others.is_empty() {
        effects.push(Effect::Share(Note::FeedDown(false)));
    }
}

pub(super) fn live_lost(state: &mut State, signed_out: bool, moment: Moment, effects: &mut Vec<Effect>) {
    state.live.failures += 1;
    if signed_out && state.live.failures == 1 && !state.identity.is_over() {
        state.live.renew = true;
        let refusal = Refusal { reason: Reason::SignedOut, detail: String::new(), instead: None };
        return refused(state, &refusal, moment, effects);
    }
    listen_in(state, delay(state.live.failures, None, moment), effects);
    if state.live.failures >= FEED_LOST {
        feed_down(state, moment, effects);
    }
}

/// Reads everything live that is shown, and again after a while, as long as the feed cannot be had.
pub(super) fn look(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if !state.live.down || state.sight != Sight::Seen {
        return;
    }
    want_all(state, effects);
    look_later(state, moment, effects);
}

fn look_later(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    let wait = state.abilities.asked_every.unwrap_or(LOOK);
    if !std::mem::replace(&mut state.live.look_set, true) {
        effects.push(Effect::Wake(Timer::Look, about(wait, moment)));
    }
}

/// Reads everything live that is shown anew.
pub(super) fn want_all(state: &mut State, effects: &mut Vec<Effect>) {
    for topic in state.live.ours.clone() {
        state.resources.want(&topic.into(), effects);
    }
}

/// Another tab says what it shows; where it `asks`, it wants to hear the same of this one.
pub(super) fn others_follow(
    state: &mut State,
    tab: String,
    topics: Vec<Topic>,
    asks: bool,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    state.live.others.retain(|(other, _)| *other != tab);
    if !topics.is_empty() {
        state.live.others.push((tab, topics));
    }
    if asks {
        let topics = state.live.ours.clone();
        effects.push(Effect::Share(Note::Follows { topics, asks: false }));
        if state.lead == Lead::Yes && state.live.down && has_stream(state) {
            effects.push(Effect::Share(Note::FeedDown(true)));
        }
    }
    attune(state, moment, effects);
}

/// The tab that leads says whether the feed cannot be had.
pub(super) fn told_down(state: &mut State, down: bool, moment: Moment, effects: &mut Vec<Effect>) {
    if state.lead != Lead::Yes {
        state.live.down = down;
        state.live.heard |= !down;
        look(state, moment, effects);
    }
}
