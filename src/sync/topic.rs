//! The things that elements show, their states, and what is known of them.

use std::rc::Rc;

use super::Fault;
use crate::domain::checklist::Checklist;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Member;
use crate::domain::poll::{List, Page, Poll};

/// A thing that elements show and that the host knows by a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A poll.
    Poll(PollId),
    /// A member.
    Member(MemberId),
    /// The viewer's checklist.
    Checklist,
    /// A page of a list about a poll.
    Page(PageOf),
}

/// Which page of which list about which poll.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageOf {
    /// The poll.
    pub poll: PollId,
    /// The list.
    pub list: List,
    /// What the page before calls this one; empty for the first.
    pub after: String,
}

impl Topic {
    /// Whether two are read in one call.
    pub fn same_call(&self, other: &Self) -> bool {
        !matches!(self, Self::Page(_)) && std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Whether the live feed brings it.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Poll(_) | Self::Checklist)
    }

    /// Names it, such as `poll:dinner`.
    pub fn to_text(&self) -> String {
        let (kind, id) = match self {
            Self::Poll(id) => ("poll:", id.as_str()),
            Self::Member(id) => ("member:", id.as_str()),
            Self::Checklist => ("checklist", ""),
            Self::Page(page) => ("page:", page.poll.as_str()), // no tab speaks of them
        };
        [kind, id].concat()
    }

    /// Reads [`Topic::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("poll", id)) => PollId::new(id).ok().map(Self::Poll),
            Some(("member", id)) => MemberId::new(id).ok().map(Self::Member),
            None if text == "checklist" => Some(Self::Checklist),
            _ => None,
        }
    }
}

/// One state of such a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A poll.
    Poll(Rc<Poll>),
    /// A member.
    Member(Rc<Member>),
    /// The viewer's checklist.
    Checklist(Rc<Checklist>),
    /// A page of a list about a poll.
    Page(PageOf, Rc<Page>),
    /// What is left of a poll that staff deleted.
    Deleted(PollId),
}

impl Entity {
    /// Which thing this is a state of.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Poll(poll) => Topic::Poll(poll.id.clone()),
            Self::Member(member) => Topic::Member(member.id.clone()),
            Self::Checklist(_) => Topic::Checklist,
            Self::Page(page, _) => Topic::Page(page.clone()),
            Self::Deleted(poll) => Topic::Poll(poll.clone()),
        }
    }

    /// Orders the states of one thing; a page has none but the last that was read.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Poll(poll) => poll.revision,
            Self::Member(member) => member.revision,
            Self::Checklist(list) => list.revision,
            Self::Page(..) => 0,
            Self::Deleted(_) => u64::MAX, // a deleted poll does not come back
        }
    }
}

/// What is known of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Asked for.
    Loading,
    /// This.
    Here(Entity),
    /// That there is none.
    Missing,
    /// Nothing: it could not be had.
    Failed(Fault),
    /// That what the host says of it cannot be.
    Malformed(String),
}

impl Known {
    /// Whether nothing has come yet.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading)
    }
}
