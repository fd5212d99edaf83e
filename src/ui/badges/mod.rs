//! A member's badges beside their name, and the card that lists all of them. The content of the card is a part, which is fetched
//! when a card first opens.

mod card;
mod named;

pub use card::{Card, whole as card};

use super::el::{Html, el, keyed, list, maybe, said, text};
use super::part::absent;
use super::{Dom, icon};
use crate::domain::member::{Award, Member, Tier};
use crate::sync::{Entity, Event, Known, Part};
use crate::words::Words;

/// The most badges beside a name. A number stands for the rest.
const SHOWN: usize = 5;

/// The context of badges.
type Context<'a> = super::Context<'a, Msg>;

/// A member's badges.
#[derive(Debug, Default)]
pub struct Badges {
    open: bool,
    /// Whether the card has opened before. The card and its listeners are made when it first opens, since a page may show the
    /// badges of a thousand members.
    made: bool,
}

/// An event of the card.
#[derive(Clone, Copy, Debug)]
pub enum Msg {
    /// The pointer or the focus arrived, or the badges were tapped.
    Open,
    /// The focus left.
    Close,
    /// The pointer left. The card stays open while the focus is in it.
    Leave,
    /// The browser opened or closed the card, such as on Escape.
    Toggled,
    /// Tries again to fetch the part.
    Load,
}

impl Badges {
    /// Handles an event of the card. Returns whether to draw the badges again.
    pub fn update(&mut self, ctx: &Context<'_>, dom: &dyn Dom, msg: Msg) -> bool {
        match msg {
            Msg::Leave if dom.has_focus() => return false,
            Msg::Open => {
                self.made = true;
                if ctx.scene.card.here.is_none() {
                    ctx.on.emit(Event::Need(Part::Card, ctx.topic.clone()));
                }
                return !std::mem::replace(&mut self.open, true);
            }
            Msg::Close | Msg::Leave => {
                self.open = false;
                dom.hide_card();
            }
            Msg::Toggled => self.open = dom.is_card_open(),
            Msg::Load => {
                // The pressed button is about to disappear. The focus moves to the card first, or the card would close.
                dom.focus("#card");
                ctx.on.emit(Event::Retry(ctx.topic.clone().into()));
            }
        }
        true
    }

    /// Draws the badges.
    pub fn view(&self, ctx: &Context<'_>) -> Html {
        // Beside a name, no error message is shown.
        let nothing = || el!("span"["hidden" = ""]);
        let Known::Here(Entity::Member(member)) = &ctx.scene.known else { return nothing() };
        if member.badges.is_empty() {
            return nothing();
        }
        let words = &ctx.scene.locale.words;
        let over = |msg: Msg| ctx.maybe(move |event| event.is_mouse().then_some(msg));
        let leave = ctx.maybe(|event| event.leaves(".badges").then_some(Msg::Close));
        let rest = member.badges.len().saturating_sub(SHOWN);
        let more = (rest > 0).then(|| {
            let rest = words.badges_more(u32::try_from(rest).unwrap_or(u32::MAX));
            el!("span" ["class" = "more", "aria-hidden" = "true"]; text(rest))
        });
        let open = ctx.sends(Msg::Open);
        let chips = el!("button" ["type" = "button", "class" = "chips"],
            "popovertarget" = self.made.then_some("card"), "popovertargetaction" = self.made.then_some("show"),
            "aria-expanded" = if self.open { "true" } else { "false" }, "onfocus" = open.clone(), "onclick" = open;
            said(label(words, member)), list(member.badges.iter().take(SHOWN).map(chip).collect()), maybe(more));
        let inside = || {
            let part = ctx.scene.card;
            if let Some(card) = part.here {
                return (card.draw)(&ctx.scene.locale, member);
            }
            el!("div"; el!("b"; text(label(words, member))), absent(words, part.state, ctx.sends(Msg::Load)))
        };
        let card = || {
            el!("div" ["id" = "card", "class" = "pop", "part" = "card", "popover" = "auto", "role" = "group", "tabindex" = "0"],
                "aria-label" = label(words, member), "ontoggle" = ctx.sends(Msg::Toggled); maybe(self.open.then(inside)))
        };
        let card = maybe(self.made.then(card));
        // Browsers have no event handler property `onfocusout`, so `www/guard.js` calls it.
        el!("span", "folk badges", "onpointerenter" = over(Msg::Open),
            "onpointerleave" = self.made.then(|| over(Msg::Leave)), "onfocusout" = self.made.then_some(leave);
            chips, card)
    }

    /// Opens the card after it was drawn.
    pub fn rendered(&mut self, dom: &dyn Dom) {
        if self.open {
            dom.show_card();
        }
    }
}

fn label(words: &Words, member: &Member) -> String {
    words.badges_of(&member.name, u32::try_from(member.badges.len()).unwrap_or(u32::MAX))
}

fn tone(tier: Tier) -> &'static str {
    match tier {
        Tier::Plain => "plain",
        Tier::Bronze => "bronze",
        Tier::Silver => "silver",
        Tier::Gold => "gold",
    }
}

fn chip(award: &Award) -> Html {
    let chip = el!("span" ["part" = "badge"], "class" = ["chip ", tone(award.tier)].concat(); icon::draw("icon", icon::badge(award.icon)));
    keyed(award.badge.as_str(), chip)
}
