//! What the host remembers, in SQL: polls, ballots, members, checklists, and the order of all changes.
//!
//! [`Store`] is the only way in: each of its methods is a deed or a read of that name. Reads see one state of the database
//! each; a deed is one transaction, on disk before it is answered, and what it changed is announced to those who
//! [follow](Store::follow) it after that.
//!
//! ```text
//! Store ─► deeds ─► reads ─► rows (formats, words) ─► rows/sql (the engine)
//!            └────────┴────────┴─► poll, repeat, calendar, feed (what is neither stored nor told)
//! ```
//!
//! The files keep an anonymous poll's secret: a ballot leaves who voted and greater sums, and nothing between the two.
//! What is overwritten or deleted is zeroed, no table tells an order, and the log is emptied after such a ballot.
//!
//! May use: `domain`, `server::who`, `server::typed`, `locks`.

mod calendar;
mod deeds;
mod feed;
mod poll;
mod reads;
mod repeat;
mod rows;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::mpsc::unbounded_channel;

use super::{Fsync, Identity, Who};
use crate::domain::checklist::Checklist;
use crate::domain::id::{MemberId, OptionId, PollId, StepId};
use crate::domain::member::{Member, Stage};
use crate::domain::poll::{Comment, Poll};
use crate::domain::time::Timestamp;
use crate::server;
use deeds::health::Health;
use deeds::ledger::Ledger;
use deeds::queue::Queue;
use deeds::{
    assess, ballots, changes, checklist, comments, counting, delete, edit, fill, followers, notices,
    own_options, phases, probe, rounds,
};
use reads::states::States;
use rows::sql::Database;

pub use calendar::Calendar;
pub use deeds::cast::{Act, Cast, CastError, Refusal};
pub use deeds::checklist::{StepError, StepRefusal};
pub use deeds::comments::NewComment;
pub use deeds::denied::{Denied, EditError};
pub use deeds::fill::{Community, Resident};
pub use deeds::own_options::OwnOption;
pub use feed::{Due, Following, Topic};
pub use poll::{NewPoll, Own, Stored};
pub use reads::checklist::{DoneWhen, NewStep};
pub use reads::comments::Said;
pub use reads::notices::Notice;
pub use reads::voters::{Reason, Voter};
pub use repeat::{BadRepeat, Repeat};
pub use rows::StoreError;
pub use rows::sql::{OpenError, Unavailable};

/// The host's memory. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    ledger: Arc<Ledger>,
    queue: Arc<Queue>,
}

impl Store {
    /// Opens a database, makes it where there is none, and brings it up to date. Days begin and end by this calendar. At most
    /// `room` of the writes that come often wait for their turn.
    ///
    /// The database is this process's until the store is [closed](Store::close) or all its clones are gone: whoever opens
    /// it meanwhile, by whatever name, gets
    /// [`OpenError::InUse`]. A command that needs the data and gets that error has to ask the host that runs.
    pub async fn open(
        database: &server::Database,
        fsync: Fsync,
        room: usize,
        calendar: Calendar,
    ) -> Result<Self, OpenError> {
        let db = Database::open(database, fsync).await?;
        let epoch = changes::new_epoch().map_err(OpenError::Random)?;
        let (uncounted, due) = unbounded_channel();
        let ledger = Arc::new(Ledger {
            db,
            turn: Arc::default(),
            hub: Arc::default(),
            epoch,
            states: States::default(),
            calendar,
            health: Health::default(),
            polls_moved: Notify::new(),
            members_moved: Notify::new(),
            notices_moved: Notify::new(),
            uncounted,
        });
        tokio::spawn(counting::work(Arc::downgrade(&ledger), due));
        let fault = |error: StoreError| ledger.db.fault(&error);
        ledger.begin_clean().await;
        counting::count_rest(&ledger).await.map_err(fault)?;
        let first = changes::begin_epoch(&ledger.db, &ledger.epoch).await.map_err(fault)?;
        ledger.hub.start(first);
        Ok(Self { queue: Arc::new(Queue::new(&ledger, room)), ledger })
    }

