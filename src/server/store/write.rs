//! One write: a transaction that nothing can come between, on disk before anybody hears of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::change::{self, Topic};
use super::follow::Voters;
use super::poll::Stored;
use super::{BUSY, Store, StoreError, rankings};
use crate::domain::count::Profile;
use crate::domain::id::PollId;
use crate::domain::poll::Kind;

/// How long the host waits for a reader to let go of the log.
const MOMENT: Duration = Duration::from_millis(50);

/// Whose turn it is to write, and what the one before left to do.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The write-ahead log may still tell how the database was before an anonymous ballot.
    traces: bool,
    /// What the ballots of ranked polls say, as the database has it.
    profiles: HashMap<PollId, Arc<Profile>>,
    /// Ranked polls that are being counted.
    pub(super) counting: HashSet<PollId>,
}

/// A transaction, and what is to be announced once it lasts. Dropped, it was nothing.
pub(super) struct Write {
    transaction: Transaction<'static, Sqlite>,
    turn: OwnedMutexGuard<Turn>,
    changes: BTreeMap<Topic, Voters>,
    /// What the ballots of ranked polls say once this lasts.
    profiles: HashMap<PollId, Arc<Profile>>,
    uncounted: Vec<PollId>,
}

impl Write {
    /// Puts a change last in the order; several of one topic are one. `voters` are those whose ballots changed by it.
    pub(super) fn announce(&mut self, topic: Topic, voters: Voters) {
        self.changes.entry(topic).or_default().extend(voters);
    }

    /// How many ballots of a ranked poll say each order, this write's among them; nothing for other polls.
    pub(super) async fn profile(&mut self, stored: &Stored) -> Result<Option<Arc<Profile>>, StoreError> {
        if !matches!(stored.poll.rules.kind, Kind::Ranked(_)) {
            return Ok(None);
        }
        let id = stored.id();
        if let Some(profile) = self.profiles.get(id).or_else(|| self.turn.profiles.get(id)) {
            return Ok(Some(Arc::clone(profile)));
        }
        let profile = Arc::new(rankings::profile_of(&mut self.transaction, stored).await?);
        self.turn.profiles.insert(id.clone(), Arc::clone(&profile));
        Ok(Some(profile))
    }

    /// Puts another in its place; `counted` says whether the poll's result is already of it.
    pub(super) fn set_profile(&mut self, poll: &PollId, profile: Arc<Profile>, counted: bool) {
        self.profiles.insert(poll.clone(), profile);
        if !counted {
            self.uncounted.push(poll.clone());
        }
    }

    /// Has nobody count this poll any more.
    pub(super) fn counted(&mut self, poll: &PollId) {
        self.turn.counting.remove(poll);
    }

    /// Has the log emptied after this, as an anonymous ballot wants.
    pub(super) fn leaves_traces(&mut self) {
        self.turn.traces = true;
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

impl Store {
    /// Starts a write once all before it are done.
    pub(super) async fn begin(&self) -> Result<Write, StoreError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let transaction = self.write.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Write {
            transaction,
            turn,
            changes: BTreeMap::new(),
            profiles: HashMap::new(),
            uncounted: Vec::new(),
        })
    }

    /// Makes a write last, then lets the world know, in the order of the changes.
    pub(super) async fn commit(&self, write: Write) -> Result<(), StoreError> {
        let Write { mut transaction, mut turn, changes, profiles, uncounted } = write;
        let changes = change::record(&mut transaction, changes).await?;
        self.hub.forewarn(&changes);
        transaction.commit().await?;
        turn.profiles.extend(profiles);
        self.sweep(&mut turn).await;
        self.forget_states(&changes).await;
        self.hub.announce(changes);
        drop(turn);
        self.count_anew(uncounted);
        Ok(())
    }

    /// Empties the write-ahead log if an earlier write could not.
    pub async fn tidy(&self) {
        let mut turn = self.turn.lock().await;
        self.sweep(&mut turn).await;
    }

    /// The log has pages as they were before and after each write: of an anonymous poll, who voted beside what was
    /// counted. Emptied, only the sums are left. What a reader holds up is tried again at the next write.
    async fn sweep(&self, turn: &mut Turn) {
        if turn.traces {
            match self.empty_log().await {
                Ok(emptied) => turn.traces = !emptied,
                Err(error) => eprintln!("folkmoot: cannot empty the write-ahead log yet: {error}"),
            }
        }
    }

    /// Moves the log into the database and cuts it to nothing. A reader that is in the way for longer than a moment is
    /// left alone: the log is then emptied later.
    async fn empty_log(&self) -> Result<bool, StoreError> {
        let mut connection = self.write.acquire().await?;
        wait_for_others(&mut connection, MOMENT).await?;
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let emptied = sqlx::query_as(sql).fetch_one(&mut *connection).await;
        wait_for_others(&mut connection, BUSY).await?;
        let (busy, _, _): (i64, i64, i64) = emptied?;
        Ok(busy == 0)
    }

    /// Empties the log that the host before this one may have left when it was cut off after a ballot.
    pub(super) async fn begin_clean(&self) {
        let mut turn = self.turn.lock().await;
        turn.traces = true;
        self.sweep(&mut turn).await;
    }
}

/// How long a connection waits for what another one does to the database.
async fn wait_for_others(connection: &mut SqliteConnection, wait: Duration) -> Result<(), StoreError> {
    let sql = format!("PRAGMA busy_timeout = {}", wait.as_millis());
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
