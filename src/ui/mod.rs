//! What a member sees: the elements, drawn from state. What members do goes out as the reducer's events.
//!
//! Drawing is a function of a [`Scene`], and gives a tree of values, [`Html`]. It calls nothing of the browser, so that it runs
//! on any target. It always gives exactly one element (Yew 0.23, which puts the tree into a page, panics otherwise when siblings
//! come and go); the rows that members act on have keys; no element has a `style` attribute, which a strict
//! Content-Security-Policy would refuse.
//! May use: `domain`, `sync`'s state and events, `words`.

mod badges;
mod bar;
mod checklist;
mod dom;
mod el;
mod icon;
mod listener;
mod locale;
mod part;
mod poll;
mod sheet;

use std::rc::Rc;

pub use badges::{Card, card};
pub use dom::Dom;
pub use el::{Control, Html, Node, Shape, Text, Value};
pub use listener::{Callback, DomEvent, Listener};
pub use locale::Locale;
pub use part::Loaded;
pub use poll::{Faces, face_of, faces};

use badges::Badges;
use poll::Poll;

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
    /// The viewer's language, clock and time zone.
    pub locale: Locale,
    /// The address of the site's sign-in page.
    pub sign_in: Option<Rc<str>>,
    /// The part `kinds`.
    pub faces: Loaded<Faces>,
    /// The part `card`.
    pub card: Loaded<Card>,
}

/// What an element is drawn in, and whom it tells what members do.
pub struct Context<'a, M> {
    /// What the element shows.
    pub topic: &'a Topic,
    /// The state to draw.
    pub scene: &'a Scene,
    /// The number of options for which a poll leaves room while it loads.
    pub rows: usize,
    /// Takes the events of the element.
    pub on: &'a Callback<Event>,
    /// Takes messages to the element.
    pub send: &'a Callback<Msg>,
    /// Makes a message to the element from a message to what is drawn.
    wrap: fn(M) -> Msg,
}

impl<M: 'static> Context<'_, M> {
    /// Hears events, and makes a message of each.
    pub fn hear(&self, message: impl Fn(&dyn DomEvent) -> M + 'static) -> Listener {
        let (send, wrap) = (self.send.clone(), self.wrap);
        Listener::new(move |event| send.emit(wrap(message(event))))
    }

    /// Hears events, and sends this message.
    pub fn sends(&self, message: M) -> Listener
    where
        M: Clone,
    {
        self.hear(move |_| message.clone())
    }

    /// Hears events, and makes a message of some of them.
    pub fn maybe(&self, message: impl Fn(&dyn DomEvent) -> Option<M> + 'static) -> Listener {
        let (send, wrap) = (self.send.clone(), self.wrap);
        Listener::new(move |event| {
            if let Some(message) = message(event) {
                send.emit(wrap(message));
            }
        })
    }
}

/// What an element shows, and whom it tells what members do.
#[derive(Clone)]
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

/// An element of any tag.
#[derive(Debug)]
pub enum Element {
    /// `folk-poll`.
    Poll(Box<Poll>),
    /// `folk-badges`.
    Badges(Badges),
    /// `folk-checklist`.
    Checklist,
}

/// A message to an element.
#[derive(Clone, Debug)]
pub enum Msg {
    /// To a poll.
    Poll(poll::Msg),
    /// To a member's badges.
    Badges(badges::Msg),
    /// To the checklist.
    Checklist(checklist::Msg),
}

impl Props {
    fn context<'a, M>(&'a self, send: &'a Callback<Msg>, wrap: fn(M) -> Msg) -> Context<'a, M> {
        Context { topic: &self.topic, scene: &self.scene, rows: self.rows, on: &self.on, send, wrap }
    }
}

impl Element {
    /// The element for a topic.
    pub fn new(topic: &Topic) -> Self {
        match topic {
            Topic::Poll(_) => Self::Poll(Box::default()),
            Topic::Member(_) => Self::Badges(Badges::default()),
            Topic::Checklist => Self::Checklist,
        }
    }

    /// Handles a message. Returns whether to draw the element again.
    pub fn update(&mut self, props: &Props, send: &Callback<Msg>, dom: &dyn Dom, msg: Msg) -> bool {
        match msg {
            Msg::Poll(msg) => {
                let Self::Poll(poll) = self else { return false };
                poll.update(&props.context(send, Msg::Poll), dom, msg)
            }
            Msg::Badges(msg) => {
                let Self::Badges(badges) = self else { return false };
                badges.update(&props.context(send, Msg::Badges), dom, msg)
            }
            Msg::Checklist(msg) => {
                checklist::update(&props.on, dom, msg);
                false
            }
        }
    }

    /// Handles a new scene, before it is drawn.
    pub fn changed(&mut self, props: &Props, send: &Callback<Msg>, dom: &dyn Dom, before: &Scene) {
        if let Self::Poll(poll) = self {
            poll.changed(&props.context(send, Msg::Poll), dom, before);
        }
    }

    /// Draws the element.
    pub fn view(&self, props: &Props, send: &Callback<Msg>) -> Html {
        match self {
            Self::Poll(poll) => poll.view(&props.context(send, Msg::Poll)),
            Self::Badges(badges) => badges.view(&props.context(send, Msg::Badges)),
            Self::Checklist => checklist::view(&props.context(send, Msg::Checklist)),
        }
    }

    /// Handles that the element was drawn.
    pub fn rendered(&mut self, dom: &dyn Dom) {
        match self {
            Self::Poll(poll) => poll.rendered(dom),
            Self::Badges(badges) => badges.rendered(dom),
            Self::Checklist => {}
        }
    }

    /// Handles that the element is removed for good.
    pub fn close(&mut self, on: &Callback<Event>) {
        if let Self::Poll(poll) = self {
            poll.close(on);
        }
    }
}
