//! The widget's icons: a path each on a grid of 16 × 16, in the colour of the text.

use super::el::{Html, el};
use crate::domain::member::Icon;

/// A check mark.
pub const CHECK: &str = "M6.2 12.4 2 8.2l1.5-1.5 2.7 2.7 6.3-6.3L14 4.6z";

/// An arrow that points down.
pub const DOWN: &str = "M8 11.5 2.5 6 4 4.5l4 4 4-4L13.5 6z";

/// A bell.
pub const BELL: &str = "M8 1.8A4.3 4.3 0 0 0 3.7 6v3.1L2.2 11.6h11.6l-1.5-2.5V6A4.3 4.3 0 0 0 8 1.8zM6.4 13.4a1.7 1.7 0 0 0 3.2 0";

/// The icon of a badge.
pub fn badge(icon: Icon) -> &'static str {
    match icon {
        Icon::Heart => "M8 14 2.6 8.7a3.4 3.4 0 0 1 4.8-4.8l.6.6.6-.6a3.4 3.4 0 0 1 4.8 4.8z",
        Icon::Speech => {
            "M3.5 3h9A1.5 1.5 0 0 1 14 4.5v5A1.5 1.5 0 0 1 12.5 11H8l-3.5 3v-3h-1A1.5 1.5 0 0 1 2 9.5v-5A1.5 1.5 0 0 1 3.5 3z"
        }
        Icon::Book => {
            "M2 3.5c2-.7 4-.5 5.4.6v9C6 12 4 11.8 2 12.5zm12 0c-2-.7-4-.5-5.4.6v9c1.4-1.1 3.4-1.3 5.4-.6z"
        }
        Icon::Flame => {
            "M8.5 1.5c.5 2.5 4 4 4 7.5a4.5 4.5 0 0 1-9 0c0-1.8.9-3 2-4 .1 1.2.6 2 1.3 2.3C6.5 5 7 3 8.5 1.5z"
        }
        Icon::Ballot => "M5 2h6v5h2.5V14h-11V7H5zm1.5 1.5V7h3V3.5zM5 9.5V11h6V9.5z",
        Icon::Cake => "M7.3 1.5h1.4V5h4.3v3.5H3V5h4.3zM2.5 9.7h11V14h-11z",
        Icon::Leaf => {
            "M13.5 2.5c.5 6-1.5 9.7-5.5 9.7-1.3 0-2.4-.4-3.2-1.1L3.3 13.5 2 12.6l2-3C2.7 4.7 7 2.7 13.5 2.5z"
        }
        Icon::Star => "m8 1.8 1.9 4 4.3.5-3.2 3 .9 4.3L8 11.5l-3.9 2.1.9-4.3-3.2-3 4.3-.5z",
    }
}

/// Draws a path. It is hidden from screen readers, since words beside it say what it means.
pub fn draw(class: &'static str, path: &'static str) -> Html {
    el!("svg" ["viewBox" = "0 0 16 16", "aria-hidden" = "true"], "class" = class; el!("path", "d" = path))
}
