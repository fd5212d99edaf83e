//! Buttons and links of a poll's foot and notices.

use super::{Context, Msg};
use crate::ui::el::{Html, button, el, keyed, text};

/// A secondary button.
pub(super) fn quiet(ctx: &Context<'_>, words: String, msg: Msg) -> Html {
    keyed(words.clone(), button("quiet", words, ctx.sends(msg)))
}

/// A link to the site's sign-in page.
pub(super) fn sign_in(class: &'static str, href: &str, words: String) -> Html {
    el!("a" ["part" = "button"], "class" = class, "href" = href.to_string(); text(words))
}
