//! What a poll's foot and its notices have to press.

use yew::prelude::*;

use super::{Context, Msg};
use crate::ui::el::{button, el, keyed, text};

/// A button that does not press itself on anyone.
pub(super) fn quiet(ctx: &Context<'_>, words: &'static str, msg: Msg) -> Html {
    let press = ctx.callback(move |_: MouseEvent| msg.clone());
    keyed(words, button("quiet", words, press))
}

/// A link to where a guest signs in.
pub(super) fn sign_in(class: &'static str, href: &AttrValue, words: &'static str) -> Html {
    el!("a" ["part" = "button"], "class" = class, "href" = href.to_string(); text(words))
}
