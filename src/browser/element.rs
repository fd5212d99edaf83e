//! An element as a Yew component, and what it draws as Yew's nodes.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Element as Node;
use yew::html::Html as Drawn;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listeners, VList, VNode, VTag};
use yew::{AttrValue, Component, Context, NodeRef, Properties};

use super::dom::{Dispatched, Nodes};
use crate::ui::{self, Callback, Element, Html, Listener, Msg, Text, Value};

/// What an element shows, and the node that it is drawn in.
#[derive(Clone, Properties)]
pub struct Props {
    /// What the element shows.
    pub shows: ui::Props,
    /// The node in the shadow root.
    pub place: Node,
}

/// Never equal, since elements are drawn again only when the reducer says so. The code to compare all properties would be a good
/// part of the widget.
impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// An element of any tag. There is one component for all tags, because Yew's code for a component's lifecycle is compiled again
/// for each type of component.
pub struct Drawing {
    element: Element,
    send: Callback<Msg>,
    dom: Nodes,
}

impl Component for Drawing {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let send = ctx.link().callback(|msg| msg);
        let Props { shows, place } = ctx.props();
        Self {
            element: Element::new(&shows.topic),
            send: Callback::new(move |msg| send.emit(msg)),
            dom: Nodes(place.clone()),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        self.element.update(&ctx.props().shows, &self.send, &self.dom, msg)
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &Props) -> bool {
        self.element.changed(&ctx.props().shows, &self.send, &self.dom, &before.shows.scene);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Drawn {
        drawn(&self.element.view(&ctx.props().shows, &self.send))
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.element.rendered(&self.dom);
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        self.element.close(&ctx.props().shows.on);
    }
}

/// Yew's nodes for what is drawn.
fn drawn(html: &Html) -> Drawn {
    match html {
        Html::Node(element) => tag(element).into(),
        Html::List(all) => list(all),
    }
}

fn list(all: &[Html]) -> Drawn {
    let mut nodes = Vec::with_capacity(all.len());
    for html in all {
        nodes.push(drawn(html));
    }
    VNode::VList(Rc::new(VList::with_children(nodes, None)))
}

#[inline(never)]
fn tag(element: &ui::Node) -> VTag {
    let key = element.key.as_deref().map(Key::from);
    let (name, node) = (AttrValue::Static(element.shape.name), NodeRef::default());
    let attributes = attributes(element);
    // The constructors that `html!` uses. The public one also has code for names that are known only at run time.
    match &element.control {
        None => VTag::__new_other(name, node, key, attributes, Listeners::None, list(&element.children)),
        Some(control) => {
            let value = control.value.clone().map(AttrValue::from);
            if element.shape.name == "textarea" {
                VTag::__new_textarea(value, None, node, key, attributes, Listeners::None)
            } else {
                VTag::__new_input(value, control.checked, node, key, attributes, Listeners::None)
            }
        }
    }
}

fn attributes(element: &ui::Node) -> Attributes {
    let mut values = Vec::with_capacity(element.shape.keys.len());
    for value in element.shape.fixed {
        values.push(Some(AttributeOrProperty::Static(value)));
    }
    for value in &element.values {
        values.push(attribute(value));
    }
    Attributes::Dynamic { keys: element.shape.keys, values: values.into() }
}

fn attribute(value: &Value) -> Option<AttributeOrProperty> {
    Some(match value {
        Value::Absent => return None,
        Value::Attribute(Text::Borrowed(text)) => AttributeOrProperty::Static(text),
        Value::Attribute(Text::Owned(text)) => AttributeOrProperty::Attribute(text.clone().into()),
        Value::Content(text) => AttributeOrProperty::Property(JsValue::from_str(text)),
        Value::Listener(listener) => AttributeOrProperty::Property(heard(listener.clone())),
    })
}

/// A function for the browser to call. The browser frees it some time after another listener has replaced it.
fn heard(listener: Listener) -> JsValue {
    let heard: Closure<dyn Fn(web_sys::Event)> = Closure::new(move |event| listener.hear(&Dispatched(event)));
    heard.into_js_value()
}
