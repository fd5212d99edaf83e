//! Writes that the host has not acknowledged yet.

use super::pace::{Call, Pace};
use super::{Effect, Moment, Refusal, Timer, Topic};
use crate::domain::id::{OptionId, PollId, StepId};
use crate::domain::poll::{Answer, When};
use crate::domain::time::Timestamp;

/// How long a tab waits for the leading tab to deliver a decision, in milliseconds. After that it sends the write itself. The
/// host counts writes with the same idempotency key once, whichever tabs send them.
pub(super) const PATIENCE: u32 = 8_000;

/// A member's decision, in the form that it keeps from the click to the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The member casts or changes their ballot in a poll. The answer is the whole ballot; `None` takes the ballot back.
    Ballot(PollId, Option<Answer>),
    /// The member does something other than voting in a poll.
    Act(PollId, Act),
    /// The member marks a step of the checklist as done.
    Step(StepId),
}

/// An action in a poll other than voting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Adds an option: its label, and the day or time that it stands for in a poll about when.
    AddOption(String, Option<When>),
    /// Approves a proposed option (`true`), or removes it (`false`). Staff may do both, and the author may remove it.
    Judge(OptionId, bool),
    /// Writes a comment with this text.
    Comment(String),
    /// Deletes the comment with this id.
    TakeComment(String),
    /// Follows the poll (`true`), so that the member is notified of its outcome, or stops following it.
    Follow(bool),
    /// Closes the poll now (`true`), or opens it again. Only staff may do so.
    Close(bool),
}

impl Decision {
    /// The topic that the decision changes.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Ballot(poll, _) | Self::Act(poll, _) => Topic::Poll(poll.clone()),
            Self::Step(_) => Topic::Checklist,
        }
    }

    /// The answer of a ballot. `None` if the ballot is taken back, and for other decisions.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Ballot(_, answer) => answer.as_ref(),
            Self::Act(..) | Self::Step(_) => None,
        }
    }

    /// Whether the decision casts, changes or takes back a ballot.
    pub fn is_ballot(&self) -> bool {
        matches!(self, Self::Ballot(..))
    }

    /// Whether a later decision replaces this one, unless this one has been sent and its answer is awaited. Each ballot is
    /// complete, and the later one has the greater revision even if the earlier one has arrived.
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

/// A write that is not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools)] // the flags are independent
pub struct Pending {
    /// The decision's idempotency key.
    pub key: String,
    /// The decision.
    pub decision: Decision,
    /// The revision of a ballot, which orders the member's ballots: one more than that of the ballot that the member saw. 0 for
    /// other decisions.
    pub revision: u64,
    /// What the write waits for.
    pub stage: Stage,
    /// The number of failed attempts to deliver the write.
    pub failures: u32,
    /// The number of refusals in a row by something between the page and the API.
    pub refused: u32,
    /// Whether the browser has stored the write, so that it outlives the page.
    pub kept: bool,
    /// Whether the decision was made in this tab, which then shows its outcome.
    pub ours: bool,
    /// Whether the decision waited until the viewer was known. Another tab may have told of a later decision meanwhile.
    pub held: bool,
    /// Whether a fresh proof was requested because the host refused this write's proof.
    pub renewed: bool,
    /// The number of the proof with which the write was last sent.
    pub proof: u32,
    /// Whether the write is sent with POST, since something before the host refuses its own method.
    pub by_post: bool,
}

/// The stage of a write on its way to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The decision was made before the viewer was known. The write is stored once the viewer is known, and then sent.
    Unowned,
    /// The browser is storing the write, since a write is stored before it is sent.
    Keeping,
    /// The leading tab will send the write.
    Queued,
    /// This tab has sent the write, and awaits the answer.
    Sent,
    /// This tab will send the write at this time, whether it leads or not.
    Due(Timestamp),
    /// The write will be sent once the host knows again who is asking.
    SignedOut,
    /// The write is a guest's draft: it will be sent once the guest has signed in and confirmed it.
    Draft,
    /// The host has refused the write, and the member has not acted on the refusal yet.
    Refused(Refusal),
}

impl Pending {
    /// The write for a decision that was just made in this tab. `revision` is that of a ballot, and otherwise 0.
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
            held: false,
            renewed: false,
            proof: 0,
            by_post: false,
        }
    }

    /// Puts the write off for so many milliseconds. Returns the effect that sets the timer for it.
    #[must_use]
    pub fn put_off(&mut self, wait: u32, moment: Moment) -> Effect {
        let due = moment.now.plus(wait.into());
        self.stage = Stage::Due(due);
        Effect::Wake(Timer::Outbox(due), wait)
    }

    /// Whether the write still has to reach the host.
    pub fn is_on_its_way(&self) -> bool {
        !matches!(self.stage, Stage::Draft | Stage::Refused(_))
    }

    /// Whether the host may have received the write already, as far as this tab can tell.
    pub fn may_have_arrived(&self) -> bool {
        self.failures > 0 || matches!(self.stage, Stage::Sent | Stage::SignedOut)
    }
}

