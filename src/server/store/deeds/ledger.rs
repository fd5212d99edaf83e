//! The ledger runs the transactions of deeds, one at a time, and announces what they changed once it is on disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

use super::changes;
use super::health::Health;
use crate::domain::count::Profile;
use crate::domain::id::PollId;
use crate::domain::poll::Kind;
use crate::server::store::feed::{Hub, Topic, Voters};
use crate::server::store::reads::rankings;
use crate::server::store::reads::states::States;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Connection, Database, Query};
use crate::server::store::{Calendar, Stored};

/// The database, and the state that this process holds in memory.
#[derive(Debug)]
pub struct Ledger {
    pub db: Database,
    pub turn: Arc<Mutex<Turn>>,
    pub hub: Arc<Hub>,
    pub epoch: String,
    pub states: States,
    pub calendar: Calendar,
    pub health: Health,
    /// Notified when a poll was added or changed other than by a vote: the next opening or closing may be another one.
    pub polls_moved: Notify,
    /// Notified when members did something that may earn them a badge or another stage.
    pub members_moved: Notify,
    /// Notified when a poll was added or changed other than by a vote: there may be a new notice.
    pub notices_moved: Notify,
    /// Where ranked polls are sent to be counted in the background.
    pub uncounted: UnboundedSender<PollId>,
}

/// The state that only the current write may access.
#[derive(Debug, Default)]
pub struct Turn {
    /// The profiles of ranked polls, as they are in the database.
    profiles: HashMap<PollId, Arc<Profile>>,
    /// Ranked polls that a worker is counting.
    pub counting: HashSet<PollId>,
}

/// A transaction, and the changes to announce after its commit. A write that is dropped instead is rolled back.
pub struct Write {
    connection: Connection,
    turn: OwnedMutexGuard<Turn>,
    ledger: Arc<Ledger>,
    changes: BTreeMap<Topic, Voters>,
    /// The profiles of ranked polls after the commit.
    profiles: HashMap<PollId, Arc<Profile>>,
    uncounted: Vec<PollId>,
}

impl Deref for Write {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Write {
    /// Whether another process could find out the answer of an anonymous ballot that is stored now.
    pub fn is_watched(&self) -> bool {
        self.ledger.db.is_watched()
    }

    /// Adds a change to announce. Changes of one topic are merged. `voters` are the members whose own ballots changed.
    pub fn announce(&mut self, topic: Topic, voters: Voters) {
        self.changes.entry(topic).or_default().extend(voters);
    }

    /// The profile of a ranked poll, with the changes of this write; `None` for other polls.
    pub async fn profile(&mut self, stored: &Stored) -> Result<Option<Arc<Profile>>, StoreError> {
        if !matches!(stored.poll.rules.kind, Kind::Ranked(_)) {
            return Ok(None);
        }
        let id = stored.id();
        if let Some(profile) = self.profiles.get(id).or_else(|| self.turn.profiles.get(id)) {
            return Ok(Some(Arc::clone(profile)));
        }
        let profile = Arc::new(rankings::profile_of(&mut self.connection, stored).await?);
        self.turn.profiles.insert(id.clone(), Arc::clone(&profile));
        Ok(Some(profile))
    }

    /// Replaces the profile of a ranked poll. `counted` says whether the poll's result has been updated to it.
    pub fn set_profile(&mut self, poll: &PollId, profile: Arc<Profile>, counted: bool) {
        self.profiles.insert(poll.clone(), profile);
        if !counted {
            self.uncounted.push(poll.clone());
        }
    }

    /// Notes that no worker is counting this poll any more.
    pub fn counted(&mut self, poll: &PollId) {
        self.turn.counting.remove(poll);
    }

    /// Has the database swept after this write, as an anonymous ballot requires.
    pub fn leaves_traces(&mut self) {
        self.ledger.db.leave_traces();
    }

    /// Commits, then announces the changes in their order. This runs in a task of its own, so that committed changes are
    /// announced even if the caller is cancelled.
    pub async fn commit(self) -> Result<(), StoreError> {
        let ledger = Arc::clone(&self.ledger);
        let done = tokio::spawn(async move { ledger.noted(self.finish().await) });
        done.await.map_err(|_| StoreError::Stopped)?
    }

    /// Commits a write to a poll and announces it. `voters` are the members for whom something of their own changed.
    pub async fn publish(mut self, poll: &PollId, voters: Voters) -> Result<(), StoreError> {
        let ledger = Arc::clone(&self.ledger);
        self.announce(Topic::Poll(poll.clone()), voters);
        self.commit().await?;
        ledger.polls_moved.notify_one();
        ledger.notices_moved.notify_one();
        Ok(())
    }

    /// Commits and announces in the current task, which must not be cancelled.
    pub async fn finish(self) -> Result<(), StoreError> {
        let Self { mut connection, mut turn, ledger, changes, profiles, uncounted } = self;
        let changes = changes::record(&mut connection, changes, ledger.hub.last()).await?;
        ledger.hub.forewarn(&changes);
        if let Err(error) = connection.commit().await {
            // The commit may have succeeded all the same, so the profiles have to be read again.
            turn.profiles.clear();
            return Err(error.into());
        }
        turn.profiles.extend(profiles);
        ledger.db.sweep().await;
        ledger.states.forget(&changes).await;
        ledger.hub.announce(changes);
        drop(turn);
        for poll in uncounted {
            ledger.count_beside(poll);
        }
        ledger.db.in_place()?;
        ledger.health.note(Ok(()));
        Ok(())
    }
}

impl Ledger {
    /// Begins a write once all earlier ones have ended.
    pub async fn begin(self: &Arc<Self>) -> Result<Write, StoreError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        self.db.sweep().await;
        self.noted(self.begin_in(turn).await)
    }

    /// Executes one statement as a write of its own, and announces nothing.
    pub async fn execute(self: &Arc<Self>, query: &mut Query) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        query.execute(&mut write).await?;
        write.commit().await
    }

    async fn begin_in(self: &Arc<Self>, turn: OwnedMutexGuard<Turn>) -> Result<Write, StoreError> {
        self.db.in_place()?;
        Ok(Write {
            connection: self.db.write().await?,
            turn,
            ledger: Arc::clone(self),
            changes: BTreeMap::new(),
            profiles: HashMap::new(),
            uncounted: Vec::new(),
        })
    }

    /// Has a ranked poll counted in the background.
    pub fn count_beside(&self, poll: PollId) {
        // The receiver lives as long as the ledger.
        let _ = self.uncounted.send(poll);
    }

    /// Stores in [`Health`] that a write failed, if the next one would fail, too.
    pub fn noted<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Unavailable(why)) = done {
            self.health.note(Err(why));
        }
        done
    }

    /// Sweeps the database, if that could not be done after an earlier write.
    pub async fn tidy(&self) {
        let _turn = self.turn.lock().await;
        self.db.sweep().await;
    }

    /// Closes the database, so that another process may open it.
    pub async fn close(&self) {
        self.db.close().await;
        let _turn = self.turn.lock().await;
        self.db.release().await;
    }
}
