//! Elements with less code than `html!` makes of them: that writes out how each one is made, here a call takes what differs.
//! For what draws; form controls, whose state Yew keeps, are `html!`'s.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, Listeners, VList, VNode, VTag};

/// An element, with what is in it after a semicolon. What never changes of its attributes stands in brackets, or is a class
/// alone; then come those that are worked out: `el!("p", "class")`, `el!("li" ["role" = "tab"], "id" = id; bdi(label))`.
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

/// What is the same of an element whenever it is drawn.
#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    /// Its attributes: first those that never change.
    pub keys: &'static [&'static str],
    /// Their values.
    pub fixed: &'static [&'static str],
}

/// An attribute's value; none, and the attribute is left out.
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

/// There, or not.
impl From<bool> for Value {
    fn from(there: bool) -> Self {
        Self(there.then_some(AttributeOrProperty::Static("")))
    }
}

/// Words that are an element's `textContent`. Yew then remembers no text nodes: a translator may put others in their place,
/// and what changes is written all the same.
#[derive(Debug)]
pub struct Words(pub AttrValue);

impl From<Words> for Value {
    #[inline(never)]
    fn from(words: Words) -> Self {
        Self(Some(AttributeOrProperty::Property(JsValue::from_str(&words.0))))
    }
}

/// A list, made in one place and not wherever there is one.
#[inline(never)]
pub fn all<T, const N: usize>(things: [T; N]) -> Vec<T> {
    things.into()
}

/// An element of this shape.
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
    // As `html!` makes it; the way meant for others carries what only a name unknown before needs.
    let name = AttrValue::Static(shape.name);
    VTag::__new_other(name, NodeRef::default(), None, attributes, Listeners::None, list(children)).into()
}

/// The same element, with more said of it. A text or a list stays as it is.
fn also(html: Html, say: impl FnOnce(&mut VTag)) -> Html {
    let VNode::VTag(mut tag) = html else { return html };
    if let Some(tag) = Rc::get_mut(&mut tag) {
        say(tag);
    }
    VNode::VTag(tag)
}

/// An element that is one of a list, and known by this.
pub fn keyed(key: impl Into<Key>, html: Html) -> Html {
    let key = key.into();
    also(html, |tag| tag.key = Some(key))
}

/// An element whose node is kept there.
#[inline(never)]
pub fn kept(node: &NodeRef, html: Html) -> Html {
    also(html, |tag| tag.node_ref = node.clone())
}

/// A button of this class that does this when it is pressed.
#[inline(never)]
pub fn button(class: &'static str, words: &'static str, press: Callback<MouseEvent>) -> Html {
    pressed(press, el!("button" ["type" = "button", "part" = "button"], "class" = class; text(words)))
}

/// An element that does this when it is pressed.
#[inline(never)]
pub fn pressed(press: Callback<MouseEvent>, html: Html) -> Html {
    on(Rc::new(yew::html::onclick::Wrapper::new(press)), html)
}

/// A form that does this when it is sent, and leaves the page where it is.
#[inline(never)]
pub fn sent(send: Callback<()>, form: Html) -> Html {
    let send = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    on(Rc::new(yew::html::onsubmit::Wrapper::new(send)), form)
}

/// An element that hears this.
#[inline(never)]
pub fn on(listener: Rc<dyn Listener>, html: Html) -> Html {
    also(html, |tag| {
        tag.add_listener(listener);
    })
}

/// Words, which may run in another direction than the page.
pub fn text(words: impl Into<AttrValue>) -> Html {
    isolated(Words(words.into()))
}

#[inline(never)]
fn isolated(words: Words) -> Html {
    el!("bdi", "textContent" = words)
}

/// Words of somebody's own, which may run in another direction than the page.
pub fn bdi(words: impl Into<AttrValue>) -> Html {
    text(words)
}

/// Words that stand only where they are heard.
pub fn said(words: impl Into<AttrValue>) -> Html {
    el!("span", "said", "textContent" = Words(words.into()))
}

/// One after the other.
#[inline(never)]
pub fn list(all: Vec<Html>) -> Html {
    VNode::VList(Rc::new(VList::with_children(all, None)))
}

/// One for each number below `n`. By reference, so that it is not made anew for each of its uses.
#[inline(never)]
pub fn each(n: usize, draw: &dyn Fn(usize) -> Html) -> Html {
    let mut all = Vec::with_capacity(n);
    for at in 0..n {
        all.push(draw(at));
    }
    list(all)
}

/// That, if it is there.
pub fn maybe(html: Option<Html>) -> Html {
    html.unwrap_or_default()
}
