//! Ballots: one transaction each, counted as they come in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::change::{Change, Topic, record};
use super::poll::{ballots_of, load, raise};
use super::{Store, StoreError, checklist, to_the_end};
use crate::domain::activity::Count;
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{BadBallot, Phase, Poll, Standing};
use crate::domain::time::Timestamp;
use crate::server::who::{Identity, Who};

/// What the host sees happen when a member votes; steps of the checklist name it.
pub(super) const VOTED: &str = "vote";

/// A member's wish for their ballot.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Whose.
    pub member: Identity,
    /// In which poll.
    pub poll: PollId,
    /// Orders this member's wishes; the greatest stands.
    pub revision: u64,
    /// What they wish.
    pub act: Act,
    /// Names this wish, so that one that is sent twice counts once.
    pub key: String,
}

/// What to do with a ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Cast it, or put it in the place of the one before.
    Vote(Vec<OptionId>),
    /// Take it back.
    TakeBack,
}

/// Why a ballot does not stand.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// The poll does not ask this member.
    #[error("this poll is for another group of members")]
    NotEntitled,
    /// Before the opening or after the closing.
    #[error("{}", not_open(*.0, .1))]
    NotOpen(Phase, Box<Poll>),
    /// Not what the poll asks for.
    #[error("{0}")]
    Bad(BadBallot),
    /// A ballot of this revision or a greater one stands.
    #[error("a ballot with revision {} stands", revision(.0))]
    Stale(Box<Poll>),
    /// The poll's ballots cannot be changed, or not taken back.
    #[error("a ballot in this poll cannot be changed or taken back")]
    Final(Box<Poll>),
    /// The key named another wish before.
    #[error("the key was used for another ballot; every request needs a key of its own")]
    KeyReused,
}

/// Why a ballot was not cast.
#[derive(Debug, thiserror::Error)]
pub enum CastError {
    /// It must not be.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CastError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

fn not_open(phase: Phase, poll: &Poll) -> String {
    let at = |time: Option<Timestamp>| time.map_or_else(String::new, |t| format!(" at {t}"));
    match phase {
        Phase::Upcoming => format!("the poll opens{}", at(poll.rules.opens_at)),
        Phase::Open | Phase::Closed => format!("the poll closed{}", at(poll.rules.closes_at)),
    }
}

fn revision(poll: &Poll) -> u64 {
    poll.viewer.ballot.as_ref().map_or(0, |b| b.revision)
}

impl Store {
    /// Casts, changes or takes back a ballot. The answer, on disk when it is given, is the poll as the member sees it
    /// then; for a wish that came before under the same key it is the poll as it stands.
    pub async fn cast(&self, cast: Cast, now: Timestamp) -> Result<Poll, CastError> {
        let store = self.clone();
        to_the_end(async move { store.cast_now(&cast, now).await }).await
    }

    async fn cast_now(&self, cast: &Cast, now: Timestamp) -> Result<Poll, CastError> {
        let mut write = self.begin().await?;
        let who = Who::Member(cast.member.clone());
        let poll = seen(&mut write, cast, &who, now).await?;
        if is_replay(&mut write, cast).await? {
            return Ok(poll);
        }
        let first = poll.viewer.ballot.is_none();
        let before = judge(poll, cast, now)?;
        let mut changes = apply(&mut write, cast, &before, now).await?;
        if matches!(cast.act, Act::Vote(_)) {
            changes.extend(notice(&mut write, cast, first, now).await?);
        }
        let poll = seen(&mut write, cast, &who, now).await?;
        self.commit(write, changes).await?;
        if first {
            self.members_moved.notify_one();
        }
        Ok(poll)
    }

