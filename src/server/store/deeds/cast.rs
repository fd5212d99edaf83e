//! One ballot: what a member may wish for theirs, and why it may not be.

use sha2::{Digest, Sha256};

use crate::domain::id::PollId;
use crate::domain::poll::{Answer, BadBallot, Ballot, Kind, Phase, Poll, Secrecy};
use crate::domain::time::Timestamp;
use crate::server::store::rows::{StoreError, answer_row};
use crate::server::who::Identity;

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
    Vote(Answer),
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
    #[error("this poll asks others")]
    NotEntitled,
    /// Before the opening.
    #[error("the poll opens{}", at(*.0))]
    NotYet(Option<Timestamp>),
    /// After the closing.
    #[error("the poll closed{}", at(*.0))]
    Over(Option<Timestamp>),
    /// Not what the poll asks for.
    #[error("{0}")]
    Bad(BadBallot),
    /// A ballot of this revision, which is not older, stands.
    #[error("a ballot with revision {0} stands")]
    Stale(u64),
    /// The poll's ballots cannot be changed, or not taken back.
    #[error("a ballot in this poll cannot be changed or taken back")]
    Final,
    /// Another process reads the database, and could tell what this anonymous ballot says.
    #[error("ballots of this poll wait until nothing else reads the database; try again in a moment")]
    Watched,
    /// The key named another wish before.
    #[error("the key was used for another ballot; every request needs a key of its own")]
    KeyReused,
}

fn at(time: Option<Timestamp>) -> String {
    time.map_or_else(String::new, |t| format!(" at {t}"))
}

/// Why a ballot was not cast.
#[derive(Debug, thiserror::Error)]
pub enum CastError {
    /// It must not be.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The poll as the member sees it, if there is one.
        poll: Option<Box<Poll>>,
    },
    /// It could not be.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an entitled member's wish, granted, leaves of this ballot of theirs in this poll; or why it may not be granted.
pub fn judge(
    poll: &Poll,
    ballot: Option<&Ballot>,
    cast: &Cast,
    now: Timestamp,
) -> Result<Option<Answer>, Refusal> {
    match poll.rules.phase(now) {
        Phase::Upcoming => return Err(Refusal::NotYet(poll.rules.opens_at)),
        Phase::Closed => return Err(Refusal::Over(poll.rules.closes_at)),
        Phase::Open => {}
    }
    // A ballot of an earlier round is too late, however soon it is sent.
    let last = poll.series.as_ref().filter(|series| cast.revision <= series.floor());
    if let Some(series) = last {
        return Err(Refusal::Over(series.past.first().map(|past| past.closed_at)));
    }
    // Before the order: whoever sends another ballot on purpose is to learn that none can stand.
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

/// The same for the same ballot in other words, and whatever options the poll has by now: an edit must not make another
/// wish of one that is sent again.
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
            // A point less than one is not given; any other number says something.
            values.retain(|v| v.value != 0 || !matches!(kind, Kind::Allocation { .. }));
            values.sort_unstable_by(|a, b| a.option.cmp(&b.option));
            Answer::Values(values)
        }
        Answer::Stance(option, reason) => Answer::Stance(option, reason.trim().into()),
    }
}

/// Tells one wish from another; neither ids nor answers without their reason have line breaks. In an anonymous poll it
/// leaves out what was chosen and in which order, which could both be found by trying.
pub fn digest(cast: &Cast, poll: &Poll) -> Vec<u8> {
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
