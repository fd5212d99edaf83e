//! Writes that the host has not acknowledged yet.

use super::pace::{Call, Pace};
use super::{Effect, Moment, Refusal, Timer, Topic};
use crate::domain::id::{OptionId, PollId, StepId};
use crate::domain::poll::{Answer, When};
use crate::domain::time::Timestamp;

/// How long a tab waits for the one that leads to deliver what was decided here, in milliseconds; then it sends that
/// itself. The host takes one key for one write, whoever sends it.
pub(super) const PATIENCE: u32 = 8_000;

/// What a member decides: the same from the click to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// To cast or change the ballot in a poll, which is given whole; without an answer, to take it back.
    Ballot(PollId, Option<Answer>),
    /// To do something else to a poll.
    Act(PollId, Act),
    /// That a step of the checklist is done.
    Step(StepId),
}

/// What a member does to a poll beside voting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Adds an option: what is read, and what it stands for in a poll about when.
    AddOption(String, Option<When>),
    /// Staff: gives the poll an option that waits, or does not; whose it is: takes it back.
    Judge(OptionId, bool),
    /// Says something.
    Comment(String),
    /// Takes a comment away, by its id.
    TakeComment(String),
    /// Wants to hear what comes of it, or not any more.
    Follow(bool),
    /// Staff: closes it now, or opens it again.
    Close(bool),
}

impl Decision {
    /// What it changes.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Ballot(poll, _) | Self::Act(poll, _) => Topic::Poll(poll.clone()),
            Self::Step(_) => Topic::Checklist,
        }
    }

    /// What a ballot says.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Ballot(_, answer) => answer.as_ref(),
            Self::Act(..) | Self::Step(_) => None,
        }
    }

    /// Whether it is about the member's own ballot.
    pub fn is_ballot(&self) -> bool {
        matches!(self, Self::Ballot(..))
    }

    /// Whether a later decision takes the place of this one unless that is being answered: a ballot is whole, and the
    /// later one has the greater revision even where the earlier one has arrived.
    pub fn gives_way_to(&self, later: &Self) -> bool {
        let same_sort = match self {
            Self::Ballot(..) => later.is_ballot(),
            Self::Act(_, Act::Follow(_)) => matches!(later, Self::Act(_, Act::Follow(_))),
            Self::Act(_, Act::Close(_)) => matches!(later, Self::Act(_, Act::Close(_))),
            Self::Act(..) | Self::Step(_) => self == later,
        };
        same_sort && self.topic() == later.topic()
    }
}

/// A write on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools)] // each is asked for by itself
pub struct Pending {
    /// The decision's idempotency key.
    pub key: String,
    /// What was decided.
    pub decision: Decision,
    /// Orders the ballots of a member: one more than the ballot they saw. Of no meaning to other decisions, and 0.
    pub revision: u64,
    /// What it waits for.
    pub stage: Stage,
    /// How often it could not be delivered.
    pub failures: u32,
    /// How often in a row something between the page and the API refused it.
    pub refused: u32,
    /// Whether the browser's storage has it, so that it outlives the page.
    pub kept: bool,
    /// Whether it was decided in this tab, which then answers for it.
    pub ours: bool,
    /// Whether the host was asked anew who is asking, for its sake.
    pub renewed: bool,
    /// The number of the proof that it went out with last.
    pub proof: u32,
    /// Whether it goes by POST, since something before the host does not let its own method through.
    pub by_post: bool,
}

/// Where a write is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Decided before the viewer was known. It is stored once the viewer is known.
    Unowned,
    /// On its way into the browser's storage: a write is stored before it is sent.
    Keeping,
    /// To be sent by the tab that leads.
    Queued,
    /// Sent by this tab, the answer is out.
    Sent,
    /// To be sent then, by this tab, whichever leads.
    Due(Timestamp),
    /// To be sent once the host knows again who is asking.
    SignedOut,
    /// Decided by a guest: to be sent once they have signed in and said yes.
    Draft,
    /// The host does not take it, and the member has not acted on that yet.
    Refused(Refusal),
}

impl Pending {
    /// A decision that was just taken here; of a ballot with its revision.
    pub fn new(key: String, decision: Decision, revision: u64) -> Self {
        Self {
            key,
            decision,
            revision,
            stage: Stage::Keeping,
            failures: 0,
            refused: 0,
            kept: false,
            ours: true,
            renewed: false,
            proof: 0,
            by_post: false,
        }
    }

    /// Leaves it until so many milliseconds from now, and asks to be woken then.
    #[must_use]
    pub fn put_off(&mut self, wait: u32, moment: Moment) -> Effect {
        let due = moment.now.plus(wait.into());
        self.stage = Stage::Due(due);
        Effect::Wake(Timer::Outbox(due), wait)
    }

    /// Whether it is still to reach the host.
    pub fn is_on_its_way(&self) -> bool {
        !matches!(self.stage, Stage::Draft | Stage::Refused(_))
    }

