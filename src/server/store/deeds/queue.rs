//! Deeds that come often. Those that come while the disk is busy wait together, and go to it together: one transaction and
//! one wait for the disk for all of them, and nobody is answered before.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::ballots::Batch;
use super::cast::{Cast, CastError, Refusal};
use super::checklist::{self, Done, StepError, StepRefusal};
use super::ledger::Ledger;
use super::members;
use super::visits::{self, Seen, Visit};

use crate::domain::checklist::Checklist;
use crate::domain::id::StepId;
use crate::domain::member::Stage;
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;
use crate::server::store::reads;
use crate::server::store::rows::StoreError;
use crate::server::who::Identity;

/// Wishes in one transaction: far more do not make it faster, but longer.
const TOGETHER: usize = 512;

/// What somebody wants written, and where they wait for what becomes of it.
enum Wish {
    /// That a member is known by the name and role that their token says.
    Meet(Identity, Reply<()>),
    /// That a member came at a moment.
    Visit(Identity, Timestamp, Reply<()>),
    /// A ballot, at a moment. The reply is the poll as the member sees it after that.
    Cast(Cast, Timestamp, Reply<Result<Box<Poll>, CastError>>),
    /// A step of the checklist, done by hand at a moment.
    Step(Identity, StepId, Timestamp, Reply<Result<Option<Checklist>, StepRefusal>>),
}

/// What became of a wish, kept back until it is on disk.
struct Reply<T> {
    made: Option<T>,
    to: oneshot::Sender<Result<T, StoreError>>,
}

impl<T> Reply<T> {
    fn send(self, failed: Option<StoreError>) {
        let made = self.made.ok_or(StoreError::Stopped);
        // Who went away does not want to know.
        let _ = self.to.send(failed.map_or(made, Err));
    }
}

impl Wish {
    fn member(&self) -> &Identity {
        match self {
            Self::Meet(member, _)
            | Self::Visit(member, ..)
            | Self::Cast(Cast { member, .. }, ..)
            | Self::Step(member, ..) => member,
        }
    }

    fn answer(self, failed: Option<StoreError>) {
        match self {
            Self::Meet(_, reply) | Self::Visit(_, _, reply) => reply.send(failed),
            Self::Cast(_, _, reply) => reply.send(failed),
            Self::Step(.., reply) => reply.send(failed),
        }
    }
}

/// Wishes that wait.
#[derive(Debug)]
pub struct Queue {
    ledger: Arc<Ledger>,
    /// How many may wait; more are turned away at once, while the host can still say so.
    room: usize,
    state: Mutex<State>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct State {
    wishes: Vec<Wish>,
    /// Whether somebody works on it.
    busy: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("waiting", &self.wishes.len()).finish_non_exhaustive()
    }
}

impl Queue {
    pub fn new(ledger: &Arc<Ledger>, room: usize) -> Self {
        Self { ledger: Arc::clone(ledger), room, state: Mutex::default(), seen: Mutex::default() }
    }

    pub async fn cast(self: &Arc<Self>, cast: Cast, now: Timestamp) -> Result<Poll, CastError> {
        Ok(*self.wish(|reply| Wish::Cast(cast, now, reply)).await??)
    }

