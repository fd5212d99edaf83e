//! The elements on the page and the Yew applications in them.

use js_sys::Function;
use serde::{Serialize, Serializer as _};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Element, HtmlElement};

use super::element::{Drawing, Props};
use crate::contract::{self, Tag};
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::sync::{Event, Known, News, Topic};
use crate::ui::{self, Callback, Scene};

/// Where an element stands and what it shows.
pub struct Place {
    pub topic: Topic,
    pub host: HtmlElement,
    pub root: Element,
    pub rows: usize,
    pub reveal: Function,
    /// The number of the element's wording.
    pub wording: usize,
}

/// A mounted element.
pub struct Mount {
    pub place: Place,
    /// The number by which the loader knows the element.
    pub handle: u32,
    /// Receives the events of the element.
    on: Callback<Event>,
    /// The Yew application. Badges that are not known yet have none, since a page may have a thousand members.
    app: Option<yew::AppHandle<Drawing>>,
    loaded: bool,
}

/// The topic of an element with this tag and this id, or what is wrong with its attribute.
pub fn topic(tag: &str, name: String) -> Result<Topic, String> {
    match Tag::of(tag) {
        Some(Tag::Poll) => PollId::new(name)
            .map(Topic::Poll)
            .map_err(|e| ["folk-poll, attribute poll: ", &e.to_string()].concat()),
        Some(Tag::Badges) => MemberId::new(name)
            .map(Topic::Member)
            .map_err(|e| ["folk-badges, attribute member: ", &e.to_string()].concat()),
        Some(Tag::Checklist) => Ok(Topic::Checklist),
        None => Err([tag, " is not an element of Folkmoot"].concat()),
    }
}

impl Mount {
    /// Draws an element for the first time.
    pub fn new(handle: u32, place: Place, scene: Scene, on: Callback<Event>) -> Self {
        let mut mount = Self { place, handle, on, app: None, loaded: false };
        mount.draw(scene);
        mount
    }

    fn draw(&mut self, scene: Scene) {
        let waits = matches!(self.place.topic, Topic::Member(_)) && !matches!(scene.known, Known::Here(_));
        let Place { topic, root, rows, .. } = &self.place;
        let shows = ui::Props { topic: topic.clone(), rows: *rows, scene, on: self.on.clone() };
        let props = Props { shows, place: root.clone() };
        match &mut self.app {
            Some(app) => app.update(props),
            None if waits => {}
            none @ None => {
                *none = Some(yew::Renderer::<Drawing>::with_root_and_props(root.clone(), props).render());
            }
        }
    }

    /// Draws the element again, and reveals it unless it still loads. Returns whether it shows its content for the first time.
    pub fn show(&mut self, scene: Scene) -> bool {
        let failed = matches!(scene.known, Known::Failed(_) | Known::Malformed(_) | Known::Missing);
        let known = !matches!(scene.known, Known::Loading);
        self.draw(scene);
        if !known {
            return false;
        }
        let _ = self.place.reveal.call1(&JsValue::NULL, &(!failed).into());
        !failed && !std::mem::replace(&mut self.loaded, true)
    }

    /// Ends the Yew application.
    pub fn destroy(self) {
        if let Some(app) = self.app {
            app.destroy();
        }
    }
}

/// Tells the page that an element shows its content for the first time.
pub fn tell_loaded(host: &HtmlElement) {
    emit(host, contract::LOAD, &[]);
}

/// A value in the `detail` of an element's event.
#[derive(Serialize)]
#[serde(untagged)]
enum Said<'a> {
    Text(&'a str),
    Options(&'a [OptionId]),
}

/// Dispatches an element's news to the page as a DOM event.
pub fn tell(host: &HtmlElement, topic: &Topic, news: &News) {
    match news {
        News::Voted(options) => {
            let poll = if let Topic::Poll(id) = topic { id.as_str() } else { "" };
            emit(host, contract::VOTE, &[("poll", Said::Text(poll)), ("options", Said::Options(options))]);
        }
        News::StepDone(step) => emit(host, contract::STEP, &[("step", Said::Text(step))]),
        News::Failed(code, message) => {
            emit(host, contract::ERROR, &[("code", Said::Text(code)), ("message", Said::Text(message))]);
        }
    }
}

fn emit(host: &HtmlElement, name: &str, detail: &[(&str, Said<'_>)]) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    // As a map, since the serializer of structs is larger. It cannot fail: there are only texts and lists of texts.
    let detail = Serializer::new()
        .serialize_maps_as_objects(true)
        .collect_map(detail.iter().map(|(name, said)| (name, said)));
    init.set_detail(&detail.unwrap_or_default());
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = host.dispatch_event(&event);
    }
}
