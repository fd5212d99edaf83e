//! A member's badges beside their name, and the card that lists all of them. The content of the card is a part, which is fetched
//! when a card first opens.

mod card;

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, Node, ShadowRoot};
use yew::prelude::*;

pub use card::{Card, load as load_card};

use super::el::{DomEvent, bdi, el, kept, keyed, list, maybe, said, text};
use super::part::absent;
use super::{icon, words};
use crate::domain::member::{Award, Member, Tier};
use crate::sync::{Entity, Event, Known, Part};

#[wasm_bindgen]
extern "C" {
    /// Opens the card beside the badges. See `www/ports.js`.
    fn show(card: &HtmlElement, chips: &HtmlElement);
}

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
    whole: NodeRef,
    chips: NodeRef,
    card: NodeRef,
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
}

impl Badges {
    /// Handles an event of the card. Returns whether to draw the badges again.
    pub fn update(&mut self, ctx: &Context<'_>, msg: Msg) -> bool {
        let card = self.card.cast::<HtmlElement>();
        // Not by `:focus-within`, which in Chromium does not match the ancestors of an open popover.
        let has_focus = || {
            let whole = self.whole.get()?;
            let root = whole.get_root_node().dyn_into::<ShadowRoot>().ok()?;
            Some(whole.contains(root.active_element().as_deref()))
        };
        match msg {
            Msg::Leave if has_focus() == Some(true) => return false,
            Msg::Open => {
                self.made = true;
                if ctx.scene.card.here.is_none() {
                    ctx.on.emit(Event::Need(Part::Card, ctx.topic.clone()));
                }
                return !std::mem::replace(&mut self.open, true);
            }
            Msg::Close | Msg::Leave => {
                self.open = false;
                if let Some(card) = card {
                    let _ = card.hide_popover();
                }
            }
            Msg::Toggled => {
                self.open = card.is_some_and(|c| c.matches(":popover-open").unwrap_or(false));
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
        let over = |msg: Msg| {
            ctx.maybe(move |e: DomEvent| {
                (e.unchecked_into::<PointerEvent>().pointer_type() == "mouse").then_some(msg)
            })
        };
        let whole = self.whole.clone();
        let leave = ctx.maybe(move |e: DomEvent| {
            let to =
                e.unchecked_into::<FocusEvent>().related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let inside = whole.get().is_some_and(|whole| whole.contains(to.as_ref()));
            (!inside).then_some(Msg::Close)
        });
        let rest = member.badges.len().saturating_sub(SHOWN);
        let more = (rest > 0).then(|| {
            let rest = words::number(u32::try_from(rest).unwrap_or(u32::MAX));
            el!("span" ["class" = "more", "aria-hidden" = "true"]; text(["+", &rest].concat()))
        });
        let open = ctx.sends(Msg::Open);
        let chips = el!("button" ["type" = "button", "class" = "chips"],
            "popovertarget" = self.made.then_some("card"), "popovertargetaction" = self.made.then_some("show"),
            "aria-expanded" = if self.open { "true" } else { "false" }, "onfocus" = open.clone(), "onclick" = open;
            said(label(member)), list(member.badges.iter().take(SHOWN).map(chip).collect()), maybe(more));
        let inside = || {
            let part = ctx.scene.card;
            if let Some(card) = part.here {
                return (card.draw)(member);
            }
            // The pressed button is about to disappear. The focus moves to the card first, or the card would close.
            let (frame, on, topic) = (self.card.clone(), ctx.on.clone(), ctx.topic.clone());
            let retry = Callback::from(move |_: DomEvent| {
                if let Some(card) = frame.cast::<HtmlElement>() {
                    let _ = card.focus();
                }
                on.emit(Event::Retry(topic.clone().into()));
            });
            el!("div"; el!("b"; bdi(label(member))), absent(part.state, retry))
        };
        let card = || {
            let card = el!("div" ["id" = "card", "class" = "pop", "part" = "card", "popover" = "auto", "role" = "group", "tabindex" = "0"],
                "aria-label" = label(member), "ontoggle" = ctx.sends(Msg::Toggled); maybe(self.open.then(inside)));
            kept(&self.card, card)
        };
        let card = maybe(self.made.then(card));
        // Browsers have no event handler property `onfocusout`, so `www/guard.js` calls it.
        let whole = el!("span", "folk badges", "onpointerenter" = over(Msg::Open),
            "onpointerleave" = self.made.then(|| over(Msg::Leave)), "onfocusout" = self.made.then_some(leave);
            kept(&self.chips, chips), card);
        kept(&self.whole, whole)
    }

    /// Opens the card after it was drawn.
    pub fn rendered(&mut self) {
        if self.open
            && let (Some(chips), Some(card)) =
                (self.chips.cast::<HtmlElement>(), self.card.cast::<HtmlElement>())
        {
            show(&card, &chips);
        }
    }
}

fn label(member: &Member) -> String {
    let badges = words::count(u32::try_from(member.badges.len()).unwrap_or(u32::MAX), "badge");
    [&member.name, ": ", &badges].concat()
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
