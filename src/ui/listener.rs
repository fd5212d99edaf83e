//! What hears the events of the browser, and what a listener may ask about an event.

use std::fmt;
use std::rc::Rc;

/// An event of the browser.
pub trait DomEvent {
    /// The text in the field.
    fn value(&self) -> String;

    /// Whether the radio button or checkbox is checked.
    fn checked(&self) -> bool;

    /// The key, as `KeyboardEvent.key` names it.
    fn key(&self) -> String;

    /// The number of the pointer, and its y coordinate in the viewport, in CSS pixels.
    fn pointer(&self) -> (i32, i32);

    /// Whether the pointer is a mouse.
    fn is_mouse(&self) -> bool;

    /// Whether the focus leaves the element around the target that matches this selector.
    fn leaves(&self, selector: &str) -> bool;

    /// Whether the target stands in text that runs from right to left.
    fn is_rtl(&self) -> bool;

    /// Keeps the browser from what it does on its own, such as leaving the page when a form is submitted.
    fn prevent_default(&self);
}

/// Takes values of one type.
pub struct Callback<T>(Rc<dyn Fn(T)>);

impl<T> Callback<T> {
    /// A callback that calls this function.
    pub fn new(call: impl Fn(T) + 'static) -> Self {
        Self(Rc::new(call))
    }

    /// Hands over a value.
    pub fn emit(&self, value: T) {
        (self.0)(value);
    }
}

impl<T> Clone for Callback<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Callback<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

type Hear = dyn Fn(&dyn DomEvent);

/// Hears events of the browser.
#[derive(Clone)]
pub struct Listener(Rc<Hear>);

impl Listener {
    /// A listener that calls this function.
    pub fn new(hear: impl Fn(&dyn DomEvent) + 'static) -> Self {
        Self(Rc::new(hear))
    }

    /// Hears an event.
    pub fn hear(&self, event: &dyn DomEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
