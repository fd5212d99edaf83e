//! One ballot: what a member may do with it, and why that may be refused.

use sha2::{Digest, Sha256};

use crate::domain::id::PollId;
use crate::domain::poll::{Answer, BadBallot, Ballot, Kind, Phase, Poll, Secrecy};
use crate::domain::time::Timestamp;
use crate::domain::translation::Text;
use crate::server::store::rows::{StoreError, answer_row};
use crate::server::who::Identity;

/// A request to cast, change or take back a ballot.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The member, or the guest where guests may vote.
    pub member: Identity,
    /// The poll's id.
    pub poll: PollId,
    /// The ballot's revision. Of a member's ballots in a poll the one with the greatest revision stands.
    pub revision: u64,
    /// What to do with the ballot.
    pub act: Act,
    /// The idempotency key: a request that is sent twice under one key counts once.
    pub key: String,
}

/// What to do with a ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Cast the ballot, or replace the one before.
    Vote(Answer),
    /// Take the ballot back.
    TakeBack,
}

/// Why a ballot was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such poll.
    #[error("there is no poll \"{0}\"")]
    NoPoll(PollId),
    /// The member may not vote in the poll.
    #[error("this poll asks others")]
    NotEntitled,
    /// The poll has not opened; with its opening time.
    #[error("the poll opens{}", at(*.0))]
    NotYet(Option<Timestamp>),
    /// The poll, or the ballot's round, has closed; with the closing time.
    #[error("the poll closed{}", at(*.0))]
    Over(Option<Timestamp>),
    /// The answer is invalid.
    #[error("{0}")]
    Bad(BadBallot),
    /// The member's last ballot has this revision, which is not less than the request's.
    #[error("a ballot with revision {0} stands")]
    Stale(u64),
    /// Ballots in the poll cannot be changed, or cannot be taken back.
    #[error("a ballot in this poll cannot be changed or taken back")]
    Final,
    /// Another process reads the database, and could find out the answer of this anonymous ballot.
    #[error("ballots of this poll wait until nothing else reads the database; try again in a moment")]
    Watched,
    /// The key was used for another request before.
    #[error("the key was used for another ballot; every request needs a key of its own")]
    KeyReused,
}

fn at(time: Option<Timestamp>) -> String {
    time.map_or_else(String::new, |t| format!(" at {t}"))
}

/// Why a ballot was not cast.
#[derive(Debug, thiserror::Error)]
pub enum CastError {
    /// The ballot was refused.
    #[error("{refusal}")]
    Refused {
        /// The reason.
        refusal: Refusal,
        /// The poll as the member sees it, if it exists.
        poll: Option<Box<Poll<Text>>>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges a request of a member who may vote, and whose last ballot in the poll is `ballot`. Returns the member's new answer,
/// `None` if the ballot is taken back; or why the request is refused.
pub fn judge(
    poll: &Poll<Text>,
    ballot: Option<&Ballot>,
    cast: &Cast,
    now: Timestamp,
) -> Result<Option<Answer>, Refusal> {
    match poll.rules.phase(now) {
        Phase::Upcoming => return Err(Refusal::NotYet(poll.rules.opens_at)),
        Phase::Closed => return Err(Refusal::Over(poll.rules.closes_at)),
        Phase::Open => {}
    }
    // A ballot with a revision of an earlier round is too late.
    let last = poll.series.as_ref().filter(|series| cast.revision <= series.floor());
    if let Some(series) = last {
        return Err(Refusal::Over(series.past.first().map(|past| past.closed_at)));
    }
    // Checked before the revision, so that a member who sends a second ballot learns that no other is accepted.
    if poll.rules.secrecy == Secrecy::Anonymous && ballot.is_some() {
        return Err(Refusal::Final);
    }
    let stands = ballot.map_or(0, |ballot| ballot.revision);
    if cast.revision <= stands {
        return Err(Refusal::Stale(stands));
    }
    let (answer, allowed) = match &cast.act {
        Act::Vote(answer) => {
            let answer = poll.take(answer.clone()).map_err(Refusal::Bad)?;
            (Some(answer), poll.rules.changeable || !ballot.is_some_and(Ballot::stands))
        }
        Act::TakeBack => (None, poll.rules.retractable),
    };
    if allowed { Ok(answer) } else { Err(Refusal::Final) }
}

/// The normal form of an answer, equal for answers that mean the same. It does not depend on the poll's current options, so
/// that a request that is repeated after an edit is still recognized.
fn plain(answer: &Answer, kind: Kind) -> Answer {
    match answer.clone() {
        Answer::Abstention => Answer::Abstention,
        Answer::Options(mut ids) => {
            if matches!(kind, Kind::Proposal(_)) && ids.len() == 1 {
                return Answer::Stance(ids.remove(0), String::new());
            }
            if matches!(kind, Kind::Choice { .. }) {
                ids.sort_unstable();
            }
            Answer::Options(ids)
        }
        Answer::Values(mut values) => {
            // In an allocation, 0 points are the same as none. In other kinds a value of 0 counts.
            values.retain(|v| v.value != 0 || !matches!(kind, Kind::Allocation { .. }));
            values.sort_unstable_by(|a, b| a.option.cmp(&b.option));
            Answer::Values(values)
        }
        Answer::Stance(option, reason) => Answer::Stance(option, reason.trim().into()),
    }
}

/// The digest by which requests are compared. Neither ids nor answers without their reason have line breaks, which separate the
/// lines. In an anonymous poll the digest leaves out the answer and the revision, since both could be found by trying.
pub fn digest(cast: &Cast, poll: &Poll<Text>) -> Vec<u8> {
    let anonymous = poll.rules.secrecy == Secrecy::Anonymous;
    let mut lines = vec![cast.poll.to_string()];
    lines.extend((!anonymous).then(|| cast.revision.to_string()));
    match &cast.act {
        Act::TakeBack => lines.push("take back".into()),
        Act::Vote(_) if anonymous => lines.push("vote".into()),
        Act::Vote(answer) => {
            let answer = plain(answer, poll.rules.kind);
            lines.extend(["vote".into(), answer_row(&answer)]);
            if let Answer::Stance(_, reason) = answer {
                lines.push(reason);
            }
        }
    }
    Sha256::digest(lines.join("\n"))[..16].to_vec()
}
