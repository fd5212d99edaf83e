//! What the widget knows.

use std::rc::Rc;

use super::outbox::{Act, Outbox, Pending, Stage, Write};
use super::{Fault, Refusal};
use crate::domain::checklist::Checklist;
use crate::domain::id::{MemberId, PollId};
use crate::domain::member::Member;
use crate::domain::poll::{Answer, List, Page, Poll};
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
}

impl Entity {
    /// Which thing this is a state of.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Poll(poll) => Topic::Poll(poll.id.clone()),
            Self::Member(member) => Topic::Member(member.id.clone()),
            Self::Checklist(_) => Topic::Checklist,
            Self::Page(page, _) => Topic::Page(page.clone()),
        }
    }

    /// Orders the states of one thing; a page has none but the last that was read.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Poll(poll) => poll.revision,
            Self::Member(member) => member.revision,
            Self::Checklist(list) => list.revision,
            Self::Page(..) => 0,
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

/// Whether what the member decided has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Nothing was decided here.
    Idle,
    /// On its way.
    Sending,
    /// Could not be delivered yet; it will be tried again.
    Waiting(Waiting),
    /// Could not be delivered because the member is signed out; it will be sent once they are back.
    SignedOut {
        /// Whether a ballot is among it.
        vote: bool,
    },
    /// The host has it.
    Saved(Write),
    /// The host does not take it.
    Refused(Refusal, Write),
    /// What the member chose before they signed in: it waits for their word.
    Draft(Answer),
    /// The browser keeps nothing for this page, so that a guest's choice would be lost on the way.
    CannotKeep,
}

/// A decision that could not be delivered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools)] // each is told in words of its own
pub struct Waiting {
    /// Whether a ballot is among it.
    pub vote: bool,
    /// Whether there is no network.
    pub offline: bool,
    /// Whether it outlives the page.
    pub kept: bool,
    /// Whether it can be undone.
    pub undo: bool,
}

/// The live feed, which one tab holds for all of a viewer's.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// What it follows, for all tabs.
    pub topics: Vec<Topic>,
    /// What this tab wants it to follow.
    pub ours: Vec<Topic>,
    /// What the other tabs want it to follow.
    pub others: Vec<(String, Vec<Topic>)>,
    /// The last position seen.
    pub position: Option<String>,
    /// How often it broke off without having stood in between.
    pub failures: u32,
    /// Whether it cannot be had, so that each tab looks for itself.
    pub down: bool,
    /// Whether a look is due.
    pub look_set: bool,
    /// Whether the other tabs were greeted.
    pub greeted: bool,
}

/// Which tab sends and holds the feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lead {
    /// Another, or none.
    #[default]
    No,
    /// This one would.
    Wanted,
    /// This one.
    Yes,
}

/// Whether somebody looks at the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sight {
    /// As far as anybody can tell.
    #[default]
    Seen,
    /// Another tab or window is before it. A browser has few connections to a host, and other pages need them.
    Hidden,
    /// The member has left it, though they may come back.
    Left,
}

/// Whether the host knows who is asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Signed {
    /// As far as this tab knows.
    #[default]
    In,
    /// It is being asked anew.
    Renewing,
    /// No: the member has to sign in.
    Out,
}

/// One thing in the store.
#[derive(Debug)]
pub(super) struct Entry {
    pub topic: Topic,
    pub known: Known,
    pub watchers: u32,
    pub wanted: bool,
    pub failures: u32,
    /// Whether it is to be read anew in a while.
    pub due: bool,
    /// The last decision about it, where that has arrived.
    pub saved: Option<Write>,
}

/// All that the widget knows. Only the reducer writes it.
#[derive(Debug, Default)]
pub struct State {
    /// Sorted by topic.
    pub(super) entries: Vec<Entry>,
    pub(super) outbox: Outbox,
    pub(super) live: Live,
    pub(super) lead: Lead,
    pub(super) signed: Signed,
    pub(super) sight: Sight,
    pub(super) offline: bool,
    /// The host's clock less the browser's, in milliseconds.
    pub(super) skew: i64,
    pub(super) turn_open: bool,
    /// When the timer for openings and closings comes next.
    pub(super) clock: Option<Timestamp>,
}

impl State {
    pub(super) fn entry(&self, topic: &Topic) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|e| e.topic.cmp(topic)).ok()?;
        self.entries.get(at)
    }

    /// What is known of a thing that is shown or to be sent.
    pub(super) fn entry_of(&mut self, topic: &Topic) -> Option<&mut Entry> {
        let at = self.entries.binary_search_by(|e| e.topic.cmp(topic)).ok()?;
        self.entries.get_mut(at)
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
                    due: false,
                    saved: None,
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

    /// A write that is not settled.
    pub fn pending(&self, key: &str) -> Option<Pending> {
        self.outbox.iter().find(|p| p.key == key).cloned()
    }

    /// What an element shows of a thing: what the host last said, with the member's own decisions that are still on
    /// their way put on top.
    pub fn view(&self, topic: &Topic, now: Timestamp) -> Known {
        let Some(entry) = self.entry(topic) else { return Known::Loading };
        let Known::Here(entity) = &entry.known else { return entry.known.clone() };
        let mut entity = entity.clone();
        for pending in self.outbox.to(topic).filter(|p| p.is_on_its_way()) {
            match (&mut entity, &pending.write) {
                // Where a later ballot is known already, this one will be refused.
                (Entity::Poll(poll), Write::Ballot { revision, answer, .. })
                    if *revision >= poll.next_ballot() =>
                {
                    *poll = Rc::new(poll.with_answer(*revision, answer.as_ref()));
                }
                (Entity::Poll(poll), Write::Act(_, Act::Follow(follows))) => {
                    Rc::make_mut(poll).viewer.follows = Some(*follows);
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
        // What the member has to know comes before what comes right by itself.
        if let Some((refusal, pending)) = self.outbox.refused(topic) {
            return Saving::Refused(refusal.clone(), pending.write.clone());
        }
        let on_its_way = || self.outbox.to(topic).filter(|p| p.is_on_its_way());
        let vote = on_its_way().any(|p| p.write.is_ballot());
        if on_its_way().next().is_some() && self.signed == Signed::Out {
            return Saving::SignedOut { vote };
        }
        if on_its_way().any(|p| p.failures > 0) || on_its_way().next().is_some() && self.offline {
            return Saving::Waiting(Waiting {
                vote,
                offline: self.offline,
                kept: on_its_way().all(|p| p.kept),
                undo: self.can_undo(topic),
            });
        }
        if on_its_way().next().is_some() {
            return Saving::Sending;
        }
        let settled = self.outbox.to(topic).last();
        match settled.map(|p| (&p.stage, &p.write)) {
            Some((Stage::Draft, write)) => match (self.entry(topic).map(|e| &e.known), write.answer()) {
                (Some(Known::Here(Entity::Poll(poll))), Some(answer)) if poll.viewer.standing.may_vote() => {
                    Saving::Draft(answer.clone())
                }
                _ if settled.is_some_and(|p| p.kept) => Saving::Idle,
                _ => Saving::CannotKeep,
            },
            _ => match self.entry(topic).and_then(|e| e.saved.clone()) {
                Some(write) => Saving::Saved(write),
                None => Saving::Idle,
            },
        }
    }
}
