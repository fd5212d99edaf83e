//! What an element shows at first, as a tree that a page can draw before the widget is there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{draw, scene, words};
use crate::domain::time::Timestamp;
use crate::sync::{Entity, Known, Resource};
use crate::ui::{Html, Locale, Node, Scene, Text, Value};
use crate::wire::Paint;

/// How far a clock is ahead of UTC, in minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Before the first change.
    pub first: i32,
    /// The moments at which it changes, in order, and how far it is ahead from then on.
    pub changes: Vec<(Timestamp, i32)>,
}

/// For whom something is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The tag of the language that the page wants.
    pub language: String,
    /// The reader's clock.
    pub clock: Clock,
    /// The address of the site's sign-in page, if the page names one.
    pub sign_in: Option<String>,
}

impl Clock {
    fn ahead_at(&self, at: Timestamp) -> i32 {
        let change = self.changes.iter().rev().find(|(from, _)| from.0 <= at.0);
        change.map_or(self.first, |(_, ahead)| *ahead)
    }
}

impl Reader {
    /// Draws for the reader at this moment.
    pub fn painter(&self, now: Timestamp) -> Painter {
        let clock = self.clock.clone();
        let offset = Rc::new(move |at| clock.ahead_at(at));
        let locale = Locale { words: words(&self.language), now, offset };
        Painter { locale, sign_in: self.sign_in.as_deref().map(Into::into) }
    }
}

/// Draws for a reader. It has the texts of the reader's language, which take longer to take in than a poll to draw.
pub struct Painter {
    locale: Locale,
    sign_in: Option<Rc<str>>,
}

impl Painter {
    /// What the element for this entity shows; `None` for what no element shows by itself.
    pub fn paint(&self, entity: Entity) -> Option<Paint> {
        let Resource::Topic(topic) = entity.resource() else { return None };
        let scene =
            Scene { sign_in: self.sign_in.clone(), ..scene(Known::Here(entity), self.locale.clone()) };
        let mut tree = Vec::new();
        add(&draw(topic, scene), &mut tree);
        tree.pop()
    }
}

fn add(html: &Html, tree: &mut Vec<Paint>) {
    match html {
        Html::Node(node) => tree.push(element(node)),
        Html::List(all) => all.iter().for_each(|html| add(html, tree)),
    }
}

fn element(node: &Node) -> Paint {
    let mut attributes = BTreeMap::new();
    let mut inside = Vec::new();
    let mut set = |name: &'static str, value| attributes.insert(Cow::Borrowed(name), value);
    let (fixed, computed) = node.shape.keys.split_at(node.shape.fixed.len());
    for (name, value) in fixed.iter().zip(node.shape.fixed) {
        set(name, Cow::Borrowed(*value));
    }
    for (name, value) in computed.iter().zip(&node.values) {
        match value {
            Value::Attribute(text) => {
                set(name, text.clone());
            }
            Value::Content(text) => inside.push(Paint::Text(text.clone().into_owned())),
            Value::Absent | Value::Listener(_) => {}
        }
    }
    if let Some(control) = &node.control {
        if control.checked == Some(true) {
            set("checked", Cow::Borrowed(""));
        }
        match &control.value {
            Some(text) if node.shape.name == "textarea" => inside.push(Paint::Text(text.clone())),
            Some(text) => {
                set("value", Text::Owned(text.clone()));
            }
            None => {}
        }
    }
    for child in &node.children {
        add(child, &mut inside);
    }
    Paint::Element(Cow::Borrowed(node.shape.name), attributes, inside)
}
