//! Lists about a poll: voters, reasons and comments, as far as their pages have loaded.

use super::{prose, table};
use crate::domain::poll::{self as domain, Entry, List, Secrecy};
use crate::sync::{Act, Entity, Known, PageOf};
use crate::ui::el::{Html, bdi, button, el, keyed, list, maybe, text};
use crate::ui::part::{coming, not_loaded};
use crate::ui::poll::below::press;
use crate::ui::poll::face::Face;
use crate::ui::poll::panel::Msg;
use crate::ui::poll::{Context, Poll, text as said};
use crate::words::iso;

/// The entries of a list, and a button for the next page.
pub(super) fn draw(of: List, form: &Poll, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face) -> Html {
    let words = &ctx.scene.locale.words;
    let mut entries = Vec::new();
    let mut rest = Html::default();
    let mut after = String::new();
    for known in form.pages.iter().map(|page| known(ctx, page)) {
        let look = Msg::Look(of, after.clone());
        rest = match known {
            Known::Here(Entity::Page(_, page)) => {
                let first = entries.len();
                let draw =
                    |(at, entry)| keyed(key(first + at, entry), draw_entry(of, ctx, poll, face, entry));
                entries.extend(page.entries.iter().enumerate().map(draw));
                after = page.next.clone().unwrap_or_default();
                let more = page.next.clone().map(|next| press(ctx, Msg::Look(of, next)));
                maybe(more.map(|more| button("quiet", words.show_more(), more)))
            }
            Known::Loading => coming(words),
            Known::Here(_) | Known::Missing | Known::Failed(_) | Known::Malformed(_) => {
                not_loaded(words, press(ctx, look))
            }
        };
    }
    let nobody =
        entries.is_empty() && form.pages.iter().all(|page| matches!(known(ctx, page), Known::Here(_)));
    let none = match of {
        List::Voters => words.voters_none(),
        List::Reasons => words.reasons_none(),
        List::Comments => words.comments_none(),
    };
    el!("div";
        maybe((of == List::Reasons && poll.rules.secrecy != Secrecy::Public)
            .then(|| table::words(words.reasons_are_nameless()))),
        el!("ul" ["class" = "entries"]; list(entries)),
        el!("p", "meta", "hidden" = !nobody; text(none)),
        rest)
}

/// What is known of a page.
fn known<'a>(ctx: &'a Context<'_>, page: &PageOf) -> &'a Known {
    ctx.scene.pages.iter().find(|(of, _)| of == page).map_or(&Known::Loading, |(_, known)| known)
}

fn key(at: usize, entry: &Entry) -> String {
    if entry.id.is_empty() { at.to_string() } else { entry.id.clone() }
}

fn draw_entry(of: List, ctx: &Context<'_>, poll: &domain::Poll, face: &dyn Face, entry: &Entry) -> Html {
    let words = &ctx.scene.locale.words;
    let chosen = said::labels(poll, face, &ctx.scene.locale, entry.answer.as_ref());
    let named = (!entry.name.is_empty()).then(|| el!("b"; bdi(entry.name.clone())));
    let told = (!chosen.is_empty()).then(|| el!("span", "meta"; text(chosen)));
    let when = entry.at.map(
        |at| el!("time", "datetime" = iso(at), "class" = "meta"; text(ctx.scene.locale.moment(at, None))),
    );
    let take = (of == List::Comments && entry.mine).then(|| {
        act(
            ctx,
            words.action_delete(),
            words.action_delete_comment(&entry.name),
            Act::TakeComment(entry.id.clone()),
        )
    });
    el!("li", "entry";
        el!("div", "by"; el!("p"; maybe(named), maybe(told), maybe(when)), maybe(take)),
        el!("p", "words", "hidden" = entry.text.is_empty(); prose::draw(&entry.text)))
}

/// A button for an action. Screen readers read the `label`, which names the thing that the action is about.
pub(super) fn act(ctx: &Context<'_>, words: String, label: String, act: Act) -> Html {
    let press = press(ctx, Msg::Act(act));
    el!("button" ["type" = "button", "class" = "quiet", "part" = "button"], "aria-label" = label, "onclick" = press; text(words))
}
