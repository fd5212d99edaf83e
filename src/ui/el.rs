//! Elements of HTML in fewer bytes of wasm than with `html!`, which writes out the code for each element; here one function takes
//! what differs. Form controls, whose state Yew keeps, are made with `html!`.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, Listeners, VList, VNode, VTag};

/// An element. Constant attributes stand in brackets, or as a class alone; then come computed attributes, and after a semicolon
/// the children: `el!("p", "class")`, `el!("li" ["role" = "tab"], "id" = id; bdi(label))`.
macro_rules! el {
    ($name:literal $([$($key:literal = $fixed:literal),* $(,)?])? $(, $more:literal = $value:expr)* $(; $($child:expr),* $(,)?)?) => {{
        const SHAPE: &$crate::ui::el::Shape = &$crate::ui::el::Shape {
            name: $name,
            keys: &[$($($key,)*)? $($more,)*],
            fixed: &[$($($fixed,)*)?],
        };
        $crate::ui::el::element(
            SHAPE,
            $crate::ui::el::all([$($crate::ui::el::Value::from($value)),*]),
            $crate::ui::el::all([$($($child),*)?]),
        )
    }};
    ($name:literal, $class:literal $(, $more:literal = $value:expr)* $(; $($child:expr),* $(,)?)?) => {
        $crate::ui::el::el!($name ["class" = $class] $(, $more = $value)* $(; $($child),*)?)
    };
}
pub(crate) use el;

/// The constant parts of an element.
#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    /// The names of its attributes: first the constant ones.
    pub keys: &'static [&'static str],
    /// The values of the constant attributes.
    pub fixed: &'static [&'static str],
}

/// An attribute's value; `None` leaves out the attribute.
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

/// The `textContent` of an element. Yew then keeps no reference to the text node, so that a page translator may replace it, and
/// later changes are written all the same.
#[derive(Debug)]
pub struct Words(pub AttrValue);

impl From<Words> for Value {
    #[inline(never)]
    fn from(words: Words) -> Self {
        Self(Some(AttributeOrProperty::Property(JsValue::from_str(&words.0))))
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
    let mut all = Vec::with_capacity(shape.keys.len());
    for value in shape.fixed {
        all.push(Some(AttributeOrProperty::Static(value)));
    }
    for value in values {
        all.push(value.0);
    }
    let attributes = Attributes::Dynamic { keys: shape.keys, values: all.into() };
    // The constructor that `html!` uses. The public one also has code for names that are not known when it is compiled.
    let name = AttrValue::Static(shape.name);
    VTag::__new_other(name, NodeRef::default(), None, attributes, Listeners::None, list(children)).into()
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
pub fn button(class: &'static str, words: &'static str, press: Callback<MouseEvent>) -> Html {
    pressed(press, el!("button" ["type" = "button", "part" = "button"], "class" = class; text(words)))
}

/// Calls back when an element is pressed.
#[inline(never)]
pub fn pressed(press: Callback<MouseEvent>, html: Html) -> Html {
    on(Rc::new(yew::html::onclick::Wrapper::new(press)), html)
}

/// Calls back when a form is submitted, and keeps the browser from leaving the page.
#[inline(never)]
pub fn sent(send: Callback<()>, form: Html) -> Html {
    let send = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    on(Rc::new(yew::html::onsubmit::Wrapper::new(send)), form)
}

/// Adds a listener to an element.
#[inline(never)]
pub fn on(listener: Rc<dyn Listener>, html: Html) -> Html {
    also(html, |tag| {
        tag.add_listener(listener);
    })
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
