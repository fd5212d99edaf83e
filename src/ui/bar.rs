//! A horizontal bar: SVG geometry, since widths in a `style` attribute would need a laxer Content-Security-Policy.

use super::el::{Html, el};

/// A bar filled to a percentage. It is hidden from screen readers, since words beside it say the same.
pub fn bar(class: &'static str, percent: u32) -> Html {
    el!("svg" ["part" = "bar", "viewBox" = "0 0 100 1", "preserveAspectRatio" = "none", "aria-hidden" = "true"], "class" = class;
        el!("rect" ["height" = "1"], "width" = percent.to_string()))
}