    /// Resolves when polls were added, so that there may be a new next opening or closing.
    pub async fn polls_moved(&self) {
        self.ledger.polls_moved.notified().await;
    }

    /// Resolves when members did what may bring them a badge or another stage.
    pub async fn members_moved(&self) {
        self.ledger.members_moved.notified().await;
    }

    /// Resolves when polls opened or closed, of which somebody may be to hear.
    pub async fn notices_moved(&self) {
        self.ledger.notices_moved.notified().await;
    }

    /// Whether nobody and nothing is in it yet.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::is_empty(&mut read).await
    }

    /// Writes what is still in memory and lets go of the files, so that another process may have them.
    pub async fn close(&self) {
        self.ledger.close().await;
    }

    /// Empties the write-ahead log if an earlier write could not.
    pub async fn tidy(&self) {
        self.ledger.tidy().await;
    }

    /// Whether a vote could be stored now. The latest write tells, if it was in the last second; otherwise the host
    /// writes something, once for all who ask meanwhile.
    pub async fn health(&self) -> Result<(), Unavailable> {
        probe::health(&self.ledger).await
    }

    /// The name of the epoch, another one for each start of a host: revisions of two epochs say nothing of each other.
    pub fn epoch(&self) -> &str {
        &self.ledger.epoch
    }

    /// The place of the last change, for [`Store::changed_since`] of this or of a later process. All changes up to it
    /// are marked, and what is read after this has them in it.
    pub fn position(&self) -> String {
        format!("{}-{}", self.ledger.epoch, self.ledger.hub.last())
    }

    /// Those of `topics` that may have changed after a [position](Store::position); all of them where the position is
    /// none of this database's history.
    pub async fn changed_since(&self, topics: &[Topic], position: &str) -> Result<Vec<Topic>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::changes::changed_since(&mut read, topics, position, self.ledger.hub.last()).await
    }

    /// Follows topics from now on, for a member or a guest.
    pub fn follow(&self, topics: &[Topic], member: Option<MemberId>) -> Following {
        self.ledger.hub.follow(topics, member)
    }

    /// Those of these polls that exist, in the order asked for, as the viewer may see them at `now`.
    pub async fn polls(&self, ids: &[PollId], who: &Who, now: Timestamp) -> Result<Vec<Poll>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::polls::polls(&mut read, ids, who, now).await
    }

    /// What is a member's own in these polls.
    pub async fn own(&self, member: &MemberId, polls: &[PollId]) -> Result<HashMap<PollId, Own>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::polls::own_of(&mut read, member, polls).await
    }

    /// A poll as of now or of the last change that was announced, read once for all who follow it.
    pub async fn state(&self, id: &PollId) -> Result<Option<Arc<Stored>>, StoreError> {
        self.ledger.states.get(&self.ledger.db, id).await
    }

    /// The polls that were written before this one, each with when, the newest first; whether there are more. The time is
    /// 0 where it was not kept.
    pub async fn polls_before(
        &self,
        before: Option<(Timestamp, &PollId)>,
    ) -> Result<(Vec<(Timestamp, PollId)>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::shelf::polls_before(&mut read, before).await
    }

    /// Those of these polls that staff deleted.
    pub async fn deleted(&self, ids: &[PollId]) -> Result<HashSet<PollId>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::shelf::deleted(&mut read, ids).await
    }

    /// A page of those whose ballots in a poll stand, by their ids, of one option or of all, after a member; whether
    /// there are more. Whether the poll is one that says so is for the caller to know.
    pub async fn voters(
        &self,
        poll: &PollId,
        option: Option<&OptionId>,
        after: Option<&MemberId>,
    ) -> Result<(Vec<Voter>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::voters::voters(&mut read, poll, option, after).await
    }

    /// A page of the reasons in a poll's ballots, in the order of their texts, which tells nothing of the members; the first
    /// `after` are left out. Whether there are more. The caller knows whether the poll tells the authors.
    pub async fn reasons(&self, poll: &PollId, after: u32) -> Result<(Vec<Reason>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::voters::reasons(&mut read, poll, after).await
    }

    /// A page of a poll's comments, the latest first, before one of them; whether there are more.
    pub async fn comments(
        &self,
        poll: &PollId,
        before: Option<(Timestamp, &str)>,
    ) -> Result<(Vec<Said>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::comments::comments(&mut read, poll, before).await
    }

    /// A page of those who follow a poll, with their names, by their ids, after one of them; whether there are more.
    pub async fn followers(
        &self,
        poll: &PollId,
        after: Option<&MemberId>,
    ) -> Result<(Vec<(MemberId, String)>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::followers::followers(&mut read, poll, after).await
    }

    /// Those of these members that exist, in the order asked for, as the viewer may see them at `now`.
    pub async fn members(
        &self,
        ids: &[MemberId],
        who: &Who,
        now: Timestamp,
    ) -> Result<Vec<Member>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::members::members(&mut read, ids, who, &self.ledger.calendar, now).await
    }

    /// A member's checklist; `None` where the host has none.
    pub async fn checklist(&self, member: &MemberId) -> Result<Option<Checklist>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::checklist::load(&mut read, member).await
    }

    /// The notices that are due, the oldest first.
    pub async fn due_notices(&self, now: Timestamp) -> Result<Vec<Notice>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::notices::due_notices(&mut read, now).await
    }

    /// When the next notice is due, if there is one.
    pub async fn next_notice(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::notices::next_notice(&mut read).await
    }

    /// Casts, changes or takes back a ballot, together with all that come at the same time. The answer, on disk when
    /// it is given, is the poll as the member sees it then; for a wish that came before under the same key it is the
    /// poll as it stands. A wish that was begun is granted or refused even where nobody waits for it any more.
    pub async fn cast(&self, cast: Cast, now: Timestamp) -> Result<Poll, CastError> {
        self.queue.cast(cast, now).await
    }

    /// Marks a step as done by hand; one that is done already stays as it is.
    pub async fn do_step(
        &self,
        member: Identity,
        step: StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist>, StepError> {
        self.queue.do_step(member, step, now).await
    }

    /// Makes sure that a member whose token stands is known, by the name and role that it says. Where they stand, as far
    /// as the host knows.
    pub async fn meet(&self, member: &Identity) -> Result<Option<Stage>, StoreError> {
        self.queue.meet(member).await
    }

    /// Counts a member's read as a visit. Nobody waits for that to be written.
    pub fn visit(&self, member: &Identity, now: Timestamp) {
        self.queue.visit(member, now);
    }

    /// Adds a poll, with no ballots yet, and announces it.
    pub async fn add_poll(&self, poll: &NewPoll, now: Timestamp) -> Result<(), EditError> {
        edit::add_poll(&self.ledger, poll, now).await
    }

    /// Puts in the place of a poll what `change` makes of it. What is refused, however long that takes, is refused before
    /// anybody who votes has to wait for it.
    pub async fn edit_poll<E: From<EditError>>(
        &self,
        poll: &PollId,
        now: Timestamp,
        change: impl Fn(&Stored) -> Result<NewPoll, E> + Send,
    ) -> Result<(), E> {
        edit::edit_poll(&self.ledger, poll, now, change).await
    }

    /// Deletes a poll with all ballots and comments, and announces it. Of an anonymous poll no more is left than that some
    /// members have voted in polls, and on which day.
    pub async fn delete_poll(&self, poll: &PollId, now: Timestamp) -> Result<(), EditError> {
        delete::delete_poll(&self.ledger, poll, now).await
    }

    /// Adds a member's comment to a poll; once, however often it is asked under one key.
    pub async fn comment(
        &self,
        member: &Identity,
        poll: &PollId,
        comment: &Comment,
        key: &str,
        now: Timestamp,
    ) -> Result<(), Denied> {
        comments::comment(&self.ledger, member, poll, comment, key, now).await
    }

    /// Removes a comment. Staff may, and its author.
    pub async fn take_comment(&self, who: &Identity, poll: &PollId, comment: &str) -> Result<(), Denied> {
        comments::take_comment(&self.ledger, who, poll, comment).await
    }

    /// Adds a member's own option to a poll, or has it wait for staff; once, however often it is asked under one key.
    pub async fn add_own(
        &self,
        member: &Identity,
        poll: &PollId,
        new: OwnOption,
        key: &str,
        now: Timestamp,
    ) -> Result<(), Denied> {
        own_options::add_own(&self.ledger, member, poll, new, key, now).await
    }

    /// Gives a poll an option that waits.
    pub async fn approve_own(&self, poll: &PollId, option: &OptionId, now: Timestamp) -> Result<(), Denied> {
        own_options::approve_own(&self.ledger, poll, option, now).await
    }

    /// Removes a proposed option. Staff may, and its author.
    pub async fn decline_own(
        &self,
        who: &Identity,
        poll: &PollId,
        option: &OptionId,
        now: Timestamp,
    ) -> Result<(), Denied> {
        own_options::decline_own(&self.ledger, who, poll, option, now).await
    }

    /// Has a member follow a poll, or not any more.
    pub async fn follow_poll(&self, member: &Identity, poll: &PollId, follows: bool) -> Result<(), Denied> {
        followers::follow_poll(&self.ledger, member, poll, follows).await
    }

    /// Forgets a notice that the forum has, unless the poll moved again meanwhile.
    pub async fn noticed(&self, notice: &Notice) -> Result<(), StoreError> {
        notices::noticed(&self.ledger, notice).await
    }

    /// Leaves a notice that the forum did not take until later.
    pub async fn put_off(&self, notice: &Notice, until: Timestamp) -> Result<(), StoreError> {
        notices::put_off(&self.ledger, notice, until).await
    }

    /// Forgets notices of before `then`: nobody wants to hear of them any more.
    pub async fn forget_notices(&self, then: Timestamp) -> Result<(), StoreError> {
        notices::forget_notices(&self.ledger, then).await
    }

    /// Raises and announces every poll that opened or closed by `now` and was not announced yet; the next instant at
    /// which one will.
    pub async fn announce_phases(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        phases::announce_phases(&self.ledger, now).await
    }

    /// Begins a new round of every poll whose next one opens by `now`. A host that was away begins the latest.
    pub async fn begin_rounds(&self, now: Timestamp) -> Result<(), StoreError> {
        rounds::begin_rounds(&self.ledger, now).await
    }

    /// Counts what is left uncounted: by the host before this one, or where the database failed.
    pub async fn count_rest(&self) -> Result<(), StoreError> {
        counting::count_rest(&self.ledger).await
    }

    /// Looks at some of the members who were not looked at today or did something since: gives them the stage and
    /// the badges that they earned. Whether there may be more to look at.
    pub async fn assess(&self, now: Timestamp) -> Result<bool, StoreError> {
        assess::assess(&self.ledger, now).await
    }

    /// Forgets keys that were used before `then`.
    pub async fn forget_keys(&self, then: Timestamp) -> Result<(), StoreError> {
        ballots::forget_keys(&self.ledger, then).await
    }

    /// Replaces the checklist. Steps that members have done stay done, also where a step is removed and comes back later. A
    /// member who has already voted as a new step asks has done that step.
    pub async fn set_checklist(
        &self,
        title: &str,
        steps: &[NewStep],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        checklist::set_checklist(&self.ledger, title, steps, now).await
    }

    /// Writes a whole community, all of it or nothing.
    pub async fn fill(&self, community: &Community, now: Timestamp) -> Result<(), StoreError> {
        fill::fill(&self.ledger, community, now).await
    }
}
