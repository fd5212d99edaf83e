//! What there is in a drawn tree.

use crate::ui::{Html, Node, Text, Value};

/// The outermost nodes of a tree.
pub(super) fn nodes(html: &Html) -> Vec<&Node> {
    match html {
        Html::Node(node) => vec![node],
        Html::List(all) => all.iter().flat_map(nodes).collect(),
    }
}

/// The attributes that are there, by name.
pub(super) fn attributes(node: &Node) -> impl Iterator<Item = (&'static str, &str)> {
    let fixed = node.shape.fixed.iter().map(|value| Some(*value));
    let computed = node.values.iter().map(|value| match value {
        Value::Attribute(text) => Some(Text::as_ref(text)),
        Value::Absent | Value::Content(_) | Value::Listener(_) => None,
    });
    let values = fixed.chain(computed);
    node.shape.keys.iter().zip(values).filter_map(|(name, value)| Some((*name, value?)))
}

/// The text of an element that has nothing else in it.
pub(super) fn content(node: &Node) -> Option<&str> {
    node.values.iter().find_map(|value| match value {
        Value::Content(text) => Some(Text::as_ref(text)),
        Value::Absent | Value::Attribute(_) | Value::Listener(_) => None,
    })
}
