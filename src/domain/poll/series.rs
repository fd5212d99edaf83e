//! Polls that come back: the same question again and again, each time with ballots of its own.

use super::PollOption;
use crate::domain::id::OptionId;
use crate::domain::time::Timestamp;

/// How far the ballots of one round are numbered apart from those of the next. A ballot that was on its way when its round
/// ended has a number that the next round does not take.
pub const ROUND: u64 = 1 << 20;

/// Most rounds that a poll tells of beside the current one, the latest.
pub const MOST_PAST: usize = 12;

/// Which round of a poll this is, and what came of those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The round, from 1.
    pub number: u32,
    /// When the next one opens, as far as there is one.
    pub next_at: Option<Timestamp>,
    /// Minutes ahead of UTC of the poll's zone then, where known.
    pub offset: Option<i32>,
    /// The rounds before, the latest first.
    pub past: Vec<Past>,
}

/// A round that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The round, from 1.
    pub number: u32,
    /// When it closed.
    pub closed_at: Timestamp,
    /// Members who voted.
    pub cast: u32,
    /// The options that were ahead at the end; several were equal, none where nobody voted.
    pub leaders: Vec<OptionId>,
}

impl Series {
    /// The number above which this round's ballots are numbered.
    pub fn floor(&self) -> u64 {
        u64::from(self.number.saturating_sub(1)) * ROUND
    }

    /// In how many of the past rounds each option was ahead, those that never were left out: the best first, equals in
    /// the order of the poll.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_that_won_most_often_comes_first_and_equals_in_the_polls_order() {
        let id = |text: &str| OptionId::new(text).unwrap();
        let option = |text: &str| PollOption::new(id(text), text);
        let past = |number, leaders: &[&str]| Past {
            number,
            closed_at: Timestamp(0),
            cast: 3,
            leaders: leaders.iter().copied().map(id).collect(),
        };
        let series = Series {
            number: 5,
            next_at: None,
            offset: None,
            past: vec![past(4, &["c"]), past(3, &["b", "c"]), past(2, &["gone"]), past(1, &["d"])],
        };
        let options = ["a", "b", "c", "d"].map(option);
        let wins = series.wins(&options).into_iter().map(|(option, n)| (option.id.as_str(), n));
        assert_eq!(wins.collect::<Vec<_>>(), [("c", 2), ("b", 1), ("d", 1)]);
        assert_eq!(series.floor(), 4 * ROUND);
    }
}