/// All writes that are not settled, in the order of the decisions.
#[derive(Debug, Default)]
pub struct Outbox {
    writes: Vec<Pending>,
    /// The keys of all writes that this page has sent, settled or not. A write with one of these keys that the browser's storage
    /// brings back counts as a retry.
    tried: Vec<String>,
    /// Ballots whose answer this tab still awaits, while the host has acknowledged them to another tab.
    copies: Vec<Pending>,
}

impl Outbox {
    /// Adds a write, unless it is here already, and removes the writes that it replaces. Returns their keys.
    pub fn add(&mut self, pending: Pending) -> Vec<String> {
        if self.get(&pending.key).is_some() {
            return Vec::new();
        }
        let later = &pending.decision;
        // The checklist shows one refusal, which the member has read when they go on to another step.
        let is_read = |p: &Pending| {
            matches!(
                (&p.stage, &p.decision, later),
                (Stage::Refused(_), Decision::Step(_), Decision::Step(_))
            )
        };
        let gone = self
            .remove(|p| !matches!(p.stage, Stage::Sent) && (p.decision.gives_way_to(later) || is_read(p)));
        self.insert(pending);
        gone
    }

    /// Adds a write at the end, and removes none.
    pub fn insert(&mut self, pending: Pending) {
        self.writes.push(pending);
    }

    /// Removes the writes that meet a condition, and returns their keys.
    pub fn remove(&mut self, mut which: impl FnMut(&Pending) -> bool) -> Vec<String> {
        self.writes.extract_if(.., |p| which(p)).map(|p| p.key).collect()
    }

    /// Whether a later write in the outbox replaces this one.
    pub fn has_given_way(&self, key: &str) -> bool {
        let mut from = self.writes.iter().skip_while(|p| p.key != key);
        from.next().is_some_and(|this| from.any(|later| this.decision.gives_way_to(&later.decision)))
    }

    /// Removes the write with this key.
    pub fn take(&mut self, key: &str) -> Option<Pending> {
        let at = self.writes.iter().position(|p| p.key == key)?;
        Some(self.writes.remove(at))
    }

    /// Notes that the host has acknowledged a ballot to another tab, if this tab has sent it as well and awaits the answer.
    pub fn taken_elsewhere(&mut self, key: &str) {
        let is_out = |p: &&Pending| p.key == key && matches!(p.stage, Stage::Sent) && p.decision.is_ballot();
        let copy = self.writes.iter().find(is_out).cloned();
        self.copies.extend(copy);
    }

    /// The write with this key, or the ballot that [`Outbox::taken_elsewhere`] noted.
    pub fn find(&self, key: &str) -> Option<&Pending> {
        self.writes.iter().chain(&self.copies).find(|p| p.key == key)
    }

    /// Removes the ballot that [`Outbox::taken_elsewhere`] noted, since its answer has arrived.
    pub fn take_copy(&mut self, key: &str) -> Option<Pending> {
        let at = self.copies.iter().position(|p| p.key == key)?;
        Some(self.copies.swap_remove(at))
    }

    /// Forgets the ballots that were noted for an earlier viewer.
    pub fn forget_copies(&mut self) {
        self.copies.clear();
    }

    /// The write with this key.
    pub fn get(&mut self, key: &str) -> Option<&mut Pending> {
        self.writes.iter_mut().find(|p| p.key == key)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.writes.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Pending> {
        self.writes.iter_mut()
    }

    /// The writes to a topic, in order.
    pub fn to<'a>(&'a self, topic: &'a Topic) -> impl Iterator<Item = &'a Pending> {
        self.writes.iter().filter(move |p| p.decision.topic() == *topic)
    }

    /// The last write to a topic that the host has refused.
    pub fn refused(&self, topic: &Topic) -> Option<(&Refusal, &Pending)> {
        let refused = |p: &'_ Pending| matches!(p.stage, Stage::Refused(_)) && p.decision.topic() == *topic;
        let pending = self.writes.iter().rfind(|p| refused(p))?;
        if let Stage::Refused(refusal) = &pending.stage { Some((refusal, pending)) } else { None }
    }

    /// Marks every write that can be sent now as sent. Returns the effects that send these writes. The writes to one topic are sent
    /// one after another: each waits for the answer to the one before. Queued writes are sent only if this tab `leads`. A write that
    /// has reached the limit of retries is put off.
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
