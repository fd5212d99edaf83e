//! Saves polls' votes as files for the viewer.

use super::pace::{Call, Pace};
use super::tell::show;
use super::{Effect, Fault, Moment, Refusal, RefusalKind, Topic};
use crate::domain::id::PollId;

/// The files that could not be saved yet.
#[derive(Debug, Default)]
pub(super) struct Saves {
    /// The polls whose file waits for a fresh proof, since the host has refused the last one.
    waiting: Vec<PollId>,
    /// The polls whose file could not be saved.
    failed: Vec<PollId>,
}

impl Saves {
    /// Saves a poll's votes as a file. Fails if the limit of retries is reached.
    pub(super) fn save(&mut self, poll: PollId, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.failed.retain(|failed| *failed != poll);
        show(&Topic::Poll(poll.clone()), effects);
        match pace.admit(Call::Save(poll.clone()), false, moment) {
            Ok(()) => effects.push(Effect::Save(poll)),
            Err(_) => self.failed.push(poll),
        }
    }

    /// Retries the waiting files, with the current proof.
    pub(super) fn again(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        for poll in self.waiting.clone() {
            self.save(poll, pace, moment, effects);
        }
    }

    /// Stores whether a file was saved. If the host refuses the proof for the first time, the file waits for a fresh proof, and
    /// the refusal is returned.
    pub(super) fn ended(
        &mut self,
        poll: PollId,
        answer: Result<(), Fault>,
        effects: &mut Vec<Effect>,
    ) -> Option<Refusal> {
        match answer {
            Err(Fault::Refused(refusal))
                if refusal.kind == RefusalKind::SignedOut && !self.waiting.contains(&poll) =>
            {
                self.waiting.push(poll);
                Some(refusal)
            }
            answer => {
                self.waiting.retain(|waits| *waits != poll);
                if answer.is_err() {
                    self.fail(poll, effects);
                }
                None
            }
        }
    }

    /// Gives up all waiting files.
    pub(super) fn end(&mut self, effects: &mut Vec<Effect>) {
        for poll in std::mem::take(&mut self.waiting) {
            self.fail(poll, effects);
        }
    }

    fn fail(&mut self, poll: PollId, effects: &mut Vec<Effect>) {
        show(&Topic::Poll(poll.clone()), effects);
        self.failed.push(poll);
    }

    /// Whether a poll's file could not be saved.
    pub(super) fn has_failed(&self, poll: &PollId) -> bool {
        self.failed.contains(poll)
    }
}
