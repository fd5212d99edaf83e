//! What pages embed: the elements and the names that go with them.

use maud::{Markup, html};

use super::words::{code, sentence, table};
use crate::contract::{ERROR, ERROR_CODES, EVENTS, Name, PARTS, SCRIPT_DATA, Tag, VARIABLES};

pub(super) fn draw() -> Markup {
    html! {
        @for tag in Tag::ALL {
            h3 id=(tag.name()) { (code(tag.name())) }
            p { (sentence(tag.about())) }
            @if !tag.attributes().is_empty() { (names("Attribute", tag.attributes())) }
        }
        h3 id="script-tag" { "The script tag" }
        (names("Attribute", &SCRIPT_DATA))
        h3 id="events" { "Events" }
        (names("Event", &EVENTS))
        p { "The " code { "code" } " of " code { (ERROR) } " is one of:" }
        (names("Code", &ERROR_CODES))
        h3 id="parts" { "Parts" }
        p { "For " code { "::part()" } " in the style sheet of the page." }
        (names("Part", &PARTS))
        h3 id="properties" { "Custom properties" }
        (names("Property", &VARIABLES))
    }
}

fn names(head: &str, names: &[Name]) -> Markup {
    table(&[head, "Meaning"], names.iter().map(|name| vec![code(name.name), sentence(name.about)]))
}
