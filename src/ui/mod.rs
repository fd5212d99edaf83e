//! What a member sees: Yew components, props in and callbacks out.
//!
//! The markup is a function of what it is given. Every component returns exactly one element, always (Yew 0.23 panics
//! otherwise when siblings toggle); lists are keyed; nothing has a `style` attribute, which a strict
//! Content-Security-Policy would refuse.
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

pub use badges::{Badges, BadgesProps, Card, load_card};
pub use checklist::{Checklist, ChecklistProps};
pub use part::Loaded;
pub use poll::{Faces, Poll, PollProps, face_of, load_faces};

/// The style sheet that every element on the page shares. Parts bring what it lacks for them.
pub const STYLE: &str = sheet::sheet!("style.css");

use yew::Callback;

use crate::domain::id::PollId;
use crate::sync::{Decision, PageOf, Part};

/// Elements are drawn anew whenever the reducer says so: to compare all that they are drawn from would be a good part of the
/// widget, to no end.
macro_rules! drawn_when_told {
    ($($props:ty),+) => {$(
        impl PartialEq for $props {
            fn eq(&self, _: &Self) -> bool {
                false
            }
        }
    )+};
}
drawn_when_told!(PollProps, BadgesProps, ChecklistProps);

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
