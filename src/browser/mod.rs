//! Everything that touches the browser: the loader's way in, requests, the live feed, timers, panics. It carries out the
//! reducer's effects and brings its events. What it decides itself is when elements are drawn.
//!
//! May use: everything the widget has.

mod json;
mod live;
mod mounts;
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

/// Starts the widget, once a page. The loader calls it when the module has arrived.
///
/// `api` is the Host API's address without a slash at its end; `page` is the loader's object that reads the script tag and says
/// who is asking; `early` maps addresses to promises of answers that the loader asked for while the module was on its way, by
/// what the page `told` of who is asking; `crashed` is called with a message when the widget dies.
#[wasm_bindgen]
pub fn start(api: String, page: &Object, early: Map, told: &JsValue, crashed: Function) {
    yew::set_custom_panic_hook(Box::new(|info| runtime::die(&info.to_string())));
    let ports = Ports::new(&api, page);
    ports.dress(0, crate::ui::STYLE);
    let claim = ports.first_claim(told);
    let sign_in = ports.sign_in();
    runtime::start(Runtime::new(Transport::new(api, early), ports, sign_in, crashed));
    runtime::dispatch(Event::Claimed(claim));
}

/// Mounts an element: `host` is the element of this `tag`, `root` the place in its shadow root, `name` the id it names,
/// `rows` the room to leave while it loads. `reveal` is called with `true` once there is something to show, with `false`
/// when what stands between the tags should be shown as well. Returns the handle for [`unmount`].
#[wasm_bindgen]
pub fn mount(
    tag: &str,
    host: HtmlElement,
    root: Element,
    name: String,
    rows: Option<usize>,
    reveal: Function,
) -> Result<u32, JsError> {
    let topic = mounts::topic(tag, name).map_err(|e| JsError::new(&e))?;
    Ok(runtime::mount(Place { topic, host, root, rows: rows.unwrap_or(3), reveal }))
}

/// Says that the page went out of sight, or came back.
#[wasm_bindgen]
pub fn in_sight(seen: bool) {
    runtime::dispatch(Event::InSight(seen));
}

/// Says that somebody else may be asking: the page is asked for it as it stands, or `afresh`.
#[wasm_bindgen]
pub fn identify(afresh: bool) {
    runtime::dispatch(if afresh { Event::Identify } else { Event::PageChanged { swapped: true } });
}

/// Says that the page has changed: its tag or its body where it was `swapped`, else its address alone.
#[wasm_bindgen]
pub fn page_changed(swapped: bool) {
    runtime::dispatch(Event::PageChanged { swapped });
}

/// Says that another tab knows who is asking: a member's id, or nobody where it is empty.
#[wasm_bindgen]
pub fn introduced(member: String) {
    runtime::dispatch(Event::Introduced(member));
}

/// Says that the network went, or came back.
#[wasm_bindgen]
pub fn online(online: bool) {
    runtime::dispatch(Event::Online(online));
}

/// Says that the page is being left.
#[wasm_bindgen]
pub fn leaving() {
    runtime::dispatch(Event::Leaving);
}

/// Says that this tab leads now.
#[wasm_bindgen]
pub fn led() {
    runtime::dispatch(Event::Led);
}

/// Brings what another tab said.
#[wasm_bindgen]
pub fn heard(message: &Array) {
    if let Some(message) = Message::read(message) {
        runtime::heard(message);
    }
}

/// Takes an element away for good.
#[wasm_bindgen]
pub fn unmount(handle: u32) {
    runtime::unmount(handle);
}
