//! Where deeds are written: one transaction that nothing can come between, on disk before anybody hears of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};
use tokio::time::Instant;
use tracing::{error, warn};

use super::changes;
use super::health::Health;
use crate::domain::count::Profile;
use crate::domain::id::PollId;
use crate::domain::poll::Kind;
use crate::server::store::feed::{Hub, Topic, Voters};
use crate::server::store::reads::rankings;
use crate::server::store::reads::states::States;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Connection, Database, Query, Unavailable};
use crate::server::store::{Calendar, Stored};

/// How long a reader who did not let go of the log is believed to stay: to wait for one holds all writes up.
const STAYS: Duration = Duration::from_secs(1);

/// The database, and what this process knows beside it.
#[derive(Debug)]
pub struct Ledger {
    pub db: Database,
    pub turn: Arc<Mutex<Turn>>,
    pub hub: Arc<Hub>,
    pub epoch: String,
    pub states: States,
    pub calendar: Calendar,
    pub health: Health,
    /// Polls were added, so that there may be a new next opening or closing.
    pub polls_moved: Notify,
    /// Members did what may bring them a badge or another stage.
    pub members_moved: Notify,
    /// Polls opened or closed, of which somebody may be to hear.
    pub notices_moved: Notify,
    /// Ranked polls that are to be counted beside the writes.
    pub uncounted: UnboundedSender<PollId>,
}

/// Whose turn it is to write, and what the one before left to do.
#[derive(Debug, Default)]
pub struct Turn {
    /// The write-ahead log may still tell how the database was before an anonymous ballot.
    traces: bool,
    /// A reader that does not let go of the log is believed to stay until then.
    watched: Option<Instant>,
    /// What the ballots of ranked polls say, as the database has it.
    profiles: HashMap<PollId, Arc<Profile>>,
    /// Ranked polls that are being counted.
    pub counting: HashSet<PollId>,
}

/// A transaction, and what is to be announced once it lasts. Dropped, it was nothing.
pub struct Write {
    connection: Connection,
    turn: OwnedMutexGuard<Turn>,
    ledger: Arc<Ledger>,
    changes: BTreeMap<Topic, Voters>,
    /// What the ballots of ranked polls say once this lasts.
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
    /// Whether another process could tell what an anonymous ballot says that is stored now: the log beside the database
    /// tells what a write changed, and whoever reads keeps it from being emptied after the write.
    pub fn is_watched(&self) -> bool {
        self.turn.traces || self.ledger.db.is_read_elsewhere()
    }

    /// Puts a change last in the order; several of one topic are one. `voters` are those whose ballots changed by it.
    pub fn announce(&mut self, topic: Topic, voters: Voters) {
        self.changes.entry(topic).or_default().extend(voters);
    }

    /// How many ballots of a ranked poll say each order, this write's among them; nothing for other polls.
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

    /// Puts another in its place; `counted` says whether the poll's result is already of it.
    pub fn set_profile(&mut self, poll: &PollId, profile: Arc<Profile>, counted: bool) {
        self.profiles.insert(poll.clone(), profile);
        if !counted {
            self.uncounted.push(poll.clone());
        }
    }

    /// Has nobody count this poll any more.
    pub fn counted(&mut self, poll: &PollId) {
        self.turn.counting.remove(poll);
    }

    /// Has the log emptied after this, as an anonymous ballot wants.
    pub fn leaves_traces(&mut self) {
        self.turn.traces = true;
    }

    /// Makes a write last, then lets the world know, in the order of the changes. In a task of its own: where the caller
    /// goes away in the middle, what lasts is announced all the same.
    pub async fn commit(self) -> Result<(), StoreError> {
        let ledger = Arc::clone(&self.ledger);
        let done = tokio::spawn(async move { ledger.noted(self.finish().await) });
        done.await.map_err(|_| StoreError::Stopped)?
    }

