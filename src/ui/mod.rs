//! What a member sees: elements, drawn from state, with callbacks out.
//!
//! The markup is a function of what it is given. An element always is exactly one element of HTML (Yew 0.23 panics otherwise
//! when siblings toggle); lists are keyed; nothing has a `style` attribute, which a strict Content-Security-Policy would refuse.
//! May use: `domain`, `sync`'s state.

mod badges;
mod bar;
mod checklist;
mod el;
mod icon;
mod part;
mod poll;
mod sheet;
mod words;

pub use badges::{Card, load_card};
pub use part::Loaded;
pub use poll::{Faces, face_of, load_faces};

use yew::prelude::{AttrValue, Callback, Component, Html, Properties};

use badges::Badges;
use checklist::Checklist;
use poll::Poll;

use crate::domain::id::PollId;
use crate::domain::time::Timestamp;
use crate::sync::{Decision, Known, PageOf, Part, Saving, Topic};

/// The style sheet that every element on the page shares. Parts bring what it lacks for them.
pub const STYLE: &str = sheet::sheet!("style.css");

/// What an element is drawn from.
#[derive(Clone)]
pub struct Scene {
    /// What is known of what it shows.
    pub known: Known,
    /// What is known of the pages of the list that is open.
    pub pages: Vec<Known>,
    /// Whether what the member decided has arrived.
    pub saving: Saving,
    /// Tells one viewer from the next.
    pub viewer: u32,
    /// The host's time.
    pub now: Timestamp,
    /// Where a guest signs in.
    pub sign_in: Option<AttrValue>,
    /// What only some polls need.
    pub faces: Loaded<Faces>,
    /// What is in the card of badges.
    pub card: Loaded<Card>,
}

/// What an element is drawn from and what its controls call. It stands in the place of Yew's own, so that what draws knows
/// neither components nor the browser.
pub struct Context<'a, M> {
    /// What it is drawn from.
    pub scene: &'a Scene,
    /// Options to leave room for while a poll loads.
    pub rows: usize,
    /// What the member wants.
    pub on: &'a Callback<Intent>,
    send: Callback<M>,
}

impl<M: 'static> Context<'_, M> {
    /// Makes a message of an event.
    pub fn callback<E: 'static>(&self, message: impl Fn(E) -> M + 'static) -> Callback<E> {
        self.send.reform(message)
    }

    /// Makes a message of an event, or nothing.
    pub fn maybe<E: 'static>(&self, message: impl Fn(E) -> Option<M> + 'static) -> Callback<E> {
        let send = self.send.clone();
        Callback::from(move |event| {
            if let Some(message) = message(event) {
                send.emit(message);
            }
        })
    }
}

/// What the page gives an element.
#[derive(Clone, Properties)]
pub struct Props {
    /// What it shows.
    pub topic: Topic,
    /// Options to leave room for while a poll loads.
    pub rows: usize,
    /// What it is drawn from.
    pub scene: Scene,
    /// What its member wants.
    pub on: Callback<Intent>,
}

/// Elements are drawn anew whenever the reducer says so: to compare all that they are drawn from would be a good part of the
/// widget, to no end.
impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// An element of any tag. Yew's whole life of a component is compiled again for each type of component, so there is this one.
pub enum Element {
    /// `folk-poll`.
    Poll(Box<Poll>),
    /// `folk-badges`.
    Badges(Badges),
    /// `folk-checklist`.
    Checklist(Checklist),
}

/// What happens in an element.
#[derive(Clone, Debug)]
pub enum Msg {
    /// In a poll.
    Poll(poll::Msg),
    /// In a member's badges.
    Badges(badges::Msg),
}

fn context<M: 'static>(ctx: &yew::Context<Element>, message: fn(M) -> Msg) -> Context<'_, M> {
    let Props { rows, scene, on, .. } = ctx.props();
    Context { scene, rows: *rows, on, send: ctx.link().callback(message) }
}

impl Component for Element {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &yew::Context<Self>) -> Self {
        match ctx.props().topic {
            Topic::Poll(_) => Self::Poll(Poll::new(&context(ctx, Msg::Poll)).into()),
            Topic::Member(_) => Self::Badges(Badges::default()),
            // No element names a page of a list.
            Topic::Checklist | Topic::Page(_) => Self::Checklist(Checklist::default()),
        }
    }

    fn update(&mut self, ctx: &yew::Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Poll(msg) => {
                let Self::Poll(poll) = self else { return false };
                poll.update(&context(ctx, Msg::Poll), msg)
            }
            Msg::Badges(msg) => {
                let Self::Badges(badges) = self else { return false };
                badges.update(&context(ctx, Msg::Badges), msg)
            }
        }
    }

    fn changed(&mut self, ctx: &yew::Context<Self>, before: &Props) -> bool {
        if let Self::Poll(poll) = self {
            poll.changed(&context(ctx, Msg::Poll), &before.scene);
        }
        true
    }

    fn view(&self, ctx: &yew::Context<Self>) -> Html {
        match self {
            Self::Poll(poll) => poll.view(&context(ctx, Msg::Poll)),
            Self::Badges(badges) => badges.view(&context(ctx, Msg::Badges)),
            Self::Checklist(checklist) => checklist.view(&ctx.props().scene, &ctx.props().on),
        }
    }

    fn rendered(&mut self, _: &yew::Context<Self>, _: bool) {
        match self {
            Self::Poll(poll) => poll.rendered(),
            Self::Badges(badges) => badges.rendered(),
            Self::Checklist(_) => {}
        }
    }
}

/// What a member does at an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Decide something, as the reducer takes it.
    Decide(Decision),
    /// Try again what could not be loaded or sent.
    Retry,
    /// Have a part that is needed for what was opened.
    Need(Part),
    /// Show a page of a list about a poll, too.
    Look(PageOf),
    /// Show no page of a list any more.
    LookAway,
    /// Have a poll's votes in a file of the viewer's; whether they came.
    Save(PollId, Callback<bool>),
    /// Keep what is begun and not sent, for this viewer; nothing, and it is let go.
    Keep(Vec<String>),
    /// Have what was kept.
    Recall(Callback<Vec<String>>),
    /// Undo what was decided and has not arrived, or let it go where it will not.
    Undo,
}
