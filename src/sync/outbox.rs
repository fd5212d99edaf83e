//! Writes that the host has not acknowledged yet.

use super::Topic;
use crate::domain::id::{OptionId, PollId, StepId};
use crate::domain::time::Timestamp;

/// What a member decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Cast or change a ballot; without options, take it back.
    Ballot {
        /// In which poll.
        poll: PollId,
        /// Orders this member's ballots: one more than the ballot they saw.
        revision: u64,
        /// The whole ballot.
        options: Vec<OptionId>,
    },
    /// A step of the checklist is done.
    Step(StepId),
}

impl Write {
    /// What it changes.
    pub fn topic(&self) -> Topic {
        match self {
            Self::Ballot { poll, .. } => Topic::Poll(poll.clone()),
            Self::Step(_) => Topic::Checklist,
        }
    }
}

/// A write on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The decision's idempotency key.
    pub key: String,
    /// What was decided.
    pub write: Write,
    /// How often it was sent without being answered.
    pub failures: u32,
    /// What it waits for.
    pub stage: Stage,
}

/// Where a pending write is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Behind an earlier write to the same thing.
    Queued,
    /// Sent, the answer is out.
    Sent,
    /// Failed, to be sent again then.
    Due(Timestamp),
}

/// All writes on their way, in the order they were decided.
#[derive(Debug, Default)]
pub struct Outbox {
    writes: Vec<Pending>,
}

impl Outbox {
    /// Takes a decision in. A ballot that has not been sent yet gives way to a newer one in the same poll.
    pub fn add(&mut self, key: String, write: Write) {
        if let Write::Ballot { poll: newer, .. } = &write {
            self.writes.retain(|p| {
                !matches!(&p.write, Write::Ballot { poll, .. } if p.stage == Stage::Queued && poll == newer)
            });
        }
        self.writes.push(Pending { key, write, failures: 0, stage: Stage::Queued });
    }

    /// Writes to one thing, in order.
    pub fn to<'a>(&'a self, topic: &'a Topic) -> impl Iterator<Item = &'a Pending> {
        self.writes.iter().filter(move |p| p.write.topic() == *topic)
    }

    /// Takes an answered write out.
    pub fn take(&mut self, key: &str) -> Option<Pending> {
        let at = self.writes.iter().position(|p| p.key == key)?;
        Some(self.writes.remove(at))
    }

    /// Notes that a write could not be delivered; returns how often it has failed now.
    pub fn failed(&mut self, key: &str) -> Option<&mut Pending> {
        let pending = self.writes.iter_mut().find(|p| p.key == key)?;
        pending.failures += 1;
        Some(pending)
    }

    /// Marks as sent, and returns, everything that can go out: the first write to each thing, unless it is on its way
    /// or not due yet.
    pub fn send(&mut self, now: Timestamp) -> Vec<Pending> {
        let mut busy: Vec<Topic> = Vec::new();
        let mut out = Vec::new();
        for pending in &mut self.writes {
            let topic = pending.write.topic();
            if busy.contains(&topic) {
                continue;
            }
            busy.push(topic);
            let ready = match pending.stage {
                Stage::Queued => true,
                Stage::Due(at) => at <= now,
                Stage::Sent => false,
            };
            if ready {
                pending.stage = Stage::Sent;
                out.push(pending.clone());
            }
        }
        out
    }
}
