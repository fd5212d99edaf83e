//! Plain HTML: what can be read, and nothing that has to be pressed.

use std::fmt::Write as _;

use maud::Escaper;

use super::nodes::{attributes, content, nodes};
use crate::ui::{Html, Node};
use crate::words::Words;

/// Elements that say nothing where nothing can be pressed and nothing is styled.
const LEFT_OUT: [&str; 4] = ["button", "input", "textarea", "svg"];

/// Elements that mean something of their own. Of all others, only the content is kept.
const KEPT: [&str; 18] = [
    "a", "b", "bdi", "caption", "details", "h3", "img", "li", "ol", "p", "section", "summary", "table", "td",
    "th", "time", "tr", "ul",
];

/// Elements that stand on a line of their own.
const BLOCKS: [&str; 11] =
    ["caption", "details", "h3", "li", "ol", "p", "section", "summary", "table", "tr", "ul"];

/// Attributes that say something without the widget.
const ATTRIBUTES: [&str; 7] = ["alt", "datetime", "dir", "href", "rel", "scope", "src"];

/// The tree as plain HTML in this language, without what is hidden, drawings, legends, buttons and form controls. Links and
/// pictures with a path alone are on this origin, such as `https://forum.example`.
pub fn plain(html: &Html, words: &Words, origin: &str) -> String {
    let mut out = format!("<article lang=\"{}\" dir=\"{}\">", words.tag(), words.direction());
    for node in nodes(html) {
        write(node, origin, &mut out);
    }
    // Control characters mean nothing in HTML, and something to a terminal.
    out.retain(|c| c == '\n' || !c.is_control());
    out + "</article>\n"
}

fn write(node: &Node, origin: &str, out: &mut String) {
    let name = node.shape.name;
    let has = |wanted: &str| attributes(node).any(|(name, _)| name == wanted);
    let looks = |wanted: &str| {
        attributes(node).any(|(name, value)| name == "class" && value.split(' ').any(|c| c == wanted))
    };
    // Screen readers leave out some paragraphs, since they hear these words as the name of a list.
    if LEFT_OUT.contains(&name) || has("hidden") || has("aria-hidden") && name != "p" || looks("keys") {
        return;
    }
    let mut inside = String::new();
    // A text within another has no class.
    let spaced = ["b", "img", "time"].contains(&name) || name == "span" && has("class");
    if let Some(content) = content(node) {
        let content = if spaced { content.trim_start() } else { content };
        // Writing to a text does not fail.
        let _ = Escaper::new(&mut inside).write_str(content);
    }
    for html in &node.children {
        for node in nodes(html) {
            write(node, origin, &mut inside);
        }
    }
    // A text keeps the space before the link after it.
    let inside = if content(node).is_some() { &inside } else { inside.trim_end() };
    if inside.trim().is_empty() && !["img", "td"].contains(&name) {
        return;
    }
    // The line at the foot, which no other element puts on a line of its own.
    let name = if looks("foot") { "p" } else { name };
    if BLOCKS.contains(&name) {
        out.push('\n');
    } else if (spaced || looks("more")) && !out.is_empty() && !out.ends_with([' ', '\n']) {
        out.push(' ');
    }
    let nested = name == "bdi" && inside.starts_with("<bdi>") && inside.matches("<bdi>").count() == 1;
    if !KEPT.contains(&name) || nested {
        out.push_str(inside);
        return;
    }
    let _ = write!(out, "<{name}");
    for (name, value) in attributes(node).filter(|(name, _)| ATTRIBUTES.contains(name)) {
        let on_site = ["href", "src"].contains(&name) && value.starts_with('/') && !value.starts_with("//");
        let _ = write!(out, " {name}=\"{}", if on_site { origin } else { "" });
        let _ = Escaper::new(out).write_str(value);
        out.push('"');
    }
    out.push('>');
    if name == "img" {
        return;
    }
    let leads = looks("leads") && !inside.contains('\n');
    let _ = if leads {
        write!(out, "<strong>{inside}</strong></{name}>")
    } else {
        write!(out, "{inside}</{name}>")
    };
}
