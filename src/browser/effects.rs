//! Applies events, and executes the effects that follow from them.

use gloo_timers::callback::Timeout;
use js_sys::{Math, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::json::JsBody;
use super::live::{Feed, Heard};
use super::mounts::{self, Mount, Place};
use super::parts;
use super::ports::{self, Message, random_name};
use super::runtime::{Runtime, hosts, now, show, with};
use super::transport::{received, reply, site};
use crate::domain::id::PollId;
use crate::hosts::{Call, Host, Reply};
use crate::sync::{self, Ask, Effect, Event, Fault, Missing, Moment, Note, Part, Pending, Resource, Topic};
use crate::ui::{self, Callback};

/// Applies an event, and executes its effects.
pub fn dispatch(event: Event) {
    dispatch_for(None, event);
}

/// Applies an event, and executes its effects. If the event is the answer to a call, `viewer` is the number of the viewer for
/// whom the call was made.
fn dispatch_for(viewer: Option<u32>, event: Event) {
    // Elements are drawn once per frame, however many events of the live feed come in it.
    let in_frame = matches!(event, Event::Pushed { .. });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 ≤ the product < 2^32
    let random = (Math::random() * f64::from(u32::MAX)) as u32;
    let moment = Moment { now: now(), random };
    let apply = |r: &mut Runtime| match viewer {
        Some(viewer) => sync::apply_for(&mut r.state, viewer, event, moment),
        None => sync::apply(&mut r.state, event, moment),
    };
    for effect in with(apply).unwrap_or_default() {
        if in_frame && let Effect::Show(topic) = effect {
            show_in_frame(topic);
        } else {
            run(effect);
        }
    }
}

fn show_in_frame(topic: Topic) {
    let frame = with(|r| {
        if r.stale.contains(&topic) {
            return None;
        }
        r.stale.push(topic);
        (r.stale.len() == 1).then(|| r.ports.frame())
    });
    if let Some(frame) = frame.flatten() {
        settled(frame, |_| {
            with(|r| std::mem::take(&mut r.stale)).unwrap_or_default().iter().for_each(show);
        });
    }
}

async fn fetch(part: Part) {
    let here = match part {
        Part::Kinds => parts::kinds().await.map(|faces| {
            with(|r| {
                r.ports.dress(1, faces.style);
                r.faces = Some(faces);
            });
        }),
        Part::Card => parts::card().await.map(|card| {
            with(|r| {
                r.ports.dress(0, &[ui::STYLE, card.style].concat());
                r.card = Some(card);
            });
        }),
    };
    let gone = || with(|r| r.ports.lost(part.name())) == Some(true);
    let came = here.map_err(|_| if gone() { Missing::Gone } else { Missing::Unreachable });
    dispatch(Event::PartFetched(part, came));
}

/// Takes in news of the live feed.
fn listen(heard: Heard) {
    match heard {
        Heard::Epoch(epoch) => dispatch(Event::Epoch(epoch)),
        Heard::Something => dispatch(Event::LiveHeard),
        Heard::Frame(frame, data, epoch) => pushed(frame.event, frame.id, data, epoch, true),
        Heard::End { signed_out } => dispatch(Event::LiveLost { signed_out }),
    }
}

/// Takes in an event of the live feed. If the event came to this tab, passes it on to the other tabs.
fn pushed(event: String, id: String, data: JsBody, epoch: Option<String>, here: bool) {
    date(epoch.as_ref(), here);
    let entity = site().pushed(&event, &data);
    if here {
        share(&Message::Frame(event, id.clone(), data, epoch));
    }
    if let Some(entity) = entity {
        dispatch(Event::Pushed { id, entity });
    }
}

fn share(message: &Message) {
    with(|r| r.ports.share(message));
}

/// Takes in a message of another tab.
pub fn heard(message: Message) {
    take(message, false);
}

fn take(message: Message, here: bool) {
    match message {
        Message::Note(tab, note) => dispatch(Event::Heard { tab, note }),
        Message::Frame(event, id, data, epoch) => pushed(event, id, data, epoch, here),
        Message::Written(key, replies) => {
            let last = replies.as_ref().ok().and_then(|replies| replies.last());
            date(last.and_then(|reply| reply.epoch.as_ref()), here);
            if let Some(pending) = with(|r| r.state.pending(&key)).flatten() {
                let answer = replies.and_then(|replies| site().write_answer(&pending, replies));
                dispatch(Event::Written { key, answer, here });
            }
        }
    }
}

fn run(effect: Effect) {
    match effect {
        Effect::EndTurn => spawn_local(async { dispatch(Event::TurnEnded) }),
        Effect::Read(resources) => ask(Request::Read(resources)),
        Effect::Keep(pending) => {
            let asked = |r: &Runtime| r.ports.keep(&pending, r.state.viewer());
            let key = pending.key.clone();
            stored(asked, |kept| Event::Kept { key, kept: kept.is_truthy() });
        }
        Effect::Forget(key) => {
            with(|r| r.ports.forget(&key));
        }
        Effect::Write(pending) => ask(Request::Write(pending)),
        Effect::Ask(Ask::Page) => claim(false),
        Effect::Ask(Ask::Afresh) => claim(true),
        Effect::Ask(Ask::Session) => ask(Request::Session),
        Effect::Ask(Ask::Guest) => be_guest(),
        Effect::Introduce(member) => {
            with(|r| r.ports.introduce(member.as_deref()));
        }
        Effect::Veil(on) => {
            with(|r| r.ports.veil(on));
        }
        Effect::Restore => {
            let asked = |r: &Runtime| r.ports.restore(r.state.viewer().member().unwrap_or_default());
            stored(asked, |records| Event::Restored(ports::writes(records)));
        }
        Effect::Save(poll) => save_file(poll),
        Effect::KeepBegun(poll, texts) => {
            with(|r| r.ports.keep_begun(poll.as_str(), texts));
        }
        Effect::Recall(poll) => {
            let asked = |r: &Runtime| r.ports.begun(poll.as_str());
            let poll = poll.clone();
            stored(asked, |kept| Event::Recalled(poll, ports::texts(kept)));
        }
        Effect::MakeKey => dispatch(Event::KeyMade(random_name())),
        Effect::FetchPart(part) => spawn_local(fetch(part)),
        Effect::Reload => ports::go(None),
        Effect::SignIn => {
            if let Some(href) = with(|r| r.sign_in.clone()).flatten() {
                ports::go(Some(&href));
            }
        }
        Effect::Share(note) => {
            with(|r| r.ports.share(&Message::Note(r.tab.clone(), note)));
        }
        Effect::Lead(wanted) => {
            with(|r| r.ports.lead(wanted));
        }
        Effect::Listen { topics, after } => {
            with(|r| {
                let call = if topics.is_empty() { None } else { site().listen(&topics, after.as_deref()) };
                r.feed = call.map(|call| Feed::read(r.transport.open(&r.ports, &r.state, call), listen));
            });
        }
        Effect::Wake(timer, after) => {
            Timeout::new(after, move || dispatch(Event::Woke(timer))).forget();
        }
        Effect::Show(topic) => show(&topic),
        Effect::Warn(message) => {
            with(|r| r.ports.warn(&message));
        }
        Effect::Tell(topic, news) => {
            for host in hosts(&topic) {
                mounts::tell(&host, &topic, &news);
            }
        }
    }
}

/// Dispatches the epoch of a reply or of a live event, before that is read. If another tab received it, the epoch is dispatched
/// as a note, which this tab does not share again.
fn date(epoch: Option<&String>, here: bool) {
    let Some(epoch) = epoch.cloned() else { return };
    dispatch(if here {
        Event::Epoch(epoch)
    } else {
        Event::Heard { tab: String::new(), note: Note::Epoch(epoch) }
    });
}

/// A request to the host, which may take several calls.
enum Request {
    Session,
    Guest,
    Read(Vec<Resource>),
    Write(Pending),
}

/// Makes the calls of a request for the current viewer. Each call of a write is sent once the call before it has succeeded. The
/// calls of other requests are sent at the same time.
fn ask(request: Request) {
    let Some((viewer, order)) = with(|r| (r.state.viewer_number(), r.state.order())) else { return };
    let calls = match &request {
        Request::Session => site().session(),
        Request::Guest => site().guest(),
        Request::Read(resources) => site().read(resources),
        Request::Write(pending) => site().write(pending),
    };
    let mut calls = calls.into_iter();
    let mut answers = Vec::new();
    // The first call is sent within this turn in any case, since the viewer may be leaving the page.
    for call in calls.by_ref() {
        answers.push(send(viewer, call));
        if matches!(request, Request::Write(_)) {
            break;
        }
    }
    spawn_local(async move {
        let replies = async {
            let mut replies = Vec::new();
            while let Some(answer) = answers.get(replies.len()).cloned() {
                let reply = received(answer).await?;
                date(reply.epoch.as_ref(), true);
                let failed = site().failure(&reply).is_some();
                replies.push(reply);
                if let Some(call) = calls.next().filter(|_| !failed) {
                    answers.push(send(viewer, call));
                }
            }
            Ok(replies)
        };
        replied(viewer, order, request, replies.await);
    });
}

/// Sends a call for the viewer with this number, unless somebody else is asking by now.
fn send(viewer: u32, call: Call) -> Promise {
    let sent = with(|r| {
        let same = r.state.viewer_number() == viewer;
        same.then(|| r.transport.send(&r.ports, &r.state, call))
    });
    sent.flatten().unwrap_or_else(|| Promise::reject(&JsValue::NULL))
}

/// Takes in the replies to a request that was made for the viewer with this number. `order` is [`State::order`] when the request
/// was made.
fn replied(number: u32, order: u64, request: Request, replies: Result<Vec<Reply<JsBody>>, Fault>) {
    match request {
        Request::Session => {
            dispatch(Event::Session(replies.and_then(|replies| site().session_answer(replies))));
        }
        Request::Guest => {
            let token = replies.ok().and_then(|replies| site().guest_answer(replies));
            dispatch(Event::Welcomed(token.and_then(|token| welcome(Some(&token)))));
        }
        Request::Read(resources) => {
            let mut answer = replies.and_then(|replies| site().read_answer(&resources, replies));
            if let Ok(answer) = &mut answer {
                answer.order = order;
            }
            dispatch_for(Some(number), Event::Read { resources, answer });
        }
        Request::Write(pending) => {
            let message = Message::Written(pending.key, replies);
            // If there is another viewer by now, the tabs that would receive the message are that viewer's.
            if with(|r| r.state.viewer_number()) == Some(number) {
                share(&message);
                take(message, true);
            }
        }
    }
}

fn claim(afresh: bool) {
    let Some(asked) = with(|r| r.ports.ask(afresh)) else { return };
    settled(asked, |told| dispatch(Event::Claimed(ports::claim(told))));
}

fn be_guest() {
    match welcome(None) {
        Some(token) => spawn_local(async { dispatch(Event::Welcomed(Some(token))) }),
        None => ask(Request::Guest),
    }
}

/// The token of this browser's guest: the one that another tab has stored since, or else this one, which is then stored.
fn welcome(token: Option<&str>) -> Option<String> {
    with(|r| r.ports.welcome(token)).flatten()
}

fn save_file(poll: PollId) {
    let Some(call) = site().export(&poll) else {
        return dispatch(Event::Saved(poll, Err(Fault::Unreachable)));
    };
    let saved = with(|r| r.ports.save(&call.path, poll.as_str(), r.state.proof().0));
    let Some(saved) = saved else { return };
    spawn_local(async move {
        let answer = match JsFuture::from(saved).await {
            Ok(nothing) if nothing.is_undefined() => Ok(()),
            Ok(answer) => match answer.dyn_into() {
                Ok(answer) => {
                    reply(answer).await.and_then(|reply| site().failure(&reply).map_or(Ok(()), Err))
                }
                Err(_) => Err(Fault::Unreachable),
            },
            Err(_) => Err(Fault::Unreachable),
        };
        dispatch(Event::Saved(poll, answer));
    });
}

/// Asks the browser's storage on behalf of the current viewer, and dispatches the answer for that viewer.
fn stored(ask: impl FnOnce(&Runtime) -> Promise, event: impl FnOnce(JsValue) -> Event + 'static) {
    let Some((viewer, answer)) = with(|r| (r.state.viewer_number(), ask(r))) else { return };
    settled(answer, move |answer| dispatch_for(Some(viewer), event(answer)));
}

/// Waits for a promise, and hands over what it resolves to; `undefined` if it is rejected.
fn settled(promise: Promise, take: impl FnOnce(JsValue) + 'static) {
    wait(promise, Box::new(take));
}

/// A function of its own, since each future takes much code.
#[inline(never)]
fn wait(promise: Promise, take: Box<dyn FnOnce(JsValue)>) {
    spawn_local(async { take(JsFuture::from(promise).await.unwrap_or_default()) });
}

/// Mounts an element and returns its handle.
pub fn mount(place: Place) -> u32 {
    let topic = place.topic.clone();
    let handle = with(|r| {
        let handle = r.next_handle;
        r.next_handle += 1;
        let scene = r.scene(&topic, place.wording);
        r.mounts.push(Mount::new(handle, place, scene, Callback::new(dispatch)));
        handle
    });
    dispatch(Event::Watch(topic.into()));
    handle.unwrap_or_default()
}

/// Unmounts an element.
pub fn unmount(handle: u32) {
    let gone = with(|r| {
        let at = r.mounts.iter().position(|m| m.handle == handle)?;
        Some(r.mounts.swap_remove(at))
    });
    if let Some(mount) = gone.flatten() {
        let topic = mount.place.topic.clone();
        mount.destroy();
        dispatch(Event::Unwatch(topic.into()));
    }
}
