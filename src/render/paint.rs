//! What an element shows at first, as a tree that a page can draw before the widget is there.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::nodes::{attributes, content, nodes};
use super::{draw, scene, words};
use crate::domain::time::Timestamp;
use crate::sync::{Entity, Known, Resource};
use crate::ui::{Locale, Node, Scene};
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
        nodes(&draw(topic, scene)).first().map(|node| element(node))
    }
}

fn element(node: &Node) -> Paint {
    let owned = |(name, value): (&'static str, &str)| (name.into(), value.to_owned());
    let mut attributes: BTreeMap<_, _> = attributes(node).map(owned).collect();
    let mut inside: Vec<Paint> = content(node).map(|text| Paint::Text(text.to_owned())).into_iter().collect();
    if let Some(control) = &node.control {
        if control.checked == Some(true) {
            attributes.insert("checked".into(), String::new());
        }
        match &control.value {
            Some(text) if node.shape.name == "textarea" => inside.push(Paint::Text(text.clone())),
            Some(text) => {
                attributes.insert("value".into(), text.clone());
            }
            None => {}
        }
    }
    inside.extend(node.children.iter().flat_map(nodes).map(element));
    Paint::Element(node.shape.name.into(), attributes, inside)
}
