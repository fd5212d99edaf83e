//! Files of polls' votes, which the viewer asks for.

use super::pace::{Call, Pace};
use super::tell::show;
use super::{Effect, Fault, Moment, Reason, Refusal, Topic};
use crate::domain::id::PollId;

/// The files that were asked for.
#[derive(Debug, Default)]
pub(super) struct Saves {
    /// The polls whose file waits for a proof of who is asking that the host takes.
    waiting: Vec<PollId>,
    /// The polls whose file did not come.
    failed: Vec<PollId>,
}

impl Saves {
    /// Has a poll's votes saved as a file.
    pub(super) fn save(&mut self, poll: PollId, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        self.failed.retain(|failed| *failed != poll);
        show(&Topic::Poll(poll.clone()), effects);
        match pace.admit(Call::Save(poll.clone()), false, moment) {
            Ok(()) => effects.push(Effect::Save(poll)),
            Err(_) => self.failed.push(poll),
        }
    }

    /// Tries again to save what was refused, with what proves now who is asking.
    pub(super) fn again(&mut self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        for poll in self.waiting.clone() {
            self.save(poll, pace, moment, effects);
        }
    }

    /// A file came or could not. Returns the refusal of a proof of who is asking: the file waits for another one, once.
    pub(super) fn ended(
        &mut self,
        poll: PollId,
        answer: Result<(), Fault>,
        effects: &mut Vec<Effect>,
    ) -> Option<Refusal> {
        match answer {
            Err(Fault::Refused(refusal))
                if refusal.reason == Reason::SignedOut && !self.waiting.contains(&poll) =>
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

    /// Gives up all that wait.
    pub(super) fn end(&mut self, effects: &mut Vec<Effect>) {
        for poll in std::mem::take(&mut self.waiting) {
            self.fail(poll, effects);
        }
    }

    fn fail(&mut self, poll: PollId, effects: &mut Vec<Effect>) {
        show(&Topic::Poll(poll.clone()), effects);
        self.failed.push(poll);
    }

    /// Whether a poll's file did not come.
    pub(super) fn has_failed(&self, poll: &PollId) -> bool {
        self.failed.contains(poll)
    }
}