    /// Whether the host may have it already, as far as this tab can tell.
    pub fn may_have_arrived(&self) -> bool {
        self.failures > 0 || matches!(self.stage, Stage::Sent | Stage::SignedOut)
    }
}

/// All writes that are not settled, in the order they were decided.
#[derive(Debug, Default)]
pub struct Outbox {
    writes: Vec<Pending>,
    /// The keys of what this page has sent, whatever became of it: a write that comes back out of the browser's storage is
    /// tried again by then.
    tried: Vec<String>,
    /// Ballots that this tab has sent and not heard of, after the host has taken them from another tab.
    copies: Vec<Pending>,
}

impl Outbox {
    /// Takes a write in, unless it is here already. Returns the keys of those that give way to it.
    pub fn add(&mut self, pending: Pending) -> Vec<String> {
        if self.get(&pending.key).is_some() {
            return Vec::new();
        }
        let gone =
            self.remove(|p| !matches!(p.stage, Stage::Sent) && p.decision.gives_way_to(&pending.decision));
        self.insert(pending);
        gone
    }

    /// Puts one last, whatever else is here.
    pub fn insert(&mut self, pending: Pending) {
        self.writes.push(pending);
    }

    /// Takes out those for which this holds, and returns their keys.
    pub fn remove(&mut self, mut which: impl FnMut(&Pending) -> bool) -> Vec<String> {
        self.writes.extract_if(.., |p| which(p)).map(|p| p.key).collect()
    }

    /// Whether a later write here takes the place of this one, whatever becomes of it.
    pub fn has_given_way(&self, key: &str) -> bool {
        let mut from = self.writes.iter().skip_while(|p| p.key != key);
        from.next().is_some_and(|this| from.any(|later| this.decision.gives_way_to(&later.decision)))
    }

    /// Takes one out.
    pub fn take(&mut self, key: &str) -> Option<Pending> {
        let at = self.writes.iter().position(|p| p.key == key)?;
        Some(self.writes.remove(at))
    }

    /// Notes that the host has taken this ballot from another tab, where it is still out from this one.
    pub fn taken_elsewhere(&mut self, key: &str) {
        let is_out = |p: &&Pending| p.key == key && matches!(p.stage, Stage::Sent) && p.decision.is_ballot();
        let copy = self.writes.iter().find(is_out).cloned();
        self.copies.extend(copy);
    }

    /// Takes out the ballot of which that was noted, since its answer is here.
    pub fn take_copy(&mut self, key: &str) -> Option<Pending> {
        let at = self.copies.iter().position(|p| p.key == key)?;
        Some(self.copies.swap_remove(at))
    }

    /// Forgets what was noted for an earlier viewer.
    pub fn forget_copies(&mut self) {
        self.copies.clear();
    }

    /// One write.
    pub fn get(&mut self, key: &str) -> Option<&mut Pending> {
        self.writes.iter_mut().find(|p| p.key == key)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.writes.iter()
    }

    /// All of them, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Pending> {
        self.writes.iter_mut()
    }

    /// Writes to one thing, in order.
    pub fn to<'a>(&'a self, topic: &'a Topic) -> impl Iterator<Item = &'a Pending> {
        self.writes.iter().filter(move |p| p.decision.topic() == *topic)
    }

    /// The last write to one thing that the host does not take.
    pub fn refused(&self, topic: &Topic) -> Option<(&Refusal, &Pending)> {
        let refused = |p: &'_ Pending| matches!(p.stage, Stage::Refused(_)) && p.decision.topic() == *topic;
        let pending = self.writes.iter().rfind(|p| refused(p))?;
        if let Stage::Refused(refusal) = &pending.stage { Some((refusal, pending)) } else { None }
    }

    /// Marks as sent, and returns, everything that can go out: the first write to each thing, unless it is on its way or
    /// not due yet. What is merely queued goes out from the tab that `leads`. What was tried too often waits.
    pub(super) fn send(&mut self, pace: &mut Pace, moment: Moment, leads: bool) -> Vec<Effect> {
        let mut busy: Vec<Topic> = Vec::new();
        let mut out = Vec::new();
        for pending in self.writes.iter_mut().filter(|p| p.is_on_its_way()) {
            let topic = pending.decision.topic();
            if busy.contains(&topic) {
                continue;
            }
            busy.push(topic);
            let ready = match pending.stage {
                Stage::Queued => leads,
                Stage::Due(at) => at <= moment.now,
                Stage::Unowned
                | Stage::Keeping
                | Stage::Sent
                | Stage::SignedOut
                | Stage::Draft
                | Stage::Refused(_) => false,
            };
            if !ready {
                continue;
            }
            let first = !self.tried.contains(&pending.key);
            out.push(match pace.admit(Call::Write(pending.key.clone()), first, moment) {
                Ok(()) => {
                    pending.stage = Stage::Sent;
                    if first {
                        self.tried.push(pending.key.clone());
                    }
                    Effect::Write(pending.clone())
                }
                Err(wait) => pending.put_off(wait, moment),
            });
        }
        out
    }
}
