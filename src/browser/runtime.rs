//! The widget of a page: its state, its elements, and what it needs of the browser.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use js_sys::{Date, Function};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::live::Feed;
use super::mounts::{self, Mount};
use super::ports::{Ports, random_name};
use super::transport::{Transport, site};
use crate::domain::time::Timestamp;
use crate::hosts::Host;
use crate::sync::{Entity, Fault, Known, Part, PartState, State, Topic};
use crate::ui::{self, Card, Faces, Loaded, Locale, Scene};
use crate::words::Words;

thread_local! {
    /// Nothing, before the start and after a panic.
    static RUNTIME: Cell<Option<&'static RefCell<Runtime>>> = const { Cell::new(None) };
    static CRASHED: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// The texts of the page's wordings, by their numbers.
    static WORDS: RefCell<Vec<Rc<Words>>> = const { RefCell::new(Vec::new()) };
}

/// Everything that lives as long as the page.
pub struct Runtime {
    pub state: State,
    pub transport: Transport,
    pub ports: Ports,
    /// The name by which other tabs know this one.
    pub tab: String,
    pub sign_in: Option<Rc<str>>,
    pub mounts: Vec<Mount>,
    pub next_handle: u32,
    pub feed: Option<Feed>,
    /// The topics that the live feed has changed since the last frame.
    pub stale: Vec<Topic>,
    /// The content of the parts, once they have been fetched.
    pub faces: Option<Faces>,
    pub card: Option<Card>,
    /// How far the viewer's clock is ahead of UTC at a moment, in minutes.
    offset: Rc<dyn Fn(Timestamp) -> i32>,
}

impl Runtime {
    pub fn new(transport: Transport, ports: Ports, sign_in: Option<String>, crashed: Function) -> Self {
        CRASHED.set(Some(crashed));
        Self {
            state: State::new(site().abilities(), random_name()),
            transport,
            ports,
            tab: random_name(),
            sign_in: sign_in.map(Rc::from),
            mounts: Vec::new(),
            next_handle: 1,
            feed: None,
            stale: Vec::new(),
            faces: None,
            card: None,
            offset: Rc::new(offset),
        }
    }

    /// What an element shows in the wording with this number.
    pub fn scene(&mut self, topic: &Topic, wording: usize) -> Scene {
        let now = now();
        let mut known = self.state.view(topic, now);
        if let Known::Here(Entity::Poll(poll)) = &known
            && ui::face_of(self.faces, poll.rules.kind).is_none()
        {
            known = match self.state.part(Part::Kinds) {
                PartState::Missing(_) => Known::Failed(Fault::Unreachable),
                PartState::Unasked | PartState::Coming | PartState::Here => Known::Loading,
            };
        }
        let poll = if let Topic::Poll(poll) = topic { Some(poll) } else { None };
        Scene {
            known,
            pages: poll.map(|poll| self.state.pages(poll)).unwrap_or_default(),
            begun: poll.map(|poll| self.state.begun(poll).to_vec()).unwrap_or_default(),
            save_failed: poll.is_some_and(|poll| self.state.save_failed(poll)),
            faces: Loaded { state: self.state.part(Part::Kinds), here: self.faces },
            card: Loaded { state: self.state.part(Part::Card), here: self.card },
            saving: self.state.saving(topic),
            viewer: self.state.viewer_number(),
            locale: Locale {
                words: WORDS.with_borrow(|all| all.get(wording).cloned()).unwrap_or_default(),
                now: self.state.host_time(now),
                offset: self.offset.clone(),
            },
            sign_in: self.sign_in.clone(),
        }
    }
}

/// Takes in a file of texts for the wording with this number. Returns whether it is such a file.
pub fn say(wording: usize, file: String) -> bool {
    WORDS.with_borrow_mut(|all| {
        while all.len() <= wording {
            all.push(Rc::default());
        }
        all.get(wording).is_some_and(|words| words.read(file.leak()))
    })
}

/// Gives an element the wording with this number.
pub fn speak(host: &HtmlElement, wording: usize) {
    let changed = with(|r| {
        let mount = r.mounts.iter_mut().find(|mount| mount.place.host == *host)?;
        mount.place.wording = wording;
        Some(mount.place.topic.clone())
    });
    if let Some(topic) = changed.flatten() {
        show(&topic);
    }
}

pub fn start(runtime: Runtime) {
    RUNTIME.set(Some(Box::leak(Box::new(RefCell::new(runtime)))));
}

/// Marks the widget as dead, and has the loader show the fallbacks again. The panic hook calls this function, after which
/// nothing in this module may run again.
pub fn die(message: &str) {
    RUNTIME.set(None);
    if let Some(crashed) = CRASHED.take() {
        let _ = crashed.call1(&JsValue::NULL, &message.into());
    }
}

/// Runs a function on the runtime. The function must not call into the page, whose script might call back while the runtime is
/// borrowed.
pub fn with<T>(run: impl FnOnce(&mut Runtime) -> T) -> Option<T> {
    runtime().map(|mut runtime| run(&mut runtime))
}

/// The one runtime. A function of its own, since there are many callers of [`with`].
#[inline(never)]
fn runtime() -> Option<RefMut<'static, Runtime>> {
    RUNTIME.get().map(RefCell::borrow_mut)
}

#[expect(clippy::cast_possible_truncation)] // whole milliseconds
pub fn now() -> Timestamp {
    Timestamp(Date::now() as i64)
}

/// How far the viewer's clock is ahead of UTC at this moment, in minutes.
fn offset(at: Timestamp) -> i32 {
    #[expect(clippy::cast_precision_loss)] // dates are far below 2^53
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    #[expect(clippy::cast_possible_truncation)] // whole minutes of a day
    let behind = date.get_timezone_offset() as i32;
    -behind
}

pub fn show(topic: &Topic) {
    let loaded = with(|r| {
        let mut loaded = Vec::new();
        let mut mounts = std::mem::take(&mut r.mounts);
        for mount in mounts.iter_mut().filter(|m| m.place.topic == *topic) {
            let scene = r.scene(topic, mount.place.wording);
            if mount.show(scene) {
                loaded.push(mount.place.host.clone());
            }
        }
        r.mounts = mounts;
        loaded
    });
    // The page's script may call back at once, so the event is sent while nothing is borrowed.
    for host in loaded.unwrap_or_default() {
        mounts::tell_loaded(&host);
    }
}

pub fn hosts(topic: &Topic) -> Vec<HtmlElement> {
    let of = |r: &mut Runtime| {
        let mounts = r.mounts.iter().filter(|m| m.place.topic == *topic);
        mounts.map(|m| m.place.host.clone()).collect()
    };
    with(of).unwrap_or_default()
}
