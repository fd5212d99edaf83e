//! The queue of the deeds that members do often. Those that arrive while the disk is busy wait, and are then written together,
//! in one transaction with one wait for the disk. They are answered after that.

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
use crate::domain::translation::Text;
use crate::server::store::reads;
use crate::server::store::rows::StoreError;
use crate::server::who::Identity;

/// The most wishes in one transaction. With many more a transaction takes longer and saves no time per wish.
const TOGETHER: usize = 512;

/// A write that somebody requests, and where its outcome is sent.
enum Wish {
    /// Stores a member with the name and role of their token.
    Meet(Identity, Reply<()>),
    /// Counts a visit of a member at a time.
    Visit(Identity, Timestamp, Reply<()>),
    /// Casts, changes or takes back a ballot at a time. The reply is the poll as the member sees it after that.
    Cast(Cast, Timestamp, Reply<Result<Box<Poll<Text>>, CastError>>),
    /// Marks a step of the checklist as done by hand at a time.
    Step(Identity, StepId, Timestamp, Reply<Result<Option<Checklist<Text>>, StepRefusal>>),
}

/// The outcome of a wish, held back until it is on disk.
struct Reply<T> {
    made: Option<T>,
    to: oneshot::Sender<Result<T, StoreError>>,
}

impl<T> Reply<T> {
    fn send(self, failed: Option<StoreError>) {
        let made = self.made.ok_or(StoreError::Stopped);
        // Sending fails only if nobody waits for the answer any more.
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

/// The wishes that wait.
#[derive(Debug)]
pub struct Queue {
    ledger: Arc<Ledger>,
    /// The most wishes that may wait. More are refused at once, while the host still has the resources to answer.
    room: usize,
    state: Mutex<State>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct State {
    wishes: Vec<Wish>,
    /// Whether a task is working on the wishes.
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

    pub async fn cast(self: &Arc<Self>, cast: Cast, now: Timestamp) -> Result<Poll<Text>, CastError> {
        Ok(*self.wish(|reply| Wish::Cast(cast, now, reply)).await??)
    }

    pub async fn do_step(
        self: &Arc<Self>,
        member: Identity,
        step: StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist<Text>>, StepError> {
        Ok(self.wish(|reply| Wish::Step(member, step, now, reply)).await??)
    }

    pub async fn meet(self: &Arc<Self>, member: &Identity) -> Result<Option<Stage>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        let (known, stage) = reads::members::known(&mut read, member).await?;
        drop(read);
        if !known {
            match self.wish(|reply| Wish::Meet(member.clone(), reply)).await {
                // A read does not fail because its member cannot be stored. A later read stores them.
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

    /// Has a wish written, together with others if there are any. Once begun the write is finished, even if nobody waits for it
    /// any more: a vote must be announced even if its page was closed while the vote was being stored.
    async fn wish<T>(self: &Arc<Self>, wish: impl FnOnce(Reply<T>) -> Wish) -> Result<T, StoreError> {
        let (to, answer) = oneshot::channel();
        if self.push(wish(Reply { made: None, to }))? {
            tokio::spawn(Arc::clone(self).work());
        }
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Adds a wish. Returns whether the caller has to start a task that works on the wishes.
    fn push(&self, wish: Wish) -> Result<bool, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.wishes.len() >= self.room {
            return Err(StoreError::Busy);
        }
        state.wishes.push(wish);
        Ok(!std::mem::replace(&mut state.busy, true))
    }

    /// Takes the next wishes; `None` if there are none, which ends the task.
    fn take(&self) -> Option<Vec<Wish>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let some = state.wishes.len().min(TOGETHER);
        state.busy = some > 0;
        (some > 0).then(|| state.wishes.drain(..some).collect())
    }

    async fn work(self: Arc<Self>) {
        while let Some(wishes) = self.take() {
            let queue = Arc::clone(&self);
            // In a task of its own, so that even after a panic in it the next wishes are answered.
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
            // One wish may have caused the error. Each is tried by itself, so that the others succeed.
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

    /// Judges these wishes and writes those that are granted, in one transaction. Wishes of one kind are judged in the order in
    /// which they arrived.
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
        // `commit` would start another task, but this one is never cancelled.
        write.finish().await?;
        // A member who is new has no stage yet.
        if moved || met {
            self.ledger.members_moved.notify_one();
        }
        Ok(())
    }
}
