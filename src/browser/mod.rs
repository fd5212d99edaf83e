//! Everything that touches the browser: requests, the live feed, timers, panics, and the functions that the loader calls. This
//! module executes the reducer's effects and dispatches events to it. The only thing it decides is when elements are drawn.
//!
//! May use: everything the widget has.

mod dom;
mod effects;
mod element;
mod json;
mod live;
mod mounts;
mod parts;
mod ports;
mod runtime;
mod transport;

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

use js_sys::{Array, Function, Map, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use mounts::Place;
use ports::{Message, Ports};
use runtime::Runtime;
use transport::Transport;

use crate::sync::Event;

/// Starts the widget. The loader calls this function once per page, when the module has been fetched.
///
/// `api` is the URL of the Host API without a slash at its end. `page` is the loader's object that reads the script tag and
/// claims who is asking. `told` is its first claim. `early` maps URLs to promises of responses, which the loader has requested
/// with that claim's token while the module was being fetched. `crashed` is called with a message when the widget crashes.
#[wasm_bindgen]
pub fn start(api: String, page: &Object, early: Map, told: &JsValue, crashed: Function) {
    yew::set_custom_panic_hook(Box::new(|info| runtime::die(&info.to_string())));
    let ports = Ports::new(&api, page);
    ports.dress(0, crate::ui::STYLE);
    let claim = ports.first_claim(told);
    let sign_in = ports.sign_in();
    runtime::start(Runtime::new(Transport::new(api, early), ports, sign_in, crashed));
    effects::dispatch(Event::Claimed(claim));
}

/// Mounts an element. `host` is the element of this `tag`, `root` the place in its shadow root, `name` the id in its attribute,
/// `rows` the number of rows for which it leaves room while it loads, and `wording` the number of its wording. `reveal` is called
/// with `true` when the element has content, and with `false` when the fallback has to be shown as well. Returns the handle for
/// [`unmount`].
#[wasm_bindgen]
pub fn mount(
    tag: &str,
    host: HtmlElement,
    root: Element,
    name: String,
    rows: Option<usize>,
    reveal: Function,
    wording: usize,
) -> Result<u32, JsError> {
    let topic = mounts::topic(tag, name).map_err(|e| JsError::new(&e))?;
    Ok(effects::mount(Place { topic, host, root, rows: rows.unwrap_or(3), reveal, wording }))
}

/// Takes in a file of texts for the wording with this number: a language, perhaps with texts of the site's own. Returns whether it is
/// such a file.
#[wasm_bindgen]
pub fn say(wording: usize, file: String) -> bool {
    runtime::say(wording, file)
}

/// Gives an element the wording with this number.
#[wasm_bindgen]
pub fn speak(host: &HtmlElement, wording: usize) {
    runtime::speak(host, wording);
}

/// Reports that the page became visible or hidden.
#[wasm_bindgen]
pub fn in_sight(seen: bool) {
    effects::dispatch(Event::InSight(seen));
}

/// Reports that somebody else may be asking. The page is asked for a new claim if `afresh`, otherwise for its current one.
#[wasm_bindgen]
pub fn identify(afresh: bool) {
    effects::dispatch(if afresh { Event::Identify } else { Event::PageChanged { swapped: true } });
}

/// Reports that the page has changed: its script tag or its body if `swapped`, otherwise only its address.
#[wasm_bindgen]
pub fn page_changed(swapped: bool) {
    effects::dispatch(Event::PageChanged { swapped });
}

/// Reports that another tab has learned who is asking: the member with this id; an empty string means that no member is signed
/// in.
#[wasm_bindgen]
pub fn introduced(member: String) {
    effects::dispatch(Event::Introduced(member));
}

/// Reports that the browser came online or went offline.
#[wasm_bindgen]
pub fn online(online: bool) {
    effects::dispatch(Event::Online(online));
}

/// Reports that the viewer is leaving the page.
#[wasm_bindgen]
pub fn leaving() {
    effects::dispatch(Event::Leaving);
}

/// Reports that this tab leads now.
#[wasm_bindgen]
pub fn led() {
    effects::dispatch(Event::Led);
}

/// Takes in a message of another tab.
#[wasm_bindgen]
pub fn heard(message: &Array) {
    if let Some(message) = Message::read(message) {
        effects::heard(message);
    }
}

/// Unmounts an element for good.
#[wasm_bindgen]
pub fn unmount(handle: u32) {
    effects::unmount(handle);
}
