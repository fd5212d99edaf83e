//! The Rust side of `www/dom.js`: what elements ask of their nodes and of events.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

use crate::ui::{Dom, DomEvent};

#[wasm_bindgen]
extern "C" {
    fn focus(place: &Element, selector: &str) -> bool;
    fn has_focus(place: &Element) -> bool;
    fn middle(place: &Element, selector: &str) -> f64;
    #[wasm_bindgen(catch)]
    fn capture(place: &Element, selector: &str, pointer: i32) -> Result<(), JsValue>;
    fn show(place: &Element);
    fn hide(place: &Element);
    fn is_open(place: &Element) -> bool;
    fn fold(text: &str) -> String;
    fn value(event: &Event) -> String;
    fn checked(event: &Event) -> bool;
    fn leaves(event: &Event, selector: &str) -> bool;
    fn is_rtl(event: &Event) -> bool;
}

/// The node that an element is drawn in.
pub struct Nodes(pub Element);

impl Dom for Nodes {
    fn focus(&self, selector: &str) -> bool {
        focus(&self.0, selector)
    }

    fn has_focus(&self) -> bool {
        has_focus(&self.0)
    }

    fn capture(&self, selector: &str, pointer: i32) {
        // Fails if the pointer was released meanwhile.
        let _ = capture(&self.0, selector, pointer);
    }

    fn middle(&self, selector: &str) -> Option<f64> {
        Some(middle(&self.0, selector)).filter(|height| height.is_finite())
    }

    fn show_card(&self) {
        show(&self.0);
    }

    fn hide_card(&self) {
        hide(&self.0);
    }

    fn is_card_open(&self) -> bool {
        is_open(&self.0)
    }

    fn fold(&self, text: &str) -> String {
        fold(text)
    }
}

/// An event as the browser dispatched it.
pub struct Dispatched(pub Event);

impl DomEvent for Dispatched {
    fn value(&self) -> String {
        value(&self.0)
    }

    fn checked(&self) -> bool {
        checked(&self.0)
    }

    fn key(&self) -> String {
        self.0.unchecked_ref::<KeyboardEvent>().key()
    }

    fn pointer(&self) -> (i32, i32) {
        let event: &PointerEvent = self.0.unchecked_ref();
        (event.pointer_id(), event.client_y())
    }

    fn is_mouse(&self) -> bool {
        self.0.unchecked_ref::<PointerEvent>().pointer_type() == "mouse"
    }

    fn leaves(&self, selector: &str) -> bool {
        leaves(&self.0, selector)
    }

    fn is_rtl(&self) -> bool {
        is_rtl(&self.0)
    }

    fn prevent_default(&self) {
        self.0.prevent_default();
    }
}
