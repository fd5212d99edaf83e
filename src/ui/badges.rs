//! A member's badges beside their name, and the card that tells of all of them.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};
use yew::prelude::*;

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
            _ => return html! { <span hidden={true} /> },
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
        html! {
            <span class="folk badges" ref={&self.whole} onfocusout={leave} onpointerenter={over(Msg::Open)} onpointerleave={over(Msg::Leave)}>
                <button type="button" class="chips" ref={&self.chips}
                    aria-expanded={self.open.to_string()} popovertarget="card" popovertargetaction="show"
                    onclick={link.callback(|_| Msg::Open)} onfocus={link.callback(|_| Msg::Open)}>
                    <span class="said">{ label(member) }</span>
                    { for member.badges.iter().take(SHOWN).map(chip) }
                    { for (rest > 0).then(|| html! { <span class="more" aria-hidden="true">{ "+" }{ words::number(u32::try_from(rest).unwrap_or(u32::MAX)) }</span> }) }
                </button>
                <div id="card" class="pop" part="card" popover="auto" role="group" aria-label={label(member)} tabindex="0"
                    ref={&self.card} ontoggle={link.callback(|_| Msg::Toggled)}>
                    { for self.open.then(|| card(member)) }
                </div>
            </span>
        }
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
    html! {
        <span key={award.badge.as_str()} class={classes!("chip", tone(award.tier))} part="badge">
            { icon::draw("icon", icon::badge(award.icon)) }
        </span>
    }
}

fn card(member: &Member) -> Html {
    let mut groups: Vec<(&str, Vec<&Award>)> = Vec::new();
    for award in &member.badges {
        match groups.iter_mut().find(|(name, _)| *name == award.group) {
            Some((_, awards)) => awards.push(award),
            None => groups.push((&award.group, vec![award])),
        }
    }
    html! {
        <div>
            <p class="who"><bdi>{ &member.name }</bdi><span class="meta">{ member.stage.map(words::stage) }</span></p>
            { for groups.into_iter().map(|(name, awards)| html! {
                <div key={name.to_owned()}>
                    <p class="group"><bdi>{ name }</bdi></p>
                    <ul class="awards">{ for awards.into_iter().map(award) }</ul>
                </div>
            }) }
            { for member.next.iter().map(|ahead| html! {
                <div class="next">
                    <p><b><bdi>{ &ahead.name }</bdi></b><span class="meta">{ words::number(ahead.current) }{ " of " }{ words::number(ahead.target) }</span></p>
                    { bar("line", ahead.current.saturating_mul(100) / ahead.target.max(1)) }
                    <p class="meta"><bdi>{ &ahead.tip }</bdi></p>
                </div>
            }) }
        </div>
    }
}

fn award(award: &Award) -> Html {
    let when = award.awarded_at.map(words::day).unwrap_or_default();
    let times = if award.times > 1 { [" × ", &words::number(award.times)].concat() } else { String::new() };
    let why = if award.reason.is_empty() { &award.description } else { &award.reason };
    html! {
        <li key={award.badge.as_str()}>
            { chip(award) }
            <span class="label"><b><bdi>{ &award.name }</bdi></b>{ times }<span class="meta"><bdi>{ why }</bdi></span></span>
            <span class="meta when">{ when }</span>
        </li>
    }
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
