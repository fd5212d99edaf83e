//! One widget a page: its state, and the carrying out of effects.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::{Date, Function, Math};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use super::json::JsBody;
use super::live::Feed;
use super::mounts::{self, Mount, Place, Scene};
use super::ports::{Message, Ports};
use super::transport::Transport;
use crate::domain::id::PollId;
use crate::domain::time::Timestamp;
use crate::hosts::native;
use crate::sync::{Effect, Entity, Event, Fault, Known, Moment, PageOf, Pending, Renewal, State, Topic};
use crate::ui::{self, Part};

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
    static DEAD: Cell<bool> = const { Cell::new(false) };
    static CRASHED: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// What lives as long as the page.
pub struct Runtime {
    state: State,
    transport: Transport,
    ports: Ports,
    /// What the other tabs know this one by.
    tab: String,
    sign_in: Option<String>,
    mounts: Vec<Mount>,
    next_handle: u32,
    feed: Option<Feed>,
    /// What pushes have changed since the last frame.
    stale: Vec<Topic>,
    restored: bool,
    part: Part,
}

impl Runtime {
    pub fn new(transport: Transport, ports: Ports, sign_in: Option<String>, crashed: Function) -> Self {
        CRASHED.set(Some(crashed));
        Self {
            state: State::default(),
            transport,
            ports,
            tab: fresh_key(),
            sign_in,
            mounts: Vec::new(),
            next_handle: 1,
            feed: None,
            stale: Vec::new(),
            restored: false,
            part: Part::Unasked,
        }
    }

    fn scene(&mut self, topic: &Topic, pages: &[PageOf]) -> Scene {
        let now = now();
        let mut known = self.state.view(topic, now);
        if let Known::Here(Entity::Poll(poll)) = &known
            && ui::Faces::add_to(poll)
        {
            if self.part == Part::Unasked {
                self.load();
            }
            if ui::Faces::of(self.part.faces(), poll.rules.kind).is_none() {
                known = match self.part {
                    Part::Failed => Known::Failed(Fault::Unreachable),
                    _ => Known::Loading,
                };
            }
        }
        let pages = pages.iter().map(|page| self.state.view(&Topic::Page(page.clone()), now)).collect();
        Scene {
            known,
            pages,
            part: self.part,
            saving: self.state.saving(topic),
            now: self.state.host_time(now),
            sign_in: self.sign_in.clone(),
        }
    }

    /// Fetches what only some polls need, unless it is here or on its way.
    fn load(&mut self) {
        if matches!(self.part, Part::Unasked | Part::Failed) {
            self.part = Part::Coming;
            spawn_local(load_part());
        }
    }
}

pub fn start(runtime: Runtime) {
    RUNTIME.set(Some(runtime));
}

/// Marks the widget dead and lets the loader bring the page back to what it was. Called by the panic hook, after which
/// nothing in this module may run again.
pub fn die(message: &str) {
    DEAD.set(true);
    if let Some(crashed) = CRASHED.take() {
        let _ = crashed.call1(&JsValue::NULL, &message.into());
    }
}

/// Runs this on the one runtime. Nothing inside may call back into the page: it would find the runtime taken.
fn with<T>(run: impl FnOnce(&mut Runtime) -> T) -> Option<T> {
    if DEAD.get() {
        return None;
    }
    RUNTIME.with_borrow_mut(|runtime| runtime.as_mut().map(run))
}