    /// Forgets keys that were used before `then`.
    pub async fn forget_keys(&self, then: Timestamp) -> Result<(), StoreError> {
        let sql = "DELETE FROM idempotency_keys WHERE at < ?";
        sqlx::query(sql).bind(then.0).execute(&self.write).await?;
        Ok(())
    }
}

async fn seen(
    read: &mut SqliteConnection,
    cast: &Cast,
    who: &Who,
    now: Timestamp,
) -> Result<Poll, CastError> {
    let ids = std::slice::from_ref(&cast.poll);
    let stored = load(read, ids).await?.remove(&cast.poll).ok_or(Refusal::NoPoll(cast.poll.clone()))?;
    let ballot = ballots_of(read, &cast.member.id, ids).await?.remove(&cast.poll);
    Ok(stored.seen_by(who, ballot, now))
}

/// Whether this very wish was granted before.
async fn is_replay(read: &mut SqliteConnection, cast: &Cast) -> Result<bool, CastError> {
    let sql = "SELECT request FROM idempotency_keys WHERE member = ? AND key = ?";
    let request: Option<String> =
        sqlx::query_scalar(sql).bind(cast.member.id.as_str()).bind(&cast.key).fetch_optional(read).await?;
    match request {
        None => Ok(false),
        Some(request) if request == digest(cast) => Ok(true),
        Some(_) => Err(Refusal::KeyReused.into()),
    }
}

/// Whether the wish may be granted where the poll stands so; what the member had chosen before.
fn judge(poll: Poll, cast: &Cast, now: Timestamp) -> Result<Vec<OptionId>, Refusal> {
    if poll.viewer.standing != Standing::Entitled {
        return Err(Refusal::NotEntitled);
    }
    let phase = poll.rules.phase(now);
    if phase != Phase::Open {
        return Err(Refusal::NotOpen(phase, Box::new(poll)));
    }
    if cast.revision <= revision(&poll) {
        return Err(Refusal::Stale(Box::new(poll)));
    }
    let allowed = match &cast.act {
        Act::Vote(options) => {
            poll.check(options).map_err(Refusal::Bad)?;
            poll.rules.changeable || poll.chosen().is_empty()
        }
        Act::TakeBack => poll.rules.retractable,
    };
    if allowed { Ok(poll.chosen().to_vec()) } else { Err(Refusal::Final(Box::new(poll))) }
}

/// Puts the ballot in the place of the one before, and the difference into the tally.
async fn apply(
    write: &mut SqliteConnection,
    cast: &Cast,
    before: &[OptionId],
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let (poll, member) = (cast.poll.as_str(), cast.member.id.as_str());
    let after: &[OptionId] = match &cast.act {
        Act::Vote(options) => options,
        Act::TakeBack => &[],
    };
    let revision = i64::try_from(cast.revision)
        .map_err(|_| StoreError::Corrupt { what: "a revision", value: cast.revision.to_string() })?;
    let sql = "INSERT INTO ballots (poll, member, revision, at) VALUES (?, ?, ?, ?) \
               ON CONFLICT (poll, member) DO UPDATE SET revision = excluded.revision, at = excluded.at";
    sqlx::query(sql).bind(poll).bind(member).bind(revision).bind(now.0).execute(&mut *write).await?;
    for option in before.iter().filter(|o| !after.contains(o)) {
        let sql = "DELETE FROM choices WHERE poll = ? AND member = ? AND option = ?";
        sqlx::query(sql).bind(poll).bind(member).bind(option.as_str()).execute(&mut *write).await?;
        count(write, poll, option, -1).await?;
    }
    for option in after.iter().filter(|o| !before.contains(o)) {
        let sql = "INSERT INTO choices (poll, member, option) VALUES (?, ?, ?)";
        sqlx::query(sql).bind(poll).bind(member).bind(option.as_str()).execute(&mut *write).await?;
        count(write, poll, option, 1).await?;
    }
    let more = i64::from(!after.is_empty()) - i64::from(!before.is_empty());
    let sql = "UPDATE polls SET ballots_cast = ballots_cast + ? WHERE id = ?";
    sqlx::query(sql).bind(more).bind(poll).execute(&mut *write).await?;
    let sql = "INSERT INTO idempotency_keys (member, key, request, at) VALUES (?, ?, ?, ?)";
    let key = sqlx::query(sql).bind(member).bind(&cast.key).bind(digest(cast)).bind(now.0);
    key.execute(&mut *write).await?;
    Ok(vec![raise(write, &cast.poll).await?])
}

async fn count(
    write: &mut SqliteConnection,
    poll: &str,
    option: &OptionId,
    more: i64,
) -> Result<(), sqlx::Error> {
    let sql = "UPDATE options SET votes = votes + ? WHERE poll = ? AND id = ?";
    sqlx::query(sql).bind(more).bind(poll).bind(option.as_str()).execute(write).await?;
    Ok(())
}

/// What else a vote means for the member: activity, and the checklist's step.
async fn notice(
    write: &mut SqliteConnection,
    cast: &Cast,
    first: bool,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let member = &cast.member.id;
    if first {
        super::member::add_activity(write, member, Count::PollsVoted, now).await?;
    }
    if checklist::complete(write, member, VOTED, now).await? {
        return Ok(vec![record(write, Topic::Member(member.clone())).await?]);
    }
    Ok(Vec::new())
}

/// Tells one wish from another; ids have no line breaks.
fn digest(cast: &Cast) -> String {
    let mut lines = vec![cast.poll.to_string(), cast.revision.to_string()];
    match &cast.act {
        Act::TakeBack => lines.push("take back".into()),
        Act::Vote(options) => {
            let mut options: Vec<_> = options.iter().map(ToString::to_string).collect();
            options.sort_unstable();
            lines.push("vote".into());
            lines.append(&mut options);
        }
    }
    URL_SAFE_NO_PAD.encode(Sha256::digest(lines.join("\n")))
}
