//! What the widget knows, and what elements show of it. The reducer alone changes it.

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
use super::{Part, Refusal};
use crate::domain::id::PollId;
use crate::domain::poll::{Answer, Poll};
use crate::domain::time::Timestamp;

/// Whether what the member decided has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Nothing was decided here.
    Idle,
    /// On its way.
    Sending,
    /// Could not be delivered yet; it will be tried again.
    Waiting(Waiting),
    /// The member is signed out; what is unsent will be sent once they are back.
    SignedOut(Option<Unsent>),
    /// The host has it.
    Saved(Decision),
    /// The host does not take it.
    Refused(Refusal, Decision),
    /// What the member chose before they signed in: it waits for their word.
    Draft(Answer),
    /// The browser keeps nothing for this page, so that a guest's choice would be lost on the way.
    CannotKeep,
}

/// After so many refusals in a row that are not the API's own, a call counts as one that does not get through.
pub(super) const REFUSED: u32 = 3;

/// What a member has decided and the host has not got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// A ballot, and perhaps more.
    Vote,
    /// Something else.
    Words,
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
    /// Whether the site refuses it each time.
    pub refused: bool,
    /// Whether that is because neither its own method nor POST is let through.
    pub blocked: bool,
}

/// The live feed, which one tab holds for all of a viewer's.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools)] // each says something of its own
pub(super) struct Live {
    /// What it follows, for all tabs.
    pub topics: Vec<Topic>,
    /// What this tab wants it to follow.
    pub ours: Vec<Topic>,
    /// What the other tabs want it to follow.
    pub others: Vec<(String, Vec<Topic>)>,
    /// The last position seen.
    pub position: Option<String>,
    /// Whether it was opened at all, or tried to be.
    pub tried: bool,
    /// Whether it is to be opened anew, with another proof of who is asking.
    pub renew: bool,
    /// Whether it is to be opened again.
    pub again: bool,
    /// How often it broke off without having stood in between.
    pub failures: u32,
    /// Whether it cannot be had, so that each tab looks for itself.
    pub down: bool,
    /// Whether a look is due.
    pub look_set: bool,
    /// Whether it is being listened for silence.
    pub watched: bool,
    /// Whether something was heard since that began.
    pub heard: bool,
    /// In how many watches in a row it has to be heard before it is trusted again: something may hold it up.
    pub doubt: u8,
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

/// All that the widget knows. Only the reducer writes it.
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
    /// The host's clock less the browser's, in milliseconds.
    pub(super) skew: i64,
    /// When the timer for openings and closings comes next.
    pub(super) clock: Option<Timestamp>,
    pub(super) console: Console,
    /// The history of the host that its last answer belonged to.
    pub(super) epoch: Option<String>,
    /// Whether writes go by POST, since something before the host lets no other method through.
    pub(super) by_post: bool,
    /// The beginning of all keys of this page's decisions.
    keys: String,
    /// How many decisions have got a key.
    keyed: u32,
    /// How many reads went out and answers to writes came: it orders the states of a host without revisions.
    pub(super) order: u64,
}

impl State {
    /// The state of a page on which nothing has happened, at a host that can do this. The keys of the page's decisions begin with
    /// `keys`, which no other page has.
    pub fn new(abilities: Abilities, keys: String) -> Self {
        let mut state = Self { keys, ..Self::default() };
        state.live.down = abilities.asked_every.is_some();
        state.abilities = abilities;
        state
    }

    /// An idempotency key that no other decision has.
    pub(super) fn new_key(&mut self) -> String {
        self.keyed += 1;
        [&*self.keys, &self.keyed.to_string()].concat()
    }

    /// The order of a read that goes out now: see [`Answer::order`](super::Answer::order).
    pub fn order(&self) -> u64 {
        self.order
    }

    /// Who is asking.
    pub fn viewer(&self) -> &Viewer {
        &self.identity.viewer
    }

    /// The token that goes with a call, empty for none, and the CSRF token of a write.
    pub fn proof(&self) -> (&str, Option<&str>) {
        (self.identity.token(), self.identity.csrf.as_deref())
    }

    /// Tells viewers apart, one after the other on this page.
    pub fn viewer_number(&self) -> u32 {
        self.identity.number
    }

    /// The host's time when the browser's clock says `now`.
    pub fn host_time(&self, now: Timestamp) -> Timestamp {
        now.plus(self.skew)
    }

    /// How far a part has come.
    pub fn part(&self, part: Part) -> PartState {
        self.parts.state(part)
    }

    /// A write that is not settled.
    pub fn pending(&self, key: &str) -> Option<Pending> {
        self.outbox.iter().find(|p| p.key == key).cloned()
    }

    /// What is known of the pages of lists about a poll that are open in elements.
    pub fn pages(&self, poll: &PollId) -> Vec<(PageOf, Known)> {
        let of = |entry: &Entry| match &entry.resource {
            Resource::Page(page) if page.poll == *poll => Some((page.clone(), entry.known.clone())),
            Resource::Page(_) | Resource::Topic(_) => None,
        };
        self.resources.entries.iter().filter_map(of).collect()
    }

    /// What the viewer had begun at a poll before the element or the page came, as texts; empty where there is nothing.
    pub fn begun(&self, poll: &PollId) -> &[String] {
        self.begun.at(poll)
    }

    /// Whether the file of a poll's votes was asked for last and did not come.
    pub fn save_failed(&self, poll: &PollId) -> bool {
        self.saves.has_failed(poll)
    }

    /// What an element shows of a topic: what the host last said, with the member's own decisions that are still on
    /// their way put on top.
    pub fn view(&self, topic: &Topic, now: Timestamp) -> Known {
        let Some(entry) = self.resources.topic(topic) else { return Known::Loading };
        let Known::Here(entity) = &entry.known else { return entry.known.clone() };
        let mut entity = entity.clone();
        for pending in self.outbox.to(topic).filter(|p| p.is_on_its_way()) {
            match (&mut entity, &pending.decision) {
                // Where a later ballot is known already, this one will be refused.
                (Entity::Poll(poll), Decision::Ballot(_, answer))
                    if pending.revision >= poll.next_ballot() =>
                {
                    let mut next = poll.with_answer(pending.revision, answer.as_ref());
                    if self.identity.is_over() {
                        // The host's figures may count this member already.
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

    /// Whether what the member decided about a topic has arrived.
    pub fn saving(&self, topic: &Topic) -> Saving {
        // What the member has to know comes before what comes right by itself.
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

    /// Whether the member can still take back what they decided last: because it was not sent, or by one more ballot.
    pub(super) fn can_undo(&self, topic: &Topic) -> bool {
        let Some(last) = self.last_on_its_way(topic) else { return false };
        let by_ballot = |p: &Poll| if p.has_voted() { p.rules.changeable } else { p.rules.retractable };
        self.is_untouched(last)
            || last.decision.is_ballot() && self.resources.poll(topic).is_some_and(by_ballot)
    }

    pub(super) fn last_on_its_way(&self, topic: &Topic) -> Option<&Pending> {
        self.outbox.iter().filter(|p| p.is_on_its_way() && p.decision.topic() == *topic).last()
    }

    /// Whether nothing of this, nor of what it took the place of, has left the browser.
    pub(super) fn is_untouched(&self, last: &Pending) -> bool {
        let same = |p: &Pending| p.key == last.key || p.decision.gives_way_to(&last.decision);
        self.lead == Lead::Yes
            && !self.outbox.iter().any(|p| p.is_on_its_way() && p.may_have_arrived() && same(p))
    }
}
