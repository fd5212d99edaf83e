//! HTML elements in fewer bytes of wasm than with `html!`, which generates code for each element. Here each element passes only
//! its own data to a function that is compiled once.
//!
//! An event listener is a property of the element, as in `el!("button", "onclick" = press)`. Yew's own listeners, which the
//! build leaves out, are more than 10 KB of code.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
pub use web_sys::Event as DomEvent;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listeners, VList, VNode, VTag};

/// An element. Constant attributes stand in brackets, or as a class alone; then come computed attributes, and after a semicolon
/// the children: `el!("p", "class")`, `el!("li" ["role" = "tab"], "id" = id; bdi(label))`.
macro_rules! el {
    ($name:literal $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $value:expr)* $(; $($child:expr),* $(,)?)?) => {
        $crate::ui::el::element(
            $crate::ui::el::shape!($name [$($($key = $fixed),*)?] $(, $more)*),
            $crate::ui::el::all([$($crate::ui::el::Value::from($value)),*]),
            $crate::ui::el::all([$($($child),*)?]),
        )
    };
    ($name:literal, $class:literal $(, $more:literal = $value:expr)* $(; $($child:expr),* $(,)?)?) => {
        $crate::ui::el::el!($name ["class" = $class] $(, $more = $value)* $(; $($child),*)?)
    };
}
pub(crate) use el;

/// A form control, whose state Yew keeps: `control!("input" ["name" = "a"], "id" = id; value, checked)`, or
/// `control!("textarea"; text)`.
macro_rules! control {
    ("input" $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $of:expr)*; $value:expr, $checked:expr) => {
        $crate::ui::el::input(
            $crate::ui::el::shape!("input" [$($($key = $fixed),*)?] $(, $more)*),
            $crate::ui::el::all([$($crate::ui::el::Value::from($of)),*]),
            $value,
            $checked,
        )
    };
    ("textarea" $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $of:expr)*; $text:expr) => {
        $crate::ui::el::area(
            $crate::ui::el::shape!("textarea" [$($($key = $fixed),*)?] $(, $more)*),
            $crate::ui::el::all([$($crate::ui::el::Value::from($of)),*]),
            $text,
        )
    };
}
pub(crate) use control;

/// The constant parts of an element.
macro_rules! shape {
    ($name:literal [$($key:literal = $fixed:literal),*] $(, $more:literal)*) => {{
        const SHAPE: &$crate::ui::el::Shape =
            &$crate::ui::el::Shape { name: $name, keys: &[$($key,)* $($more,)*], fixed: &[$($fixed,)*] };
        SHAPE
    }};
}
pub(crate) use shape;

/// The constant parts of an element.
#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    /// The names of its attributes: first the constant ones.
    pub keys: &'static [&'static str],
    /// The values of the constant attributes.
    pub fixed: &'static [&'static str],
}

/// The value of an attribute or a property; `None` leaves it out.
#[derive(Debug)]
pub struct Value(Option<AttributeOrProperty>);

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Self(Some(AttributeOrProperty::Static(value)))
    }
}

impl From<String> for Value {
    #[inline(never)]
    fn from(value: String) -> Self {
        Self(Some(AttributeOrProperty::Attribute(value.into())))
    }
}

impl From<Option<&'static str>> for Value {
    fn from(value: Option<&'static str>) -> Self {
        Self(value.map(AttributeOrProperty::Static))
    }
}

impl From<Option<String>> for Value {
    #[inline(never)]
    fn from(value: Option<String>) -> Self {
        Self(value.map(|value| AttributeOrProperty::Attribute(value.into())))
    }
}

/// A boolean attribute.
impl From<bool> for Value {
    fn from(there: bool) -> Self {
        Self(there.then_some(AttributeOrProperty::Static("")))
    }
}

/// The `textContent` of an element. Yew then keeps no reference to the text node, so that a page translator may replace the node,
/// and Yew can still change the text later.
#[derive(Debug)]
pub struct Words(pub AttrValue);

impl From<Words> for Value {
    #[inline(never)]
    fn from(words: Words) -> Self {
        Self(Some(AttributeOrProperty::Property(JsValue::from_str(&words.0))))
    }
}

