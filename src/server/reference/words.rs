//! Sentences with code in backticks, tables and blocks of JSON.

use maud::{Markup, html};
use serde_json::Value;

/// A sentence in which backticks mark code.
pub(super) fn sentence(text: &str) -> Markup {
    html! {
        @for (at, piece) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

/// A table that scrolls where it is too wide, without the rest of the page.
pub(super) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<Markup>>) -> Markup {
    html! {
        div class="scrolls" tabindex="0" {
            table {
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in rows {
                        tr { @for cell in row { td { (cell) } } }
                    }
                }
            }
        }
    }
}

/// A name that pages or hosts write.
pub(super) fn code(name: &str) -> Markup {
    html! { code { (name) } }
}

/// JSON, indented.
pub(super) fn json(value: &Value) -> Markup {
    html! { pre { code { (format!("{value:#}")) } } }
}
