//! Topics, resources, their states, and what is known of a resource.

use std::rc::Rc;

use super::Fault;
use crate::domain::checklist::Checklist;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Member;
use crate::domain::poll::{List, Page, Poll};

/// The subject of an element. The host knows each topic by a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A poll.
    Poll(PollId),
    /// A member.
    Member(MemberId),
    /// The viewer's checklist.
    Checklist,
}

/// Something that is read from a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// A topic.
    Topic(Topic),
    /// A page of a list about a poll.
    Page(PageOf),
}

/// The identity of a page of a list about a poll.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageOf {
    /// The poll.
    pub poll: PollId,
    /// The list.
    pub list: List,
    /// The cursor that the previous page gave; empty for the first page.
    pub after: String,
}

impl From<Topic> for Resource {
    fn from(topic: Topic) -> Self {
        Self::Topic(topic)
    }
}

impl Resource {
    /// The topic of the elements that show the resource.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Topic(topic) => topic.clone(),
            Self::Page(page) => Topic::Poll(page.poll.clone()),
        }
    }

    /// The topic; `None` for a page of a list.
    pub(super) fn as_topic(&self) -> Option<&Topic> {
        match self {
            Self::Topic(topic) => Some(topic),
            Self::Page(_) => None,
        }
    }

    /// Whether one call reads both resources.
    pub fn same_call(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Topic(topic), Self::Topic(other)) => {
                std::mem::discriminant(topic) == std::mem::discriminant(other)
            }
            (Self::Topic(_) | Self::Page(_), Self::Topic(_) | Self::Page(_)) => false,
        }
    }

    /// The topic, if the live feed brings its states.
    pub(super) fn live(&self) -> Option<&Topic> {
        match self {
            Self::Topic(topic @ (Topic::Poll(_) | Topic::Checklist)) => Some(topic),
            Self::Topic(Topic::Member(_)) | Self::Page(_) => None,
        }
    }
}

impl Topic {
    /// The topic's name, such as `poll:dinner`.
    pub fn to_text(&self) -> String {
        let (kind, id) = match self {
            Self::Poll(id) => ("poll:", id.as_str()),
            Self::Member(id) => ("member:", id.as_str()),
            Self::Checklist => ("checklist", ""),
        };
        [kind, id].concat()
    }

    /// Parses a topic's name, as [`Topic::to_text`] writes it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("poll", id)) => PollId::new(id).ok().map(Self::Poll),
            Some(("member", id)) => MemberId::new(id).ok().map(Self::Member),
            None if text == "checklist" => Some(Self::Checklist),
            _ => None,
        }
    }
}

/// A state of a resource.
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
    /// A poll that staff have deleted.
    Deleted(PollId),
}

impl Entity {
    /// The resource that this is a state of.
    pub fn resource(&self) -> Resource {
        match self {
            Self::Poll(poll) => Topic::Poll(poll.id.clone()).into(),
            Self::Member(member) => Topic::Member(member.id.clone()).into(),
            Self::Checklist(_) => Topic::Checklist.into(),
            Self::Page(page, _) => Resource::Page(page.clone()),
            Self::Deleted(poll) => Topic::Poll(poll.clone()).into(),
        }
    }

    /// The number that orders the states of a resource. Pages of lists have no revision: the page that was read last is the
    /// state.
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

/// What is known of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// No answer about the resource has come yet.
    Loading,
    /// The resource exists in this state.
    Here(Entity),
    /// The resource does not exist.
    Missing,
    /// The resource could not be read, and no state of it is known.
    Failed(Fault),
    /// The host sent an invalid state. The text gives the reason.
    Malformed(String),
}

impl Known {
    /// Whether no answer about the resource has come yet.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading)
    }
}
