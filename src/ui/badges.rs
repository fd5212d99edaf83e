//! A member's badges beside their name, and the card that tells of all of them.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};
use yew::html::{onfocus, onfocusout, onpointerenter, onpointerleave, ontoggle};
use yew::prelude::*;

use super::el::{bdi, el, kept, keyed, list, maybe, on, pressed, said, text};
use super::{bar::bar, icon, words};
use crate::domain::member::{Award, Member, Tier};
use crate::sync::{Entity, Known};

/// Most badges beside a name; the rest is a number.
const SHOWN: usize = 5;

/// What badges are drawn from.
#[derive(Clone, Properties)]
pub struct BadgesProps {
    /// What is known of the member.
    pub known: Known,
}

/// A member's badges.
#[derive(Debug, Default)]
pub struct Badges {
    /// The card's content is made when it is first needed: a page may have hundreds of members.
    open: bool,
    whole: NodeRef,
    chips: NodeRef,
    card: NodeRef,
}

/// What happens to the card.
#[derive(Clone, Copy, Debug)]
pub enum Msg {
    /// Pointer, focus or tap asks for it.
    Open,
    /// The focus left.
    Close,
    /// The pointer left; the card stays for the focus.
    Leave,
    /// The browser showed or hid it, such as by Escape.
    Toggled,
}

impl Component for Badges {
    type Message = Msg;
    type Properties = BadgesProps;

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        let card = self.card.cast::<HtmlElement>();
        let has_focus = || {
            let whole = self.whole.cast::<HtmlElement>();
            whole.is_some_and(|whole| whole.matches(":focus-within").unwrap_or(false))
        };
        match msg {
            Msg::Leave if has_focus() => return false,
            Msg::Open => return !std::mem::replace(&mut self.open, true),
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

    fn view(&self, ctx: &Context<Self>) -> Html {
        let member = match &ctx.props().known {
            Known::Here(Entity::Member(member)) if !member.badges.is_empty() => member,
            // Beside a name, nothing is better than a complaint.
            _ => return el!("span"["hidden" = ""]),
        };
        let link = ctx.link();
        let over = |msg: Msg| {
            link.batch_callback(move |e: PointerEvent| (e.pointer_type() == "mouse").then_some(msg))
        };
        let whole = self.whole.clone();
        let leave = link.batch_callback(move |e: FocusEvent| {
            let to = e.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let inside = whole.get().is_some_and(|whole| whole.contains(to.as_ref()));
            (!inside).then_some(Msg::Close)
        });
        let rest = member.badges.len().saturating_sub(SHOWN);
        let more = (rest > 0).then(|| {
            let rest = words::number(u32::try_from(rest).unwrap_or(u32::MAX));
            el!("span" ["class" = "more", "aria-hidden" = "true"]; text(["+", &rest].concat()))
        });
        let open = |html| {
            on(
                Rc::new(onfocus::Wrapper::new(link.callback(|_| Msg::Open))),
                pressed(link.callback(|_| Msg::Open), html),
            )
        };
        let chips = el!("button" ["type" = "button", "class" = "chips", "popovertarget" = "card", "popovertargetaction" = "show"],
            "aria-expanded" = if self.open { "true" } else { "false" };
            said(label(member)), list(member.badges.iter().take(SHOWN).map(chip).collect()), maybe(more));
        let card = el!("div" ["id" = "card", "class" = "pop", "part" = "card", "popover" = "auto", "role" = "group", "tabindex" = "0"],
            "aria-label" = label(member); maybe(self.open.then(|| card(member))));
        let toggled = Rc::new(ontoggle::Wrapper::new(link.callback(|_| Msg::Toggled)));
        let whole =
            el!("span", "folk badges"; kept(&self.chips, open(chips)), kept(&self.card, on(toggled, card)));
        let whole = on(Rc::new(onfocusout::Wrapper::new(leave)), kept(&self.whole, whole));
        let whole = on(Rc::new(onpointerenter::Wrapper::new(over(Msg::Open))), whole);
        on(Rc::new(onpointerleave::Wrapper::new(over(Msg::Leave))), whole)
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if self.open
            && let (Some(chips), Some(card)) =
                (self.chips.cast::<HtmlElement>(), self.card.cast::<HtmlElement>())
            && !card.matches(":popover-open").unwrap_or(true)
            && card.show_popover().is_ok()
        {
            place(&card, &chips);
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

fn card(member: &Member) -> Html {
    let mut groups: Vec<(&str, Vec<&Award>)> = Vec::new();
    for award in &member.badges {
        match groups.iter_mut().find(|(name, _)| *name == award.group) {
            Some((_, awards)) => awards.push(award),
            None => groups.push((&award.group, vec![award])),
        }
    }
    let group = |(name, awards): (&str, Vec<&Award>)| {
        let awards = list(awards.into_iter().map(award).collect());
        keyed(name, el!("div"; el!("p", "group"; bdi(name.to_owned())), el!("ul", "awards"; awards)))
    };
    let next = member.next.iter().map(|ahead| {
        let of = [&words::number(ahead.current), " of ", &words::number(ahead.target)].concat();
        el!("div", "next";
            el!("p"; el!("b"; bdi(ahead.name.clone())), el!("span", "meta"; text(of))),
            bar("line", ahead.current.saturating_mul(100) / ahead.target.max(1)),
            el!("p", "meta"; bdi(ahead.tip.clone())))
    });
    let stage = member.stage.map_or("", words::stage);
    el!("div";
        el!("p", "who"; bdi(member.name.clone()), el!("span", "meta"; text(stage))),
        list(groups.into_iter().map(group).collect()),
        list(next.collect()))
}

fn award(award: &Award) -> Html {
    let when = award.awarded_at.map(words::day).unwrap_or_default();
    let times = if award.times > 1 { [" × ", &words::number(award.times)].concat() } else { String::new() };
    let why = if award.reason.is_empty() { &award.description } else { &award.reason };
    let row = el!("li";
        chip(award),
        el!("span", "label"; el!("b"; bdi(award.name.clone())), text(times), el!("span", "meta"; bdi(why.clone()))),
        el!("span", "meta when"; text(when)));
    keyed(award.badge.as_str(), row)
}

/// Puts the card under the badges, or above them where there is no room, inside the window. It scrolls with the page.
fn place(card: &HtmlElement, chips: &HtmlElement) {
    const GAP: f64 = 6.0;
    let Some(window) = web_sys::window() else { return };
    let size =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or_default();
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (near, own) = (chips.get_bounding_client_rect(), card.get_bounding_client_rect());
    let left = near.left().min(width - own.width() - GAP).max(GAP);
    let below = near.bottom() + GAP;
    let fits = below + own.height() <= height || near.top() < own.height() + GAP;
    let top = if fits { below } else { near.top() - own.height() - GAP };
    let scrolled = (window.scroll_x().unwrap_or_default(), window.scroll_y().unwrap_or_default());
    for (name, pixels) in [("left", left + scrolled.0), ("top", top + scrolled.1)] {
        #[expect(clippy::cast_possible_truncation)] // whole pixels will do, and writing floats costs bytes
        let whole = pixels as i32;
        let _ = card.style().set_property(name, &[&whole.to_string(), "px"].concat());
    }
}
