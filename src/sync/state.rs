//! What the widget knows.

use std::rc::Rc;

use super::outbox::{Outbox, Write};
use super::{Fault, Refusal};
use crate::domain::checklist::Checklist;
use crate::domain::id::{MemberId, OptionId, PollId};
use crate::domain::member::Member;
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;

/// A thing that elements show and that the host knows by a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A poll.
    Poll(PollId),
    /// A member.
    Member(MemberId),
    /// The viewer's checklist.
    Checklist,
}

impl Topic {
    /// Whether two are read in one call.
    pub fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Whether the live feed brings it.
    pub fn is_live(&self) -> bool {
        !matches!(self, Self::Member(_))
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
}

impl Entity {
    /// Which thing this is a state of.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Poll(poll) => Topic::Poll(poll.id.clone()),
            Self::Member(member) => Topic::Member(member.id.clone()),
            Self::Checklist(_) => Topic::Checklist,
        }
    }

    /// Orders the states of one thing.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Poll(poll) => poll.revision,
            Self::Member(member) => member.revision,
            Self::Checklist(list) => list.revision,
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

/// Whether what the member decided has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Nothing was decided here.
    Idle,
    /// On its way.
    Sending,
    /// Could not be delivered yet; it will be tried again.
    Waiting,
    /// The host has it.
    Saved,
    /// The host does not take it, and what the member had chosen.
    Refused(Refusal, Vec<OptionId>),
}

/// How the last write to a thing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The host has it.
    Saved,
    /// The host does not take it, and what the member had chosen.
    Refused(Refusal, Vec<OptionId>),
}

/// The live feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// What it follows, sorted.
    pub topics: Vec<Topic>,
    /// The last position seen.
    pub position: Option<String>,
    /// How often it broke off without having stood in between.
    pub failures: u32,
    /// Closed while nobody looks: a browser has few connections to a host, and other pages need them.
    pub paused: bool,
}

/// One thing in the store.
#[derive(Debug)]
pub(super) struct Entry {
    pub topic: Topic,
    pub known: Known,
    pub watchers: u32,
    pub wanted: bool,
    pub failures: u32,
    pub outcome: Option<Outcome>,
}

/// All that the widget knows. Only the reducer writes it.
#[derive(Debug, Default)]
pub struct State {
    /// Sorted by topic.
    pub(super) entries: Vec<Entry>,
    pub(super) outbox: Outbox,
    pub(super) live: Live,
    /// The host's clock less the browser's, in milliseconds.
    pub(super) skew: i64,
    pub(super) turn_open: bool,
    pub(super) clock_set: bool,
}

impl State {
    pub(super) fn entry(&self, topic: &Topic) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|e| e.topic.cmp(topic)).ok()?;
        self.entries.get(at)
    }

    pub(super) fn entry_mut(&mut self, topic: &Topic) -> &mut Entry {
        let at = match self.entries.binary_search_by(|e| e.topic.cmp(topic)) {
            Ok(at) => at,
            Err(at) => {
                let entry = Entry {
                    topic: topic.clone(),
                    known: Known::Loading,
                    watchers: 0,
                    wanted: true,
                    failures: 0,
                    outcome: None,
                };
                self.entries.insert(at, entry);
                at
            }
        };
        &mut self.entries[at]
    }

    /// The host's time when the browser's clock says `now`.
    pub fn host_time(&self, now: Timestamp) -> Timestamp {
        now.plus(self.skew)
    }

    /// What an element shows of a thing: what the host last said, with the member's own decisions that are still on
    /// their way put on top.
    pub fn view(&self, topic: &Topic, now: Timestamp) -> Known {
        let Some(entry) = self.entry(topic) else { return Known::Loading };
        let Known::Here(entity) = &entry.known else { return entry.known.clone() };
        let mut entity = entity.clone();
        for pending in self.outbox.to(topic) {
            match (&mut entity, &pending.write) {
                (Entity::Poll(poll), Write::Ballot { revision, options, .. }) => {
                    *poll = Rc::new(poll.with_answer(*revision, options));
                }
                (Entity::Checklist(list), Write::Step(step)) => {
                    *list = Rc::new(list.with_done(step, self.host_time(now)));
                }
                _ => {}
            }
        }
        Known::Here(entity)
    }

    /// Whether what the member decided about a thing has arrived.
    pub fn saving(&self, topic: &Topic) -> Saving {
        let mut pending = self.outbox.to(topic).peekable();
        if pending.peek().is_some() {
            return if pending.any(|p| p.failures > 0) { Saving::Waiting } else { Saving::Sending };
        }
        match self.entry(topic).and_then(|e| e.outcome.clone()) {
            None => Saving::Idle,
            Some(Outcome::Saved) => Saving::Saved,
            Some(Outcome::Refused(refusal, options)) => Saving::Refused(refusal, options),
        }
    }
}