/// Takes an event in and does what follows.
pub fn dispatch(event: Event) {
    // However many pushes a frame brings, it is drawn once.
    let in_frame = matches!(event, Event::Pushed { .. });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a die, and 0 ≤ it < 2^32
    let random = (Math::random() * f64::from(u32::MAX)) as u32;
    let moment = Moment { now: now(), random };
    for effect in with(|r| r.state.apply(event, moment)).unwrap_or_default() {
        match effect {
            Effect::Show(topic) if in_frame => show_in_frame(topic),
            effect => run(effect),
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
        spawn_local(async move {
            let _ = JsFuture::from(frame).await;
            with(|r| std::mem::take(&mut r.stale)).unwrap_or_default().iter().for_each(show);
        });
    }
}

async fn load_part() {
    let loaded = ui::load_faces().await.map_or(Part::Failed, Part::Here);
    let polls = with(|r| {
        if let Some(faces) = loaded.faces() {
            r.ports.dress(1, faces.style);
        }
        r.part = loaded;
        r.mounts.iter().map(|m| m.place.topic.clone()).filter(|t| matches!(t, Topic::Poll(_))).collect()
    });
    let polls: Vec<Topic> = polls.unwrap_or_default();
    polls.iter().for_each(show);
}

/// Fetches what only some polls need, for one that wants it now.
pub fn load(topic: &Topic) {
    with(Runtime::load);
    show(topic);
}

/// Asks again for what could not be had.
pub fn retry(topic: Topic) {
    with(|r| {
        if r.part == Part::Failed {
            r.part = Part::Unasked;
        }
    });
    dispatch(Event::Retry(topic));
}

/// Takes an event of the live feed in, and lets the other tabs have it where it came to this one.
pub fn pushed(event: String, id: String, data: JsBody, here: bool) {
    let entity = native::pushed(&event, &data);
    if here {
        share(&Message::Frame(event, id.clone(), data));
    }
    if let Some(entity) = entity {
        dispatch(Event::Pushed { id, entity });
    }
}

fn share(message: &Message) {
    with(|r| r.ports.share(message));
}

/// Takes in what another tab said.
pub fn heard(message: Message) {
    take(message, false);
}

fn take(message: Message, here: bool) {
    match message {
        Message::Note(tab, note) => dispatch(Event::Heard { tab, note }),
        Message::Frame(event, id, data) => pushed(event, id, data, here),
        Message::Written(key, answer) => {
            if let Some(pending) = with(|r| r.state.pending(&key)).flatten() {
                let answer = answer.and_then(|reply| native::write_answer(&pending, reply));
                dispatch(Event::Written { key, answer, here });
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation)] // whole milliseconds
fn now() -> Timestamp {
    Timestamp(Date::now() as i64)
}

/// A key no other decision has: 128 random bits. `crypto.randomUUID` is missing on pages without HTTPS.
pub fn fresh_key() -> String {
    let mut bytes = [0u8; 16];
    if let Some(crypto) = web_sys::window().and_then(|w| w.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).filter_map(|n| char::from_digit(n.into(), 16)).collect()
}

fn run(effect: Effect) {
    match effect {
        Effect::EndTurn => spawn_local(async { dispatch(Event::TurnEnded) }),
        Effect::Read(topics) => read(topics),
        Effect::Keep(pending) => keep(pending),
        Effect::Forget(key) => {
            with(|r| r.ports.forget(&key));
        }
        Effect::Write(pending) => write(pending),
        Effect::Renew { guest } => renew(guest),
        Effect::SignIn => {
            let target = with(|r| r.sign_in.clone()).flatten();
            if let (Some(window), Some(href)) = (web_sys::window(), target) {
                let _ = window.location().assign(&href);
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
                let open = |call| r.transport.open(&r.ports, call, after.as_deref());
                r.feed = (!topics.is_empty()).then(|| Feed::open(open, native::listen(&topics)));
            });
        }
        Effect::Wake(timer, after) => {
            Timeout::new(after, move || dispatch(Event::Woke(timer))).forget();
        }
        Effect::Show(topic) => show(&topic),
        Effect::Tell(topic, news) => {
            for host in hosts(&topic) {
                mounts::tell(&host, &topic, &news);
            }
        }
    }
}

fn read(topics: Vec<Topic>) {
    let Some(sent) = with(|r| r.transport.send(&r.ports, native::read(&topics))) else { return };
    spawn_local(async move {
        let answer = sent.await.and_then(|reply| native::read_answer(&topics, reply));
        dispatch(Event::Read { topics, answer });
        // What earlier visits left is looked for once something is shown.
        if with(|r| !std::mem::replace(&mut r.restored, true)).unwrap_or_default() {
            restore();
        }
    });
}

fn keep(pending: Pending) {
    let Some(kept) = with(|r| r.ports.keep(&pending)) else { return };
    spawn_local(async move {
        let kept = kept.await;
        dispatch(Event::Kept { key: pending.key, kept });
    });
}

fn restore() {
    let Some(left) = with(|r| r.ports.restore()) else { return };
    spawn_local(async { dispatch(Event::Restored(left.await)) });
}

fn write(pending: Pending) {
    let Some(sent) = with(|r| r.transport.send(&r.ports, native::write(&pending))) else { return };
    spawn_local(async move {
        let message = Message::Written(pending.key, sent.await);
        share(&message);
        take(message, true);
    });
}

fn renew(guest: bool) {
    let Some(asked) = with(|r| r.ports.renew(guest)) else { return };
    spawn_local(async {
        let renewal = asked.await;
        dispatch(Event::Renewed(renewal));
        if renewal == Renewal::Other {
            restore();
        }
    });
}

fn show(topic: &Topic) {
    let loaded = with(|r| {
        let mut loaded = Vec::new();
        let mut mounts = std::mem::take(&mut r.mounts);
        for mount in mounts.iter_mut().filter(|m| m.shows(topic)) {
            let scene = r.scene(&mount.place.topic, &mount.pages);
            if mount.show(scene) {
                loaded.push(mount.place.host.clone());
            }
        }
        r.mounts = mounts;
        loaded
    });
    // The page may call straight back, so it is told with nothing borrowed.
    for host in loaded.unwrap_or_default() {
        mounts::tell_loaded(&host);
    }
}

fn hosts(topic: &Topic) -> Vec<web_sys::HtmlElement> {
    let of = |r: &mut Runtime| {
        let mounts = r.mounts.iter().filter(|m| m.place.topic == *topic);
        mounts.map(|m| m.place.host.clone()).collect()
    };
    with(of).unwrap_or_default()
}

/// Mounts an element and returns its handle.
pub fn mount(place: Place) -> u32 {
    let topic = place.topic.clone();
    let handle = with(|r| {
        let handle = r.next_handle;
        r.next_handle += 1;
        let scene = r.scene(&topic, &[]);
        r.mounts.push(Mount::new(handle, place, scene));
        handle
    });
    dispatch(Event::Watch(topic));
    handle.unwrap_or_default()
}

/// Opens a page of a list in an element; one that is open and could not be had is asked for again.
pub fn look(handle: u32, page: PageOf) {
    let topic = Topic::Page(page.clone());
    let open = with(|r| {
        let mount = r.mounts.iter_mut().find(|m| m.handle == handle)?;
        let open = mount.pages.contains(&page);
        if !open {
            mount.pages.push(page);
        }
        Some(open)
    });
    match open.flatten() {
        Some(true) => dispatch(Event::Retry(topic)),
        Some(false) => {
            dispatch(Event::Watch(topic.clone()));
            show(&topic);
        }
        None => {}
    }
}

/// Gives the viewer a file of a poll's votes, and says whether it came.
pub fn save(poll: &PollId, came: Callback<bool>) {
    let Some(saved) = with(|r| r.ports.save(&native::export(poll), poll.as_str())) else { return };
    spawn_local(async move { came.emit(saved.await) });
}

/// Closes all pages of lists in an element.
pub fn look_away(handle: u32) {
    let closed = with(|r| {
        let mount = r.mounts.iter_mut().find(|m| m.handle == handle)?;
        Some(std::mem::take(&mut mount.pages))
    });
    for page in closed.flatten().unwrap_or_default() {
        dispatch(Event::Unwatch(Topic::Page(page)));
    }
}

/// Takes an element away.
pub fn unmount(handle: u32) {
    look_away(handle);
    let gone = with(|r| {
        let at = r.mounts.iter().position(|m| m.handle == handle)?;
        Some(r.mounts.swap_remove(at))
    });
    if let Some(mount) = gone.flatten() {
        let topic = mount.place.topic.clone();
        mount.destroy();
        dispatch(Event::Unwatch(topic));
    }
}
