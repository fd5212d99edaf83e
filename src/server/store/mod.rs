//! The host's data in an SQL database: polls, ballots, members, the checklist, and the order of all changes.
//!
//! [`Store`] is the only entry: each of its methods calls the deed or the read of the same name. A read sees one state of the
//! database. A deed is one transaction, which is on disk before the deed is answered; after that its changes are announced to
//! those who [follow](Store::follow) them.
//!
//! ```text
//! Store ─► deeds ─► reads ─► rows (formats, words) ─► rows/sql (the engine)
//!            └────────┴────────┴─► poll, fault, repeat, calendar, feed (types that they share)
//! ```
//!
//! The database's files keep anonymous ballots secret: such a ballot leaves a record that the member voted, and greater sums,
//! and nothing that links the two. Data that is overwritten or deleted is zeroed, no table shows the order in which rows were
//! written, and the write-ahead log is emptied after such a ballot.
//!
//! May use: `domain`, `server::who`, `server::typed`, `locks`.

mod calendar;
mod deeds;
mod fault;
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
use crate::domain::translation::Text;
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
pub use fault::Fault;
pub use feed::{Due, Subscription, Topic};
pub use poll::{NewPoll, Own, Stored};
pub use reads::checklist::{DoneWhen, NewStep};
pub use reads::comments::Said;
pub use reads::notices::Notice;
pub use reads::voters::{Reason, Voter};
pub use repeat::{BadRepeat, Repeat};
pub use rows::StoreError;
pub use rows::sql::{OpenError, Unavailable};

/// The host's data. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    ledger: Arc<Ledger>,
    queue: Arc<Queue>,
}