    /// The same for a write to a poll; `voters` are those for whom something of their own changed.
    pub async fn publish(mut self, poll: &PollId, voters: Voters) -> Result<(), StoreError> {
        let ledger = Arc::clone(&self.ledger);
        self.announce(Topic::Poll(poll.clone()), voters);
        self.commit().await?;
        ledger.polls_moved.notify_one();
        ledger.notices_moved.notify_one();
        Ok(())
    }

    /// Makes a write last in this task, which nobody gives up.
    pub async fn finish(self) -> Result<(), StoreError> {
        let Self { mut connection, mut turn, ledger, changes, profiles, uncounted } = self;
        let changes = changes::record(&mut connection, changes, ledger.hub.last()).await?;
        ledger.hub.forewarn(&changes);
        if let Err(error) = connection.commit().await {
            // Whether the ballots lasted all the same is for the database to say.
            turn.profiles.clear();
            return Err(error.into());
        }
        turn.profiles.extend(profiles);
        ledger.sweep(&mut turn).await;
        ledger.states.forget(&changes).await;
        ledger.hub.announce(changes);
        drop(turn);
        for poll in uncounted {
            ledger.count_beside(poll);
        }
        ledger.in_place()?;
        ledger.health.note(Ok(()));
        Ok(())
    }
}

impl Ledger {
    /// Starts a write once all before it are done.
    pub async fn begin(self: &Arc<Self>) -> Result<Write, StoreError> {
        let mut turn = Arc::clone(&self.turn).lock_owned().await;
        self.sweep(&mut turn).await;
        self.noted(self.begin_in(turn).await)
    }

    /// Executes one statement as a write of its own, of which nobody is told.
    pub async fn execute(self: &Arc<Self>, query: &mut Query) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        query.execute(&mut write).await?;
        write.commit().await
    }

    async fn begin_in(self: &Arc<Self>, turn: OwnedMutexGuard<Turn>) -> Result<Write, StoreError> {
        self.in_place()?;
        Ok(Write {
            connection: self.db.write().await?,
            turn,
            ledger: Arc::clone(self),
            changes: BTreeMap::new(),
            profiles: HashMap::new(),
            uncounted: Vec::new(),
        })
    }

    /// Has a ranked poll counted beside the writes.
    pub fn count_beside(&self, poll: PollId) {
        // Whoever counts lasts as long as this does.
        let _ = self.uncounted.send(poll);
    }

    /// Refuses what would be lost: the database's file was taken away.
    fn in_place(&self) -> Result<(), StoreError> {
        if self.db.is_in_place() { Ok(()) } else { Err(Unavailable::Gone.into()) }
    }

    /// Notes that a write failed, where the next one will, too.
    pub fn noted<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Unavailable(why)) = done {
            self.health.note(Err(why));
        }
        done
    }

    /// Empties the write-ahead log if an earlier write could not.
    pub async fn tidy(&self) {
        let mut turn = self.turn.lock().await;
        self.sweep(&mut turn).await;
    }

    /// The log has pages as they were before and after each write: of an anonymous poll, who voted beside what was
    /// counted. Emptied, only the sums are left. What a reader holds up is tried again soon.
    async fn sweep(&self, turn: &mut Turn) {
        if turn.traces && turn.watched.is_none_or(|until| Instant::now() >= until) {
            let emptied = self.db.empty_log().await;
            turn.watched = matches!(emptied, Ok(false)).then(|| Instant::now() + STAYS);
            match emptied.map_err(StoreError::from) {
                Ok(true) => turn.traces = false,
                Ok(false) => warn!("{}", Unavailable::Watched),
                Err(StoreError::Unavailable(why)) => error!("{why}"),
                Err(error) => error!("cannot empty the write-ahead log yet: {error}"),
            }
        }
    }

    /// Empties the log that the host before this one may have left when it was cut off after a ballot.
    pub async fn begin_clean(&self) {
        let mut turn = self.turn.lock().await;
        turn.traces = true;
        self.sweep(&mut turn).await;
    }

    /// Lets go of the database's files, so that another process may have them.
    pub async fn close(&self) {
        self.db.close().await;
        let _turn = self.turn.lock().await;
        self.db.release().await;
    }
}
