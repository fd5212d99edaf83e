//! The client's state, and what elements show of it. Only the reducer changes the state.

use std::rc::Rc;

use super::abilities::Abilities;
use super::begun::Begun;
use super::identity::{Identity, Viewer};
use super::outbox::{Act, Decision, Outbox, Pending, Stage};
use super::pace::Pace;
use super::parts::{PartState, Parts};
use super::resources::{Entry, Resources};
use super::saves::Saves;
use super::tell::Console;
use super::topic::{Entity, Known, PageOf, Resource, Topic};
use super::{Effect, Part, Refusal};
use crate::domain::id::PollId;
use crate::domain::poll::{Answer, Poll};
use crate::domain::time::Timestamp;

/// Whether the host has received the member's decisions about a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// There is no decision whose delivery an element has to report.
    Idle,
    /// A decision is on its way to the host.
    Sending,
    /// A decision could not be delivered yet, and will be retried.
    Waiting(Waiting),
    /// The member is signed out. An unsent decision is sent once they have signed in again.
    SignedOut(Option<Unsent>),
    /// The host has acknowledged this decision.
    Saved(Decision),
    /// The host has refused this decision.
    Refused(Refusal, Decision),
    /// A draft, which the member chose before they signed in. It is sent once they confirm it.
    Draft(Answer),
    /// The browser cannot store a guest's choice, which would be lost while the guest signs in.
    CannotKeep,
}

/// The number of refusals in a row by something before the API after which the member is told that the site refuses a write.
pub(super) const REFUSED: u32 = 3;

/// The kind of decisions that the host has not received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// A ballot, and perhaps other decisions.
    Vote,
    /// Only decisions other than a ballot.
    Words,
}

/// What a member is told about decisions that could not be delivered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools)] // each flag has a text of its own
pub struct Waiting {
    /// Whether one of the decisions is a ballot.
    pub vote: bool,
    /// Whether the browser is offline.
    pub offline: bool,
    /// Whether the browser has stored all of the decisions, so that they outlive the page.
    pub kept: bool,
    /// Whether the member can undo the last decision.
    pub undo: bool,
    /// Whether something before the API has refused one of the decisions several times in a row.
    pub refused: bool,
    /// Whether something before the API refuses both the write's own HTTP method and POST.
    pub blocked: bool,
}

/// The live feed, which one tab holds for all tabs of a viewer.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools)] // the flags are independent
pub(super) struct Live {
    /// The topics that the feed follows for all tabs.
    pub topics: Vec<Topic>,
    /// The topics that this tab shows.
    pub ours: Vec<Topic>,
    /// The names of the other tabs, and the topics that each of them shows.
    pub others: Vec<(String, Vec<Topic>)>,
    /// The position of the feed's last event.
    pub position: Option<String>,
    /// Whether this tab has tried to open the feed before.
    pub tried: bool,
    /// Whether the feed has to be reopened with another proof.
    pub renew: bool,
    /// Whether the feed waits for `Timer::Live` to be opened again.
    pub again: bool,
    /// The number of failures in a row to open or keep the feed.
    pub failures: u32,
    /// Whether the feed is unavailable, so that each tab reads its topics at intervals.
    pub down: bool,
    /// Whether `Timer::Look` is set.
    pub look_set: bool,
    /// Whether `Timer::Silence` is set.
    pub watched: bool,
    /// Whether the feed sent something since `Timer::Silence` was set.
    pub heard: bool,
    /// In how many successive periods of `Timer::Silence` the feed still has to send something before it is trusted again. A
    /// proxy may be holding it up.
    pub doubt: u8,
    /// Whether this tab has asked the other tabs what they show.
    pub greeted: bool,
}

/// Whether this tab leads: sends queued writes and holds the live feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lead {
    /// Another tab leads, or none.
    #[default]
    No,
    /// This tab waits for the lead.
    Wanted,
    /// This tab leads.
    Yes,
}

/// Whether somebody sees the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sight {
    /// The page is visible, as far as the browser knows.
    #[default]
    Seen,
    /// Another tab or window covers the page. The page then holds no live feed: a browser has few connections to a host, and
    /// other pages need them.
    Hidden,
    /// The viewer has left the page, and may come back to it.
    Left,
}

