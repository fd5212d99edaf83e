//! The live feed, which one tab holds for all tabs of a viewer, and the election of that leading tab.

use super::backoff::{about, delay};
use super::outbox::{PATIENCE, Pending, Stage};
use super::pace::Call;
use super::resources::Entry;
use super::send::send;
use super::state::{Lead, Sight, State};
use super::topic::{Known, Topic};
use super::viewer::refused;
use super::{Effect, Moment, Note, Refusal, RefusalKind, Timer};

/// The number of failures in a row after which the feed counts as unavailable.
const FEED_LOST: u32 = 3;

/// How long a feed may send nothing before it counts as held up, in milliseconds. Hosts send something at least every 15 s.
const SILENCE: u32 = 20_000;

/// The number of successive periods of [`SILENCE`] in which a feed that was silent has to send something before it is trusted
/// again. A proxy may let the feed through in bursts, and one burst does not prove that the feed works.
const DOUBT: u8 = 2;

/// How often each tab reads its live topics while the feed is unavailable, in milliseconds. With jitter of up to half of
/// it, a tab reads at least every ten seconds, and less often than the limit of retries allows.
const LOOK: u32 = 6_500;

/// Follows all live topics that this tab shows, once all their first answers have come: the feed then competes with none of them
/// and is opened only once.
pub(super) fn follow_shown(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
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

/// Watches for silence of the feed while this tab is visible and shows a live topic, whichever tab holds the feed. If the host
/// has no feed, this tab reads its live topics at intervals.
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

/// Ends a period of watching. If the feed sent nothing, this tab reads its live topics itself, and reopens the feed if it leads.
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

/// Marks the feed as unavailable, so that each tab reads its live topics at intervals.
fn feed_down(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if std::mem::replace(&mut state.live.down, true) {
        return;
    }
    if state.lead == Lead::Yes {
        effects.push(Effect::Share(Note::FeedDown(true)));
    }
    look(state, moment, effects);
}

/// Notes that the feed sent something. Each tab relies on the feed again, unless it was silent a while ago.
pub(super) fn feed_lives(state: &mut State, effects: &mut Vec<Effect>) {
    state.live.heard = true;
    if state.lead == Lead::Yes && state.live.doubt == 0 && std::mem::take(&mut state.live.down) {
        effects.push(Effect::Share(Note::FeedDown(false)));
    }
}

/// Has the feed follow the topics of all tabs, as many as the API allows, this tab's own first.
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

/// Opens the feed after its last position: now, or later if the limit of retries is reached. Closes the feed if the page is
/// not visible or nothing is to be followed.
pub(super) fn listen(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if !has_stream(state) || state.lead != Lead::Yes {
        return;
    }
    // A feed that is due while it is asked who is asking is opened once that is known.
    state.live.renew = !state.identity.may_read();
    if state.live.renew {
        return;
    }
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

/// Reopens the feed if the proof has changed.
pub(super) fn listen_anew(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.live.renew && !state.live.topics.is_empty() && !state.identity.is_asked() {
        listen(state, moment, effects);
    }
}

fn listen_in(state: &mut State, wait: u32, effects: &mut Vec<Effect>) {
    state.live.again = true;
    effects.push(Effect::Wake(Timer::Live, wait));
}

/// Reopens a feed that broke off, unless it was reopened meanwhile.
pub(super) fn listen_again(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.live.again {
        listen(state, moment, effects);
    }
}

/// Asks for the lead if this tab has a reason to lead, and gives the lead up otherwise. The reasons are a live topic in a visible
/// tab, and writes to send. Writes are no reason if the viewer is signed out, or if this tab is hidden and another tab shows a
/// live topic. A page that is being left never leads.
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

/// Takes the lead: sends the queued writes, and opens the feed. The feed starts with the whole state, since this tab does not
/// know the position of the other tab's feed.
pub(super) fn take_lead(state: &mut State, moment: Moment, effects: &mut Vec<Effect>) {
    if state.lead != Lead::Wanted {
        return; // the lead came too late: this tab does not want it any more
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
    // One failure stays counted, so that a feed which opens only to break off again is not retried at once each time.
    state.live.failures = state.live.failures.min(1);
    let stood = !state.live.down;
    feed_lives(state, effects);
    // The other tabs receive the feed's events, but learn only from this note that the feed sends something.
    if stood && state.lead == Lead::Yes && !state.live.others.is_empty() {
        effects.push(Effect::Share(Note::FeedDown(false)));
    }
}

pub(super) fn live_lost(state: &mut State, signed_out: bool, moment: Moment, effects: &mut Vec<Effect>) {
    state.live.failures += 1;
    if signed_out && state.live.failures == 1 && !state.identity.is_over() {
        state.live.renew = true;
        let refusal = Refusal::without_code(RefusalKind::SignedOut, String::new());
        return refused(state, &refusal, moment, effects);
    }
    listen_in(state, delay(state.live.failures, None, moment), effects);
    if state.live.failures >= FEED_LOST {
        feed_down(state, moment, effects);
    }
}

/// Reads all live topics that this tab shows, and sets the timer for the next time, while the feed is unavailable.
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

/// Reads all live topics that this tab shows again.
pub(super) fn want_all(state: &mut State, effects: &mut Vec<Effect>) {
    for topic in state.live.ours.clone() {
        state.resources.want(&topic.into(), effects);
    }
}

/// Stores the live topics that another tab shows. If that tab `asks`, this one tells its own.
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

/// Stores what the leading tab tells: whether the feed is unavailable.
pub(super) fn told_down(state: &mut State, down: bool, moment: Moment, effects: &mut Vec<Effect>) {
    if state.lead != Lead::Yes {
        state.live.down = down;
        state.live.heard |= !down;
        look(state, moment, effects);
    }
}
