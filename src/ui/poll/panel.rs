//! The panels of a poll, and the actions in them.

use super::face::Face;
use crate::domain::poll::{self as domain, List, OwnOptions, Secrecy, Standing, Tally};
use crate::sync::Act;
use crate::words::Words;

/// A panel below a poll's foot. At most one panel of a poll is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// How the poll is counted.
    How,
    /// A list about the poll.
    List(List),
    /// A form with which members add an option.
    Add,
    /// The tasks of staff.
    Staff,
}

/// A poll as it is being drawn.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The poll.
    pub poll: &'a domain::Poll,
    /// The face of its kind.
    pub face: &'a dyn Face,
    /// The tally, where it is shown.
    pub tally: Option<&'a Tally>,
    /// Whether the viewer may vote now.
    pub votable: bool,
    /// The texts of the viewer's language.
    pub words: &'a Words,
}

/// Writes a message in the viewer's language.
pub type Message = fn(&Words) -> String;

/// The texts in a panel's form. Updates of the poll do not change them.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// A comment.
    pub comment: String,
    /// An option's label.
    pub label: String,
    /// The start in the viewer's time zone, as the browser's control gives it: `2026-11-28T18:00`.
    pub starts: String,
    /// The end, in the same form.
    pub ends: String,
    /// The error message, once the member has tried to send an invalid form.
    pub wrong: Option<Message>,
}

/// A field of a panel's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A comment.
    Comment,
    /// An option's label.
    Label,
    /// The start of an option.
    Starts,
    /// The end of an option.
    Ends,
}

/// An action in a panel.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Opens a panel, or closes the open one.
    Open(Option<Panel>),
    /// Shows another step.
    Step(usize),
    /// Tries again to fetch the part.
    Load,
    /// Loads a page of a list: the one after this cursor.
    Look(List, String),
    /// Changes the text in a field.
    Write(Field, String),
    /// Sends the form.
    Send,
    /// Takes this action.
    Act(Act),
    /// Saves the votes as a file.
    Save,
}

impl Panel {
    /// The panels that a poll has.
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

    /// The label of the panel's opener.
    pub(super) fn words(self, seen: Seen<'_>) -> String {
        let Seen { poll, tally, words, .. } = seen;
        let waiting = u32::try_from(poll.proposed.len()).unwrap_or(u32::MAX);
        match self {
            Self::How if tally.is_some_and(|tally| tally.voters > 0) => words.how_was_counted(),
            Self::How => words.how_is_counted(),
            Self::List(List::Voters) => words.who_voted(),
            Self::List(List::Reasons) => words.reasons(),
            Self::List(List::Comments) if poll.comments == 0 => words.comment_opener(),
            Self::List(List::Comments) => words.comments(poll.comments),
            Self::Add => words.option_add(),
            Self::Staff if waiting > 0 => words.awaits_approval(waiting),
            Self::Staff => words.staff(),
        }
    }

    /// The panel's name, which stays the same while the label changes.
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