    pub async fn do_step(
        self: &Arc<Self>,
        member: Identity,
        step: StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist>, StepError> {
        Ok(self.wish(|reply| Wish::Step(member, step, now, reply)).await??)
    }

    pub async fn meet(self: &Arc<Self>, member: &Identity) -> Result<Option<Stage>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        let (known, stage) = reads::members::known(&mut read, member).await?;
        drop(read);
        if !known {
            match self.wish(|reply| Wish::Meet(member.clone(), reply)).await {
                // Who only reads is met another time.
                Ok(()) | Err(StoreError::Unavailable(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(stage)
    }

    pub fn visit(self: &Arc<Self>, member: &Identity, now: Timestamp) {
        let day = self.ledger.calendar.day(now);
        if self.seen().is_first(day, &member.id) {
            let (queue, member) = (Arc::clone(self), member.clone());
            tokio::spawn(async move {
                let id = member.id.clone();
                if queue.wish(|reply| Wish::Visit(member, now, reply)).await.is_err() {
                    // The next read tries again.
                    queue.seen().forget(&id);
                }
            });
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has something written, with others if there are any. Once begun it is done, even where nobody waits for it any
    /// more: a page that is closed while its vote is being stored must not keep the vote from being announced.
    async fn wish<T>(self: &Arc<Self>, wish: impl FnOnce(Reply<T>) -> Wish) -> Result<T, StoreError> {
        let (to, answer) = oneshot::channel();
        if self.push(wish(Reply { made: None, to }))? {
            tokio::spawn(Arc::clone(self).work());
        }
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Lets a wish wait; whether somebody has to begin to work.
    fn push(&self, wish: Wish) -> Result<bool, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.wishes.len() >= self.room {
            return Err(StoreError::Busy);
        }
        state.wishes.push(wish);
        Ok(!std::mem::replace(&mut state.busy, true))
    }

    /// The next wishes; with none left, the work is over.
    fn take(&self) -> Option<Vec<Wish>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let some = state.wishes.len().min(TOGETHER);
        state.busy = some > 0;
        (some > 0).then(|| state.wishes.drain(..some).collect())
    }

    async fn work(self: Arc<Self>) {
        while let Some(wishes) = self.take() {
            let queue = Arc::clone(&self);
            // In a task of its own, so that whatever happens to these does not keep the next ones waiting for ever.
            let _ = tokio::spawn(async move { queue.answer(wishes).await }).await;
        }
    }

    async fn answer(&self, mut wishes: Vec<Wish>) {
        match self.ledger.noted(self.grant(&mut wishes).await) {
            Ok(()) => wishes.into_iter().for_each(|wish| wish.answer(None)),
            Err(StoreError::Unavailable(why)) => {
                for wish in wishes {
                    wish.answer(Some(why.into()));
                }
            }
            // What one of them broke must not spoil the others.
            Err(_) if wishes.len() > 1 => {
                for mut wish in wishes {
                    let done = self.ledger.noted(self.grant(std::slice::from_mut(&mut wish)).await);
                    wish.answer(done.err());
                }
            }
            Err(error) => {
                if let Some(wish) = wishes.pop() {
                    wish.answer(Some(error));
                }
            }
        }
    }

    /// Writes what may be written of these, in the order in which they came, all of it or nothing.
    async fn grant(&self, wishes: &mut [Wish]) -> Result<(), StoreError> {
        let calendar = &self.ledger.calendar;
        let mut write = self.ledger.begin().await?;
        members::meet(&mut write, wishes.iter().map(Wish::member)).await?;
        let (mut casts, mut steps, mut came, mut met) = (Vec::new(), Vec::new(), Vec::new(), false);
        for wish in wishes {
            match wish {
                Wish::Meet(_, reply) => {
                    reply.made = Some(());
                    met = true;
                }
                Wish::Visit(member, now, reply) => {
                    reply.made = Some(());
                    came.push(Visit { member: &member.id, at: *now });
                }
                Wish::Cast(cast, now, reply) => casts.push((&*cast, *now, reply)),
                Wish::Step(member, step, now, reply) => steps.push((&member.id, &*step, *now, reply)),
            }
        }
        let asked: Vec<&Cast> = casts.iter().map(|(cast, ..)| *cast).collect();
        let mut batch = Batch::load(&mut write, &asked).await?;
        let judged: Vec<Result<(), Refusal>> =
            casts.iter().map(|(cast, now, _)| batch.judge(cast, *now, calendar.day(*now))).collect();
        for (member, step, now, reply) in steps {
            let done = Done { at: now, day: calendar.day(now) };
            reply.made = Some(checklist::do_step(&mut write, member, step, done).await?);
        }
        let moved = visits::store(&mut write, &came, calendar).await?;
        let moved = batch.store(&mut write).await? || moved;
        for ((cast, now, reply), judged) in casts.into_iter().zip(judged) {
            let poll = batch.seen(cast, now).map(Box::new);
            let missing = || Refusal::NoPoll(cast.poll.clone());
            reply.made = Some(match (judged, poll) {
                (Ok(()), poll) => poll.ok_or_else(|| CastError::Refused { refusal: missing(), poll: None }),
                (Err(refusal), poll) => Err(CastError::Refused { refusal, poll }),
            });
        }
        // Not in yet another task: this one is not given up already.
        write.finish().await?;
        // Who comes for the first time has a stage to find.
        if moved || met {
            self.ledger.members_moved.notify_one();
        }
        Ok(())
    }
}