impl Store {
    /// Opens a database, creates it if there is none, and applies the migrations. Days begin and end by this calendar. At most
    /// `room` of the writes that members do often wait; more are refused as [`StoreError::Busy`].
    ///
    /// The process has the database alone until the store is [closed](Store::close) or all its clones are dropped: another
    /// process that opens it meanwhile, under whatever path, gets [`OpenError::InUse`]. A command that gets this error has to
    /// ask the running host for the data.
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
        ledger.tidy().await;
        counting::count_rest(&ledger).await.map_err(fault)?;
        let first = changes::begin_epoch(&ledger.db, &ledger.epoch).await.map_err(fault)?;
        ledger.hub.start(first);
        Ok(Self { queue: Arc::new(Queue::new(&ledger, room)), ledger })
    }

    /// Resolves when a poll was added or changed other than by a vote: the next opening or closing may be another one.
    pub async fn polls_moved(&self) {
        self.ledger.polls_moved.notified().await;
    }

    /// Resolves when members did something that may earn them a badge or another stage.
    pub async fn members_moved(&self) {
        self.ledger.members_moved.notified().await;
    }

    /// Resolves when a poll opened, closed or changed other than by a vote: there may be a new notice.
    pub async fn notices_moved(&self) {
        self.ledger.notices_moved.notified().await;
    }

    /// Whether there are neither members nor polls.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::is_empty(&mut read).await
    }

    /// Closes the database, so that another process may open it.
    pub async fn close(&self) {
        self.ledger.close().await;
    }

    /// Empties the write-ahead log, if that could not be done after an earlier write.
    pub async fn tidy(&self) {
        self.ledger.tidy().await;
    }

    /// Whether a vote could be stored now. If a write ended in the last second, its outcome is the answer; otherwise the host
    /// writes a probe, one for all who ask in the meantime.
    pub async fn health(&self) -> Result<(), Unavailable> {
        probe::health(&self.ledger).await
    }

    /// The name of the epoch, a new one at each start of a host. Revisions of different epochs must not be compared.
    pub fn epoch(&self) -> &str {
        &self.ledger.epoch
    }

    /// The position of the last announced change, for [`Store::changed_since`] in this or a later process. All changes up to it
    /// have been marked for their followers, and later reads include them.
    pub fn position(&self) -> String {
        format!("{}-{}", self.ledger.epoch, self.ledger.hub.last())
    }

    /// Those of `topics` that may have changed after a [position](Store::position); all of them if the position is not part of
    /// this database's history.
    pub async fn changed_since(&self, topics: &[Topic], position: &str) -> Result<Vec<Topic>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::changes::changed_since(&mut read, topics, position, self.ledger.hub.last()).await
    }

    /// Follows topics from now on, for a member or, with `None`, a guest.
    pub fn subscribe(&self, topics: &[Topic], member: Option<MemberId>) -> Subscription {
        self.ledger.hub.subscribe(topics, member)
    }

    /// Those of these polls that exist, in the order asked for, as the viewer may see them at `now`.
    pub async fn polls(
        &self,
        ids: &[PollId],
        who: &Who,
        now: Timestamp,
    ) -> Result<Vec<Poll<Text>>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::polls::polls(&mut read, ids, who, now).await
    }

    /// A member's ballots in these polls, and which of the polls they follow.
    pub async fn own(&self, member: &MemberId, polls: &[PollId]) -> Result<HashMap<PollId, Own>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::polls::own_of(&mut read, member, polls).await
    }

    /// A poll as it was after its last announced change, or later. It is read once for all who follow it.
    pub async fn state(&self, id: &PollId) -> Result<Option<Arc<Stored>>, StoreError> {
        self.ledger.states.get(&self.ledger.db, id).await
    }

    /// A page of the list of polls, most recent first: those that staff wrote before this one, each with the time, which is 0
    /// if it is unknown; and whether there are more.
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

    /// A page of the members whose ballots in a poll stand, sorted by id: those after this member, and only those who chose the
    /// `option` if there is one; and whether there are more. The caller has to check that the poll publishes who chose what.
    pub async fn voters(
        &self,
        poll: &PollId,
        option: Option<&OptionId>,
        after: Option<&MemberId>,
    ) -> Result<(Vec<Voter>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::voters::voters(&mut read, poll, option, after).await
    }

    /// A page of the reasons in a poll's ballots, without the first `after`, and whether there are more. They are sorted by
    /// their texts, which shows nothing about the members. The caller has to remove the authors if the poll hides them.
    pub async fn reasons(&self, poll: &PollId, after: u32) -> Result<(Vec<Reason>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::voters::reasons(&mut read, poll, after).await
    }

    /// A page of a poll's comments, most recent first: those before this one; and whether there are more.
    pub async fn comments(
        &self,
        poll: &PollId,
        before: Option<(Timestamp, &str)>,
    ) -> Result<(Vec<Said>, bool), StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::comments::comments(&mut read, poll, before).await
    }

    /// A page of a poll's followers with their display names, sorted by id: those after this member; and whether there are
    /// more.
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

    /// A member's checklist; `None` if the host has none, or does not know the member.
    pub async fn checklist(&self, member: &MemberId) -> Result<Option<Checklist<Text>>, StoreError> {
        let mut read = self.ledger.db.read().await?;
        reads::checklist::load(&mut read, member).await
    }

    /// Up to 100 of the notices that are due, the oldest first.
    pub async fn due_notices(&self, now: Timestamp) -> Result<Vec<Notice>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::notices::due_notices(&mut read, now).await
    }

    /// When the first of the notices is due, if there are any.
    pub async fn next_notice(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut read = self.ledger.db.reader().await?;
        reads::notices::next_notice(&mut read).await
    }

    /// Casts, changes or takes back a ballot, in one transaction with others that arrive at the same time. Returns, once the
    /// ballot is on disk, the poll as the member then sees it. A request that was granted before under the same key only
    /// returns the current poll. A request that has begun is granted or refused even if nobody waits for the answer any more.
    pub async fn cast(&self, cast: Cast, now: Timestamp) -> Result<Poll<Text>, CastError> {
        self.queue.cast(cast, now).await
    }

    /// Marks a step as done by hand, and returns the member's checklist. Idempotent.
    pub async fn do_step(
        &self,
        member: Identity,
        step: StepId,
        now: Timestamp,
    ) -> Result<Option<Checklist<Text>>, StepError> {
        self.queue.do_step(member, step, now).await
    }

    /// Stores a member with the name, role and joining date of their valid token, if the database takes writes now. Returns the
    /// member's stage, if it is known.
    pub async fn meet(&self, member: &Identity) -> Result<Option<Stage>, StoreError> {
        self.queue.meet(member).await
    }

    /// Counts a member's first read on a day as a visit. It is written in the background.
    pub fn visit(&self, member: &Identity, now: Timestamp) {
        self.queue.visit(member, now);
    }

    /// Adds a poll, with no ballots yet, and announces it.
    pub async fn add_poll(&self, poll: &NewPoll, now: Timestamp) -> Result<(), EditError> {
        edit::add_poll(&self.ledger, poll, now).await
    }

    /// Replaces a poll by what `change` makes of it. If `change` refuses, it does so before the transaction begins, so that
    /// votes do not wait for it, however long it takes.
    pub async fn edit_poll<E: From<EditError>>(
        &self,
        poll: &PollId,
        now: Timestamp,
        change: impl Fn(&Stored) -> Result<NewPoll, E> + Send,
    ) -> Result<(), E> {
        edit::edit_poll(&self.ledger, poll, now, change).await
    }

    /// Deletes a poll with all ballots and comments, and announces it. All that is left of an anonymous poll is that some
    /// members voted in polls, and on which days.
    pub async fn delete_poll(&self, poll: &PollId, now: Timestamp) -> Result<(), EditError> {
        delete::delete_poll(&self.ledger, poll, now).await
    }

    /// Adds a member's comment to a poll. Idempotent for requests under one key.
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

    /// Adds a member's own option to a poll, or has it wait for staff. Idempotent for requests under one key.
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

    /// Adds a proposed option, which waits for staff, to the poll's options.
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

    /// Has a member follow a poll, or stop following it.
    pub async fn follow_poll(&self, member: &Identity, poll: &PollId, follows: bool) -> Result<(), Denied> {
        followers::follow_poll(&self.ledger, member, poll, follows).await
    }

    /// Deletes a notice that the forum has taken, unless the poll opened or closed again meanwhile.
    pub async fn noticed(&self, notice: &Notice) -> Result<(), StoreError> {
        notices::noticed(&self.ledger, notice).await
    }

    /// Postpones a notice that the forum has not taken, and counts the failed attempt.
    pub async fn put_off(&self, notice: &Notice, until: Timestamp) -> Result<(), StoreError> {
        notices::put_off(&self.ledger, notice, until).await
    }

    /// Deletes notices of events before `then`, which are no longer of interest.
    pub async fn forget_notices(&self, then: Timestamp) -> Result<(), StoreError> {
        notices::forget_notices(&self.ledger, then).await
    }

    /// Announces, with a new revision, every poll that opened or closed by `now` and was not announced yet. Returns the next
    /// time after `now` at which a poll opens or closes, or a round begins.
    pub async fn announce_phases(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        phases::announce_phases(&self.ledger, now).await
    }

    /// Begins a new round of every poll whose next round opens by `now`. If several rounds opened since the last call, only the
    /// latest begins.
    pub async fn begin_rounds(&self, now: Timestamp) -> Result<(), StoreError> {
        rounds::begin_rounds(&self.ledger, now).await
    }

    /// Has the ranked polls counted that are still uncounted, because the host stopped or the database failed.
    pub async fn count_rest(&self) -> Result<(), StoreError> {
        counting::count_rest(&self.ledger).await
    }

    /// Assesses some of the members who were not assessed today, or did something since: gives them the stage and the badges
    /// that they earned. Returns whether there may be more of them.
    pub async fn assess(&self, now: Timestamp) -> Result<bool, StoreError> {
        assess::assess(&self.ledger, now).await
    }

    /// Deletes idempotency keys that were used before `then`.
    pub async fn forget_keys(&self, then: Timestamp) -> Result<(), StoreError> {
        ballots::forget_keys(&self.ledger, then).await
    }

    /// Replaces the checklist. Steps that members have done stay done, even if a step is removed and added again later. A step
    /// that is completed by a vote is done by the members who have already voted so.
    pub async fn set_checklist(
        &self,
        title: &Text,
        steps: &[NewStep],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        checklist::set_checklist(&self.ledger, title, steps, now).await
    }

    /// Writes a whole community in one transaction. The database must be empty.
    pub async fn fill(&self, community: &Community, now: Timestamp) -> Result<(), StoreError> {
        fill::fill(&self.ledger, community, now).await
    }
}