/// An event listener. The browser frees it some time after another listener has replaced it.
impl From<Callback<DomEvent>> for Value {
    #[inline(never)]
    fn from(hear: Callback<DomEvent>) -> Self {
        let heard: Closure<dyn Fn(DomEvent)> = Closure::new(move |event| hear.emit(event));
        Self(Some(AttributeOrProperty::Property(heard.into_js_value())))
    }
}

impl From<Option<Callback<DomEvent>>> for Value {
    fn from(hear: Option<Callback<DomEvent>>) -> Self {
        hear.map_or(Self(None), Self::from)
    }
}

/// Makes a vector in one function, instead of in each place with a list.
#[inline(never)]
pub fn all<T, const N: usize>(things: [T; N]) -> Vec<T> {
    things.into()
}

/// Makes an element of this shape.
#[inline(never)]
pub fn element(shape: &'static Shape, values: Vec<Value>, children: Vec<Html>) -> Html {
    // The constructor that `html!` uses. The public one also has code for names that are known only at run time.
    let name = AttrValue::Static(shape.name);
    let attributes = attributes(shape, values);
    VTag::__new_other(name, NodeRef::default(), None, attributes, Listeners::None, list(children)).into()
}

/// Makes an input of this shape, of which Yew sets the value and the checked state, where they are given.
#[inline(never)]
pub fn input(
    shape: &'static Shape,
    values: Vec<Value>,
    value: Option<String>,
    checked: Option<bool>,
) -> Html {
    let (value, attributes) = (value.map(AttrValue::from), attributes(shape, values));
    VTag::__new_input(value, checked, NodeRef::default(), None, attributes, Listeners::None).into()
}

/// Makes a text area of this shape, with its text.
pub fn area(shape: &'static Shape, values: Vec<Value>, text: String) -> Html {
    let attributes = attributes(shape, values);
    VTag::__new_textarea(Some(text.into()), None, NodeRef::default(), None, attributes, Listeners::None)
        .into()
}

#[inline(never)]
fn attributes(shape: &'static Shape, values: Vec<Value>) -> Attributes {
    let mut all = Vec::with_capacity(shape.keys.len());
    for value in shape.fixed {
        all.push(Some(AttributeOrProperty::Static(value)));
    }
    for value in values {
        all.push(value.0);
    }
    Attributes::Dynamic { keys: shape.keys, values: all.into() }
}

/// Changes an element. A text or a list stays as it is.
fn also(html: Html, say: impl FnOnce(&mut VTag)) -> Html {
    let VNode::VTag(mut tag) = html else { return html };
    if let Some(tag) = Rc::get_mut(&mut tag) {
        say(tag);
    }
    VNode::VTag(tag)
}

/// Sets an element's key in a list.
pub fn keyed(key: impl Into<Key>, html: Html) -> Html {
    let key = key.into();
    also(html, |tag| tag.key = Some(key))
}

/// Keeps a reference to an element's node.
#[inline(never)]
pub fn kept(node: &NodeRef, html: Html) -> Html {
    also(html, |tag| tag.node_ref = node.clone())
}

/// A button of this class.
#[inline(never)]
pub fn button(class: &'static str, words: &'static str, press: Callback<DomEvent>) -> Html {
    el!("button" ["type" = "button", "part" = "button"], "class" = class, "onclick" = press; text(words))
}

/// A text in a `<bdi>`, since it may run in another direction than the page.
pub fn text(words: impl Into<AttrValue>) -> Html {
    isolated(Words(words.into()))
}

#[inline(never)]
fn isolated(words: Words) -> Html {
    el!("bdi", "textContent" = words)
}

/// A text by staff or members in a `<bdi>`.
pub fn bdi(words: impl Into<AttrValue>) -> Html {
    text(words)
}

/// A text for screen readers alone.
pub fn said(words: impl Into<AttrValue>) -> Html {
    el!("span", "said", "textContent" = Words(words.into()))
}

/// A list of nodes.
#[inline(never)]
pub fn list(all: Vec<Html>) -> Html {
    VNode::VList(Rc::new(VList::with_children(all, None)))
}

/// A list of `n` nodes. The closure is a trait object, so that this function is compiled once.
#[inline(never)]
pub fn each(n: usize, draw: &dyn Fn(usize) -> Html) -> Html {
    let mut all = Vec::with_capacity(n);
    for at in 0..n {
        all.push(draw(at));
    }
    list(all)
}

/// The node, or nothing.
pub fn maybe(html: Option<Html>) -> Html {
    html.unwrap_or_default()
}
