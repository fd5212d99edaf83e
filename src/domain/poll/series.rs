//! Polls that recur: the same question again and again, in rounds, each with its own ballots.

use super::PollOption;
use crate::domain::id::OptionId;
use crate::domain::time::Timestamp;

/// The distance between the ballot revisions of one round and those of the next. A ballot that was on its way when its round
/// ended has a revision that the next round rejects.
pub const ROUND: u64 = 1 << 20;

/// The most past rounds that a poll lists, the latest ones.
pub const MOST_PAST: usize = 12;

/// The round of a poll that recurs, and the results of past rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The number of the current round, from 1.
    pub number: u32,
    /// When the next round opens, if there is one.
    pub next_at: Option<Timestamp>,
    /// The UTC offset of the poll's time zone at `next_at`, in minutes, where known.
    pub offset: Option<i32>,
    /// The past rounds, the latest first.
    pub past: Vec<Past>,
}

/// A past round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The number of the round, from 1.
    pub number: u32,
    /// When the round closed.
    pub closed_at: Timestamp,
    /// The UTC offset of the poll's time zone at `closed_at`, in minutes, where known.
    pub offset: Option<i32>,
    /// How many members voted.
    pub cast: u32,
    /// The winning options: several where they were equal, none where nobody voted.
    pub leaders: Vec<OptionId>,
}

impl Series {
    /// Revisions of this round's ballots are greater than this.
    pub fn floor(&self) -> u64 {
        u64::from(self.number.saturating_sub(1)) * ROUND
    }

    /// The options that won past rounds, each with how many rounds it won: the most first, equals in the order of the poll.
    pub fn wins<'a>(&self, options: &'a [PollOption]) -> Vec<(&'a PollOption, usize)> {
        let won =
            |option: &PollOption| self.past.iter().filter(|past| past.leaders.contains(&option.id)).count();
        let mut wins = Vec::new();
        for won_by in (1..=self.past.len()).rev() {
            wins.extend(options.iter().filter(|option| won(option) == won_by).map(|option| (option, won_by)));
        }
        wins
    }
}
