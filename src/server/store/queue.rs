//! Writes that come often. Those that come while the disk is busy wait together, and go to it together: one
//! transaction and one wait for the disk for all of them, and nobody is answered before.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use super::ballot::{Cast, Refusal};
use super::casts::Casts;
use super::checklist::{self, StepRefusal};
use super::{Store, StoreError, member};
use crate::domain::checklist::Checklist;
use crate::domain::id::StepId;
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;
use crate::server::who::Identity;

/// Wishes in one transaction: far more do not make it faster, but longer.
const TOGETHER: usize = 512;

/// What somebody wants written.
pub(super) enum Wish {
    /// That a member is known by the name and role that their token says.
    Meet(Identity),
    /// A ballot, at a moment.
    Cast(Cast, Timestamp),
    /// A step of the checklist, done by hand at a moment.
    Step(Identity, StepId, Timestamp),
}

/// What became of a wish.
pub(super) enum Outcome {
    Met,
    /// With the poll as the member sees it after that, if there is one.
    Cast(Result<(), Refusal>, Option<Box<Poll>>),
    Step(Result<Option<Checklist>, StepRefusal>),
}

impl Wish {
    pub(super) fn member(&self) -> &Identity {
        match self {
            Self::Meet(member) | Self::Cast(Cast { member, .. }, _) | Self::Step(member, ..) => member,
        }
    }
}

/// Wishes that wait.
#[derive(Debug)]
pub(super) struct Queue {
    /// How many may wait; more are turned away at once, while the host can still say so.
    pub(super) room: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    wishes: Vec<Wish>,
    answers: Vec<oneshot::Sender<Outcome>>,
    /// Whether somebody works on it.
    busy: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("waiting", &self.wishes.len()).finish_non_exhaustive()
    }
}

impl Queue {
    pub(super) fn new(room: usize) -> Self {
        Self { room, state: Mutex::default() }
    }

    /// Lets a wish wait; whether somebody has to begin to work.
    fn push(&self, wish: Wish, answer: oneshot::Sender<Outcome>) -> Result<bool, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.wishes.len() >= self.room {
            return Err(StoreError::Busy);
        }
        state.wishes.push(wish);
        state.answers.push(answer);
        Ok(!std::mem::replace(&mut state.busy, true))
    }

    /// The next wishes; with none left, the work is over.
    fn take(&self) -> Option<(Vec<Wish>, Vec<oneshot::Sender<Outcome>>)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let some = state.wishes.len().min(TOGETHER);
        state.busy = some > 0;
        (some > 0).then(|| (state.wishes.drain(..some).collect(), state.answers.drain(..some).collect()))
    }
}

impl Store {
    /// Has something written, with others if there are any. Once begun it is done, even where nobody waits for it any
    /// more: a page that is closed while its vote is being stored must not keep the vote from being announced.
    pub(super) async fn wish(&self, wish: Wish) -> Result<Outcome, StoreError> {
        let (sender, answer) = oneshot::channel();
        if self.queue.push(wish, sender)? {
            tokio::spawn(self.clone().work());
        }
        answer.await.map_err(|_| StoreError::Stopped)
    }

    async fn work(self) {
        while let Some((wishes, answers)) = self.queue.take() {
            let store = self.clone();
            // In a task of its own, so that whatever happens to these does not keep the next ones waiting for ever.
            let _ = tokio::spawn(async move { store.answer(&wishes, answers).await }).await;
        }
    }

    async fn answer(&self, wishes: &[Wish], senders: Vec<oneshot::Sender<Outcome>>) {
        let error = match self.grant(wishes).await {
            Ok(answers) => {
                for (sender, answer) in senders.into_iter().zip(answers) {
                    // Who went away does not want to know.
                    let _ = sender.send(answer);
                }
                return;
            }
            Err(error) => error,
        };
        eprintln!("folkmoot: {error}");
        if wishes.len() > 1 {
            // What one of them broke must not spoil the others.
            for (wish, sender) in wishes.iter().zip(senders) {
                match self.grant(std::slice::from_ref(wish)).await {
                    Ok(answers) => drop(answers.into_iter().next().map(|answer| sender.send(answer))),
                    Err(error) => eprintln!("folkmoot: {error}"),
                }
            }
        }
    }

    /// Writes what may be written of these, in the order in which they came, all of it or nothing.
    async fn grant(&self, wishes: &[Wish]) -> Result<Vec<Outcome>, StoreError> {
        let mut write = self.begin().await?;
        member::meet(&mut write, wishes.iter().map(Wish::member)).await?;
        let mut casts = Casts::load(&mut write, wishes).await?;
        let mut answers = Vec::with_capacity(wishes.len());
        for wish in wishes {
            answers.push(match wish {
                Wish::Meet(_) => Outcome::Met,
                Wish::Cast(cast, now) => Outcome::Cast(casts.judge(cast, *now), None),
                Wish::Step(member, step, now) => {
                    Outcome::Step(checklist::do_step(&mut write, &member.id, step, *now).await?)
                }
            });
        }
        let moved = casts.store(&mut write).await?;
        for (wish, answer) in wishes.iter().zip(&mut answers) {
            if let (Wish::Cast(cast, now), Outcome::Cast(_, poll)) = (wish, answer) {
                *poll = casts.seen(cast, *now).map(Box::new);
            }
        }
        self.commit(write).await?;
        // Who comes for the first time has a stage to find.
        if moved || wishes.iter().any(|wish| matches!(wish, Wish::Meet(_))) {
            self.members_moved.notify_one();
        }
        Ok(answers)
    }
}
