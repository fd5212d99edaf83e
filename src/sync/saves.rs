//! Files of polls' votes, which the viewer asks for.

use super::pace::{Call, Pace};
use super::{Effect, Fault, Moment, Reason, Refusal};
use crate::domain::id::PollId;

/// The polls whose file waits for a proof of who is asking that the host takes.
#[derive(Debug, Default)]
pub(super) struct Saves(Vec<PollId>);

impl Saves {
    /// Tries again to save what was refused, with what proves now who is asking.
    pub(super) fn again(&self, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
        for poll in self.0.clone() {
            save(poll, pace, moment, effects);
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
                if refusal.reason == Reason::SignedOut && !self.0.contains(&poll) =>
            {
                self.0.push(poll);
                Some(refusal)
            }
            answer => {
                self.0.retain(|waits| *waits != poll);
                effects.push(Effect::SaveEnded(poll, answer.is_ok()));
                None
            }
        }
    }

    /// Gives up all that wait.
    pub(super) fn end(&mut self, effects: &mut Vec<Effect>) {
        effects.extend(self.0.drain(..).map(|poll| Effect::SaveEnded(poll, false)));
    }
}

/// Has a poll's votes saved as a file.
pub(super) fn save(poll: PollId, pace: &mut Pace, moment: Moment, effects: &mut Vec<Effect>) {
    match pace.admit(Call::Save(poll.clone()), false, moment) {
        Ok(()) => effects.push(Effect::Save(poll)),
        Err(_) => effects.push(Effect::SaveEnded(poll, false)),
    }
}
