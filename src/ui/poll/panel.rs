//! What of a poll is drawn only once somebody opens it, and what can be done in it.

use yew::Callback;

use super::face::Face;
use crate::domain::poll::{self as domain, List, OwnOptions, Secrecy, Standing, Tally};
use crate::sync::Act;
use crate::ui::words;

/// Something to open below a poll's foot. One of them is open at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// How it was counted.
    How,
    /// A list about it.
    List(List),
    /// A form for a member's own option.
    Add,
    /// What staff see to.
    Staff,
}

/// A poll as it is drawn now.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The poll.
    pub poll: &'a domain::Poll,
    /// How its kind is drawn.
    pub face: &'a dyn Face,
    /// What the viewer looks at of the tally.
    pub tally: Option<&'a Tally>,
    /// Whether they may vote in it now.
    pub votable: bool,
}

/// What is being written in a panel, and not sent yet. Pushes do not touch it.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// A comment.
    pub comment: String,
    /// An option's label.
    pub label: String,
    /// When it starts, by the viewer's clock, as the browser's own control has it: `2026-11-28T18:00`.
    pub starts: String,
    /// When it ends.
    pub ends: String,
    /// What is wrong with it, once the member tried to send it.
    pub wrong: Option<&'static str>,
}

/// A field in a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A comment.
    Comment,
    /// An option's label.
    Label,
    /// When it starts.
    Starts,
    /// When it ends.
    Ends,
}

/// What a member does to a panel, or in one.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Opens a panel, or closes the one that is open.
    Open(Option<Panel>),
    /// Looks at another step of what is in it.
    Step(usize),
    /// Loads what is in it again.
    Load,
    /// Looks at one page more of the list in it, or at one again that did not come.
    Look(List, String),
    /// Writes into one of the fields in it.
    Write(Field, String),
    /// Sends what is written there.
    Send,
    /// Does this to the poll.
    Act(Act),
    /// Has its votes in a file, and says to this whether they came.
    Save(Callback<bool>),
    /// They came, or did not.
    Saved(bool),
}

impl Panel {
    /// Those that a poll has.
    pub(super) fn all(seen: Seen<'_>) -> impl Iterator<Item = Self> {
        let Seen { poll, tally, votable, .. } = seen;
        let counted = tally.is_some_and(|tally| tally.voters > 0);
        let adds = poll.rules.own_options != OwnOptions::Off && poll.viewer.standing == Standing::Entitled;
        [
            (Self::How, true),
            (Self::List(List::Voters), counted && poll.rules.secrecy == Secrecy::Public),
            (Self::List(List::Reasons), counted && poll.rules.kind.takes_reasons()),
            (Self::List(List::Comments), poll.rules.commentable),
            (Self::Add, adds && votable),
            (Self::Staff, poll.viewer.staff),
        ]
        .into_iter()
        .filter_map(|(panel, there)| there.then_some(panel))
    }

    /// What its button says.
    pub(super) fn words(self, seen: Seen<'_>) -> String {
        let Seen { poll, tally, .. } = seen;
        let waiting = u32::try_from(poll.proposed.len()).unwrap_or(u32::MAX);
        match self {
            Self::How if tally.is_some_and(|tally| tally.voters > 0) => "How was this counted?".into(),
            Self::How => "How is this counted?".into(),
            Self::List(List::Voters) => "Who voted".into(),
            Self::List(List::Reasons) => "Reasons".into(),
            Self::List(List::Comments) if poll.comments == 0 => "Comment".into(),
            Self::List(List::Comments) => words::count(poll.comments, "comment"),
            Self::Add => "Add an option".into(),
            Self::Staff if waiting > 0 => ["Staff · ", &words::number(waiting), " to approve"].concat(),
            Self::Staff => "Staff".into(),
        }
    }

    /// Its name, whatever its button says.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::How => "how",
            Self::List(List::Voters) => "voters",
            Self::List(List::Reasons) => "reasons",
            Self::List(List::Comments) => "comments",
            Self::Add => "add",
            Self::Staff => "staff",
        }
    }
}