/// The client's state. Only the reducer changes it.
#[derive(Debug, Default)]
pub struct State {
    pub(super) abilities: Abilities,
    pub(super) resources: Resources,
    pub(super) outbox: Outbox,
    pub(super) pace: Pace,
    pub(super) live: Live,
    pub(super) lead: Lead,
    pub(super) identity: Identity,
    pub(super) parts: Parts,
    pub(super) saves: Saves,
    pub(super) begun: Begun,
    pub(super) sight: Sight,
    pub(super) offline: bool,
    /// The host's clock minus the browser's clock, in milliseconds.
    pub(super) skew: i64,
    /// When `Timer::Clock` fires, by the host's clock; `None` where it is not set.
    pub(super) clock: Option<Timestamp>,
    pub(super) console: Console,
    /// The epoch of the host's last answer.
    pub(super) epoch: Option<String>,
    /// Whether writes are sent with POST, since something before the host refuses other methods.
    pub(super) by_post: bool,
    /// The idempotency key of the next decision.
    pub(super) next_key: String,
    /// The number of reads that were sent, writes that were answered, and events that the live feed brought. It orders the states
    /// of a host without revisions.
    pub(super) order: u64,
}

impl State {
    /// The state of a page before its first event, at a host with these abilities. `next_key` is the idempotency key of the
    /// first decision: see [`Effect::MakeKey`].
    pub fn new(abilities: Abilities, next_key: String) -> Self {
        let mut state = Self { next_key, ..Self::default() };
        state.live.down = abilities.asked_every.is_some();
        state.abilities = abilities;
        state
    }

    /// The idempotency key of a new decision.
    pub(super) fn take_key(&mut self, effects: &mut Vec<Effect>) -> String {
        effects.push(Effect::MakeKey);
        std::mem::take(&mut self.next_key)
    }

    /// The order of a read that is sent now: see [`Decoded::order`](super::Decoded::order).
    pub fn order(&self) -> u64 {
        self.order
    }

    /// The viewer, as far as this page knows.
    pub fn viewer(&self) -> &Viewer {
        &self.identity.viewer
    }

    /// The token to send with each call, empty where there is none, and the CSRF token to send with writes.
    pub fn proof(&self) -> (&str, Option<&str>) {
        (self.identity.token(), self.identity.csrf.as_deref())
    }

    /// The number of the current viewer. Viewers who use this page one after the other have different numbers.
    pub fn viewer_number(&self) -> u32 {
        self.identity.number
    }

    /// The host's time when the browser's clock says `now`.
    pub fn host_time(&self, now: Timestamp) -> Timestamp {
        now.plus(self.skew)
    }

    /// The state of a part.
    pub fn part(&self, part: Part) -> PartState {
        self.parts.state(part)
    }

    /// The write with this key, if a response to it is still of use.
    pub fn pending(&self, key: &str) -> Option<Pending> {
        self.outbox.find(key).cloned()
    }

    /// The pages of lists about a poll that elements show, with what is known of each.
    pub fn pages(&self, poll: &PollId) -> Vec<(PageOf, Known)> {
        let of = |entry: &Entry| match &entry.resource {
            Resource::Page(page) if page.poll == *poll => Some((page.clone(), entry.known.clone())),
            Resource::Page(_) | Resource::Topic(_) => None,
        };
        self.resources.entries.iter().filter_map(of).collect()
    }

    /// The viewer's unsent input at a poll from before the element or the page was loaded, as texts; empty where there is none.
    pub fn begun(&self, poll: &PollId) -> &[String] {
        self.begun.at(poll)
    }

    /// Whether the last attempt to save a poll's votes as a file failed.
    pub fn save_failed(&self, poll: &PollId) -> bool {
        self.saves.has_failed(poll)
    }

