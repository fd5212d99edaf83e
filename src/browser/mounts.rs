//! The elements on the page and the Yew applications in them.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Element, HtmlElement};
use yew::prelude::*;

use crate::contract;
use crate::domain::id::{MemberId, PollId};
use crate::domain::time::Timestamp;
use crate::sync::{Known, News, PageOf, Saving, Topic};
use crate::ui::{self, Intent};

/// Where an element stands and what it shows.
pub struct Place {
    pub topic: Topic,
    pub host: HtmlElement,
    pub root: Element,
    pub rows: usize,
    pub reveal: Function,
}

/// A mounted element.
pub struct Mount {
    pub place: Place,
    /// What the page's script knows it by.
    pub handle: u32,
    /// The pages of lists that are open in it, in order.
    pub pages: Vec<PageOf>,
    /// What is done with what its member wants.
    on: Callback<Intent>,
    app: App,
    loaded: bool,
}

enum App {
    Poll(yew::AppHandle<ui::Poll>),
    /// Nothing, as long as they are not known.
    Badges(Option<yew::AppHandle<ui::Badges>>),
    Checklist(yew::AppHandle<ui::Checklist>),
}

/// What an element is drawn from.
pub struct Scene {
    pub known: Known,
    /// What is known of the pages that are open.
    pub pages: Vec<Known>,
    pub saving: Saving,
    pub viewer: u32,
    pub now: Timestamp,
    pub sign_in: Option<String>,
    pub faces: ui::Loaded<ui::Faces>,
    pub card: ui::Loaded<ui::Card>,
}

/// What an element of this tag shows, or what is wrong with its attributes.
pub fn topic(tag: &str, name: String) -> Result<Topic, String> {
    if tag == contract::POLL {
        PollId::new(name)
            .map(Topic::Poll)
            .map_err(|e| ["folk-poll, attribute poll: ", &e.to_string()].concat())
    } else if tag == contract::BADGES {
        MemberId::new(name)
            .map(Topic::Member)
            .map_err(|e| ["folk-badges, attribute member: ", &e.to_string()].concat())
    } else if tag == contract::CHECKLIST {
        Ok(Topic::Checklist)
    } else {
        Err([tag, " is not an element of Folkmoot"].concat())
    }
}

impl Mount {
    /// Draws an element for the first time.
    pub fn new(handle: u32, place: Place, scene: Scene, on: Callback<Intent>) -> Self {
        let root = place.root.clone();
        let app = match &place.topic {
            Topic::Poll(_) => {
                App::Poll(yew::Renderer::with_root_and_props(root, poll(&place, scene, &on)).render())
            }
            Topic::Member(_) => App::Badges(known_badges(root, scene, &on)),
            // No element names a page of a list.
            Topic::Checklist | Topic::Page(_) => {
                App::Checklist(yew::Renderer::with_root_and_props(root, checklist(scene, &on)).render())
            }
        };
        Self { place, handle, pages: Vec::new(), on, app, loaded: false }
    }

    /// Whether this is drawn in it.
    pub fn shows(&self, topic: &Topic) -> bool {
        self.place.topic == *topic
            || self.pages.iter().any(|page| matches!(topic, Topic::Page(of) if of == page))
    }

    /// Draws it again. Returns whether it has just come to show something.
    pub fn show(&mut self, scene: Scene) -> bool {
        let failed = matches!(scene.known, Known::Failed(_) | Known::Malformed(_) | Known::Missing);
        let known = !matches!(scene.known, Known::Loading);
        match &mut self.app {
            App::Poll(app) => app.update(poll(&self.place, scene, &self.on)),
            App::Badges(Some(app)) => app.update(badges(scene, &self.on)),
            App::Badges(none) => *none = known_badges(self.place.root.clone(), scene, &self.on),
            App::Checklist(app) => app.update(checklist(scene, &self.on)),
        }
        if !known {
            return false;
        }
        let _ = self.place.reveal.call1(&JsValue::NULL, &(!failed).into());
        !failed && !std::mem::replace(&mut self.loaded, true)
    }

    /// Takes it off the page.
    pub fn destroy(self) {
        match self.app {
            App::Poll(app) => app.destroy(),
            App::Badges(app) => {
                if let Some(app) = app {
                    app.destroy();
                }
            }
            App::Checklist(app) => app.destroy(),
        }
    }
}

fn poll(place: &Place, scene: Scene, on: &Callback<Intent>) -> ui::PollProps {
    ui::PollProps {
        known: scene.known,
        pages: scene.pages,
        saving: scene.saving,
        viewer: scene.viewer,
        now: scene.now,
        rows: place.rows,
        sign_in: scene.sign_in.map(AttrValue::from),
        part: scene.faces,
        on: on.clone(),
    }
}

/// Draws a member's badges, once they are known.
fn known_badges(root: Element, scene: Scene, on: &Callback<Intent>) -> Option<yew::AppHandle<ui::Badges>> {
    let known = matches!(scene.known, Known::Here(_));
    known.then(|| yew::Renderer::with_root_and_props(root, badges(scene, on)).render())
}

fn badges(scene: Scene, on: &Callback<Intent>) -> ui::BadgesProps {
    ui::BadgesProps { known: scene.known, part: scene.card, on: on.clone() }
}

fn checklist(scene: Scene, on: &Callback<Intent>) -> ui::ChecklistProps {
    ui::ChecklistProps { known: scene.known, saving: scene.saving, on: on.clone() }
}

/// Tells the page that an element has come to show its content.
pub fn tell_loaded(host: &HtmlElement) {
    emit(host, contract::LOAD, &[]);
}

/// Tells the page what happened in an element.
pub fn tell(host: &HtmlElement, topic: &Topic, news: &News) {
    match news {
        News::Voted(options) => {
            let list: js_sys::Array = options.iter().map(|o| JsValue::from_str(o.as_str())).collect();
            let poll = if let Topic::Poll(id) = topic { id.as_str() } else { "" };
            emit(host, contract::VOTE, &[("poll", poll.into()), ("options", list.into())]);
        }
        News::StepDone(step) => emit(host, contract::STEP, &[("step", step.into())]),
        News::Failed(code, message) => {
            emit(host, contract::ERROR, &[("code", (*code).into()), ("message", message.into())]);
        }
    }
}

fn emit(host: &HtmlElement, name: &str, detail: &[(&str, JsValue)]) {
    let object = Object::new();
    for (key, value) in detail {
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&object);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = host.dispatch_event(&event);
    }
}
