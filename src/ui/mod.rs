//! What a member sees: the elements, drawn from state. What members do goes out as the reducer's events.
//!
//! Drawing is a function of a [`Scene`]. It always returns exactly one element of HTML (Yew 0.23 panics otherwise when siblings
//! come and go); lists are keyed; no element has a `style` attribute, which a strict Content-Security-Policy would refuse.
//! May use: `domain`, `sync`'s state and events.

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
use el::DomEvent;
use poll::Poll;

use crate::domain::time::Timestamp;
use crate::sync::{Event, Known, PageOf, Saving, Topic};

/// The style sheet of all elements on the page. Parts bring styles of their own.
pub const STYLE: &str = sheet::sheet!("style.css");

/// The state that an element is drawn from.
#[derive(Clone)]
pub struct Scene {
    /// What is known of the element's topic.
    pub known: Known,
    /// What is known of each page of the poll's lists that is shown in this element or in another.
    pub pages: Vec<(PageOf, Known)>,
    /// The viewer's unsent input at the poll from before the element was added or the page was reloaded.
    pub begun: Vec<String>,
    /// Whether the file with the poll's votes could not be fetched.
    pub save_failed: bool,
    /// The state of the member's latest decision.
    pub saving: Saving,
    /// The number of the viewer. Viewers who use this page one after the other have different numbers.
    pub viewer: u32,
    /// The host's time.
    pub now: Timestamp,
    /// The address of the site's sign-in page.
    pub sign_in: Option<AttrValue>,
    /// The part `kinds`.
    pub faces: Loaded<Faces>,
    /// The part `card`.
    pub card: Loaded<Card>,
}

/// The context of the functions that draw, in place of Yew's own context: these functions use neither components nor the browser.
pub struct Context<'a, M> {
    /// What the element shows.
    pub topic: &'a Topic,
    /// The state to draw.
    pub scene: &'a Scene,
    /// The number of options for which a poll leaves room while it loads.
    pub rows: usize,
    /// Takes the events of the element.
    pub on: &'a Callback<Event>,
    send: Callback<M>,
}

impl<M: 'static> Context<'_, M> {
    /// A callback that makes a message of an event.
    pub fn callback<E: 'static>(&self, message: impl Fn(E) -> M + 'static) -> Callback<E> {
        self.send.reform(message)
    }

    /// A callback that sends this message, whatever the event says.
    pub fn sends(&self, message: M) -> Callback<DomEvent>
    where
        M: Clone,
    {
        self.callback(move |_: DomEvent| message.clone())
    }

    /// A callback that makes a message of an event, or ignores it.
    pub fn maybe<E: 'static>(&self, message: impl Fn(E) -> Option<M> + 'static) -> Callback<E> {
        let send = self.send.clone();
        Callback::from(move |event| {
            if let Some(message) = message(event) {
                send.emit(message);
            }
        })
    }
}

/// The properties of [`Element`].
#[derive(Clone, Properties)]
pub struct Props {
    /// What the element shows.
    pub topic: Topic,
    /// The number of options for which a poll leaves room while it loads.
    pub rows: usize,
    /// The state to draw.
    pub scene: Scene,
    /// Takes the events of the element.
    pub on: Callback<Event>,
}

/// Never equal, since elements are drawn again only when the reducer says so. The code to compare all properties would be a good
/// part of the widget.
impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// An element of any tag. There is one component for all tags, because Yew's code for a component's lifecycle is compiled again
/// for each type of component.
pub enum Element {
    /// `folk-poll`.
    Poll(Box<Poll>),
    /// `folk-badges`.
    Badges(Badges),
    /// `folk-checklist`.
    Checklist(Checklist),
}

/// A message to an element.
#[derive(Clone, Debug)]
pub enum Msg {
    /// To a poll.
    Poll(poll::Msg),
    /// To a member's badges.
    Badges(badges::Msg),
}

fn context<M: 'static>(ctx: &yew::Context<Element>, message: fn(M) -> Msg) -> Context<'_, M> {
    let Props { topic, rows, scene, on } = ctx.props();
    Context { topic, scene, rows: *rows, on, send: ctx.link().callback(message) }
}

impl Component for Element {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &yew::Context<Self>) -> Self {
        match ctx.props().topic {
            Topic::Poll(_) => Self::Poll(Box::default()),
            Topic::Member(_) => Self::Badges(Badges::default()),
            Topic::Checklist => Self::Checklist(Checklist::default()),
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

    fn destroy(&mut self, ctx: &yew::Context<Self>) {
        if let Self::Poll(poll) = self {
            poll.close(&ctx.props().on);
        }
    }
}