    /// What an element shows of a topic: the host's last state, with the member's decisions applied that are still on their way.
    pub fn view(&self, topic: &Topic, now: Timestamp) -> Known {
        let Some(entry) = self.resources.topic(topic) else { return Known::Loading };
        let Known::Here(entity) = &entry.known else { return entry.known.clone() };
        let mut entity = entity.clone();
        for pending in self.outbox.to(topic).filter(|p| p.is_on_its_way()) {
            match (&mut entity, &pending.decision) {
                // A ballot that is older than the known one is not applied, since the host will refuse it.
                (Entity::Poll(poll), Decision::Ballot(_, answer))
                    if pending.revision >= poll.next_ballot() =>
                {
                    let mut next = poll.with_answer(pending.revision, answer.as_ref());
                    if self.identity.is_over() {
                        // The host's figures may include this ballot already.
                        next.turnout = poll.turnout;
                        next.tally.clone_from(&poll.tally);
                    }
                    *poll = Rc::new(next);
                }
                (Entity::Poll(poll), Decision::Act(_, Act::Follow(follows))) => {
                    Rc::make_mut(poll).viewer.follows = Some(*follows);
                }
                (Entity::Checklist(list), Decision::Step(step)) => {
                    *list = Rc::new(list.with_done(step, self.host_time(now)));
                }
                (
                    Entity::Poll(_)
                    | Entity::Member(_)
                    | Entity::Checklist(_)
                    | Entity::Page(..)
                    | Entity::Deleted(_),
                    Decision::Ballot(..) | Decision::Act(..) | Decision::Step(_),
                ) => {}
            }
        }
        Known::Here(entity)
    }

    /// Whether the host has received the member's decisions about a topic.
    pub fn saving(&self, topic: &Topic) -> Saving {
        // A refusal comes first, since the member has to act on it. Delays resolve by themselves.
        if let Some((refusal, pending)) = self.outbox.refused(topic) {
            return Saving::Refused(refusal.clone(), pending.decision.clone());
        }
        let on_its_way = || self.outbox.to(topic).filter(|p| p.is_on_its_way());
        let vote = on_its_way().any(|p| p.decision.is_ballot());
        if self.identity.is_over() && on_its_way().next().is_some() {
            return Saving::SignedOut(Some(if vote { Unsent::Vote } else { Unsent::Words }));
        }
        if on_its_way().any(|p| p.failures > 0) || on_its_way().next().is_some() && self.offline {
            return Saving::Waiting(Waiting {
                vote,
                offline: self.offline,
                kept: on_its_way().all(|p| p.kept),
                undo: self.can_undo(topic),
                refused: on_its_way().any(|p| p.refused >= REFUSED),
                blocked: on_its_way().any(|p| p.refused >= REFUSED && p.by_post),
            });
        }
        if on_its_way().next().is_some() {
            return Saving::Sending;
        }
        let settled = self.outbox.to(topic).last();
        match settled.map(|p| (&p.stage, &p.decision)) {
            Some((Stage::Draft, decision)) => match (self.resources.poll(topic), decision.answer()) {
                (Some(poll), Some(answer)) if poll.viewer.standing.may_vote() => {
                    Saving::Draft(answer.clone())
                }
                _ if settled.is_some_and(|p| p.kept) => Saving::Idle,
                _ => Saving::CannotKeep,
            },
            _ => match self.resources.topic(topic).and_then(|e| e.saved.clone()) {
                Some(write) => Saving::Saved(write),
                None if self.identity.is_over() => Saving::SignedOut(None),
                None => Saving::Idle,
            },
        }
    }

    /// Whether the member can still undo their last decision: because it was not sent, or with one more ballot.
    pub(super) fn can_undo(&self, topic: &Topic) -> bool {
        let Some(last) = self.last_on_its_way(topic) else { return false };
        let by_ballot = |p: &Poll| if p.has_voted() { p.rules.changeable } else { p.rules.retractable };
        self.is_untouched(last)
            || last.decision.is_ballot() && self.resources.poll(topic).is_some_and(by_ballot)
    }

    pub(super) fn last_on_its_way(&self, topic: &Topic) -> Option<&Pending> {
        self.outbox.iter().filter(|p| p.is_on_its_way() && p.decision.topic() == *topic).last()
    }

    /// Whether it is certain that neither this write nor one that it replaced has left the browser.
    pub(super) fn is_untouched(&self, last: &Pending) -> bool {
        let same = |p: &Pending| p.key == last.key || p.decision.gives_way_to(&last.decision);
        self.lead == Lead::Yes
            && !self.outbox.iter().any(|p| p.is_on_its_way() && p.may_have_arrived() && same(p))
    }
}
