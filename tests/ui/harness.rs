//! An element without a browser: what it shows, and what happens when somebody presses and types.

use std::cell::RefCell;
use std::rc::Rc;

use folkmoot::sync::{Event, Topic};
use folkmoot::ui::{Callback, Dom, DomEvent, Element, Html, Listener, Msg, Node, Props, Scene, Value};

use crate::outline::outline;

/// An event of the browser.
#[derive(Clone, Debug, Default)]
pub struct Happens {
    pub value: String,
    pub checked: bool,
    pub key: &'static str,
    pub pointer: (i32, i32),
    pub is_rtl: bool,
}

impl DomEvent for Happens {
    fn value(&self) -> String {
        self.value.clone()
    }
    fn checked(&self) -> bool {
        self.checked
    }
    fn key(&self) -> String {
        self.key.into()
    }
    fn pointer(&self) -> (i32, i32) {
        self.pointer
    }
    fn is_mouse(&self) -> bool {
        true
    }
    fn leaves(&self, _: &str) -> bool {
        true
    }
    fn is_rtl(&self) -> bool {
        self.is_rtl
    }
    fn prevent_default(&self) {}
}

/// Nodes whose rows are 100 CSS pixels high each.
#[derive(Debug, Default)]
struct Nodes {
    /// Where the focus went: selectors, in order.
    focused: RefCell<Vec<String>>,
    /// Whether no selector finds a node.
    empty: bool,
}

impl Dom for Nodes {
    fn focus(&self, selector: &str) -> bool {
        if !self.empty {
            self.focused.borrow_mut().push(selector.into());
        }
        !self.empty
    }
    fn has_focus(&self) -> bool {
        false
    }
    fn capture(&self, _: &str, _: i32) {}
    fn middle(&self, selector: &str) -> Option<f64> {
        let nth: f64 = selector.split(['(', ')']).nth(1)?.parse().ok()?;
        Some(nth * 100.0 - 50.0)
    }
    fn show_card(&self) {}
    fn hide_card(&self) {}
    fn is_card_open(&self) -> bool {
        true
    }
    fn fold(&self, text: &str) -> String {
        text.to_lowercase()
    }
}

/// An element that is drawn again after each message that asks for it, as in a browser.
pub struct Shown {
    element: Element,
    props: Props,
    send: Callback<Msg>,
    inbox: Rc<RefCell<Vec<Msg>>>,
    dom: Nodes,
    html: Html,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Shown {
    pub fn new(topic: Topic, scene: Scene) -> Self {
        let (inbox, events) = (Rc::new(RefCell::new(Vec::new())), Rc::new(RefCell::new(Vec::new())));
        let (to_inbox, to_events) = (Rc::clone(&inbox), Rc::clone(&events));
        let element = Element::new(&topic);
        let on = Callback::new(move |event| to_events.borrow_mut().push(event));
        let props = Props { topic, rows: 3, scene, on };
        let send = Callback::new(move |msg| to_inbox.borrow_mut().push(msg));
        let html = element.view(&props, &send);
        Self { element, props, send, inbox, dom: Nodes::default(), html, events }
    }

    /// Shows another state.
    pub fn change(&mut self, change: impl FnOnce(&mut Scene)) {
        let before = self.props.scene.clone();
        change(&mut self.props.scene);
        self.element.changed(&self.props, &self.send, &self.dom, &before);
        self.draw();
    }

    pub fn html(&self) -> &Html {
        &self.html
    }

    pub fn outline(&self) -> String {
        outline(&self.html)
    }

    /// What the element told the reducer since this was last asked.
    pub fn told(&self) -> Vec<Event> {
        self.events.take()
    }

    /// Where the focus went since this was last asked: selectors, in order.
    pub fn focused(&self) -> Vec<String> {
        self.dom.focused.take()
    }

    /// Has no selector find a node from now on, or each of them again.
    pub fn lacks_nodes(&mut self, lacks: bool) {
        self.dom.empty = lacks;
    }

    /// Presses the button with this text or this label. A button that hears nothing itself submits its form.
    pub fn press(&mut self, words: &str) {
        let button = find(&self.html, &|node| node.shape.name == "button" && reads(node).contains(words));
        let submits = button.is_some_and(|button| listens(&button, "onclick").is_none());
        self.happens(if submits { "onsubmit" } else { "onclick" }, words, &Happens::default());
    }

    /// Has an event happen at the first node that hears it, in the innermost node that has this text or label. So an input is
    /// found by the label around it.
    pub fn happens(&mut self, name: &str, words: &str, event: &Happens) {
        let hears = |html: &Html| find(html, &|node| listens(node, name).is_some());
        let around = find(&self.html, &|node| {
            reads(node).contains(words) && hears(&Html::Node(Rc::new(node.clone()))).is_some()
        });
        let node = around.and_then(|node| hears(&Html::Node(node)));
        let listener = node.as_deref().and_then(|node| listens(node, name)).cloned();
        let listener =
            listener.unwrap_or_else(|| panic!("nothing with “{words}” hears {name} in\n{}", self.outline()));
        listener.hear(event);
        for msg in self.inbox.take() {
            if self.element.update(&self.props, &self.send, &self.dom, msg) {
                self.draw();
            }
        }
    }

    fn draw(&mut self) {
        self.html = self.element.view(&self.props, &self.send);
        self.element.rendered(&self.dom);
    }
}

/// The innermost node, in the order of the document, of which this is true.
fn find(html: &Html, is: &dyn Fn(&Node) -> bool) -> Option<Rc<Node>> {
    match html {
        Html::List(all) => all.iter().find_map(|html| find(html, is)),
        Html::Node(node) => {
            let inside = node.children.iter().find_map(|html| find(html, is));
            inside.or_else(|| is(node).then(|| node.clone()))
        }
    }
}

fn listens<'a>(node: &'a Node, name: &str) -> Option<&'a Listener> {
    let computed = node.shape.keys.iter().skip(node.shape.fixed.len()).zip(&node.values);
    computed.into_iter().find_map(|(key, value)| match value {
        Value::Listener(listener) if *key == name => Some(listener),
        Value::Absent | Value::Attribute(_) | Value::Content(_) | Value::Listener(_) => None,
    })
}

/// The texts and labels of a node and of what is in it.
fn reads(node: &Node) -> String {
    outline(&Html::Node(Rc::new(node.clone())))
}
