//! What an element shows, as an outline in text: a line for each node, with its attributes in the order of their names, the state
//! of a form control, and its text.

use std::fmt::Write as _;

use folkmoot::ui::{Html, Node, Text, Value};

/// The outline of a tree.
pub fn outline(html: &Html) -> String {
    let mut lines = Vec::new();
    walk(html, 0, &mut lines);
    lines.join("\n")
}

fn walk(html: &Html, depth: usize, lines: &mut Vec<String>) {
    match html {
        Html::Node(node) => {
            lines.push(drawn(node).line(depth));
            for child in &node.children {
                walk(child, depth + 1, lines);
            }
        }
        Html::List(all) => all.iter().for_each(|html| walk(html, depth, lines)),
    }
}

/// What a line of an outline says.
#[derive(Debug, Default)]
pub struct Line {
    /// The name of the HTML element.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// The value of a form control.
    pub value: Option<String>,
    /// Whether a form control is checked.
    pub checked: bool,
    /// The text in the element.
    pub text: String,
}

impl Line {
    /// The line, at this depth of the tree.
    pub fn line(mut self, depth: usize) -> String {
        self.attributes.sort();
        let mut line = "  ".repeat(depth) + &self.name;
        for (name, value) in self.attributes {
            let _ = write!(line, " {name}={value:?}");
        }
        if let Some(value) = self.value {
            let _ = write!(line, " value: {value:?}");
        }
        if self.checked {
            line += " checked";
        }
        if !self.text.is_empty() {
            let _ = write!(line, " {:?}", self.text);
        }
        line
    }
}

/// What a node says.
pub fn drawn(node: &Node) -> Line {
    let mut line = Line { name: node.shape.name.into(), ..Line::default() };
    let fixed = node.shape.fixed.iter().map(|value| Value::Attribute(Text::Borrowed(value)));
    for (name, value) in node.shape.keys.iter().zip(fixed.chain(node.values.iter().cloned())) {
        match value {
            Value::Absent | Value::Listener(_) => {}
            Value::Attribute(text) => line.attributes.push(((*name).into(), text.into_owned())),
            Value::Content(text) => line.text = text.into_owned(),
        }
    }
    if let Some(control) = &node.control {
        line.value.clone_from(&control.value);
        line.checked = control.checked == Some(true);
    }
    line
}
