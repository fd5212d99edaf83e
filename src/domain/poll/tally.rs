//! All ballots counted.

use super::ballot::Answer;
use super::kind::{Base, Kind, Proposal, STANCES, Scale};
use super::{PollOption, Turnout};
use crate::domain::count::{Pairs, Rounds, carry};
use crate::domain::id::OptionId;
use crate::domain::percent;

/// All ballots counted. Lists are in the order of the poll's options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Ballots counted, abstentions among them.
    pub voters: u32,
    /// Ballots that say nothing, on purpose.
    pub abstained: u32,
    /// What the others say.
    pub count: Count,
}

/// What ballots add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// Choice, proposal: votes an option.
    Votes(Vec<u32>),
    /// Rating, availability: for each option, ballots for each number on the scale.
    Values(Vec<Vec<u32>>),
    /// Allocation: what each option got.
    Points(Vec<Points>),
    /// Ranked, counted in rounds.
    Rounds(Rounds),
    /// Ranked, counted in pairs.
    Pairs(Pairs),
}

/// What an option got of the points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// Points.
    pub points: u32,
    /// Members who gave some.
    pub voters: u32,
}

impl Tally {
    /// The tally of no ballots.
    pub fn empty(kind: Kind, options: usize) -> Self {
        let count = match kind {
            Kind::Choice { .. } | Kind::Proposal(_) => Count::Votes(vec![0; options]),
            Kind::Rating(_) | Kind::Availability => {
                Count::Values(vec![vec![0; kind.scale().map_or(0, Scale::numbers)]; options])
            }
            Kind::Allocation { .. } => Count::Points(vec![Points::default(); options]),
            Kind::Ranked(super::kind::Method::Schulze) => Count::Pairs(Pairs::default()),
            Kind::Ranked(_) => Count::Rounds(Rounds::default()),
        };
        Self { voters: 0, abstained: 0, count }
    }

    /// Counts one answer in the place of another. Rankings are not counted one by one: their result stays.
    pub fn replace(
        &mut self,
        kind: Kind,
        options: &[PollOption],
        before: Option<&Answer>,
        after: Option<&Answer>,
    ) {
        let place = |id: &OptionId| options.iter().position(|o| o.id == *id);
        let once = [(before, false), (after, true)];
        for (answer, more) in once.into_iter().filter_map(|(answer, more)| Some((answer?, more))) {
            let step = |n: &mut u32, by: u32| *n = if more { *n + by } else { n.saturating_sub(by) };
            step(&mut self.voters, 1);
            if *answer == Answer::Abstention {
                step(&mut self.abstained, 1);
            }
            for (option, value) in answer.marks() {
                let Some(at) = place(option) else { continue };
                match &mut self.count {
                    Count::Votes(votes) => votes.get_mut(at).into_iter().for_each(|n| step(n, 1)),
                    Count::Values(lists) => {
                        let slot = kind.scale().and_then(|scale| scale.place(value));
                        let n = slot.and_then(|slot| lists.get_mut(at)?.get_mut(slot));
                        if let Some(n) = n {
                            step(n, 1);
                        }
                    }
                    Count::Points(points) => {
                        if let Some(got) = points.get_mut(at) {
                            step(&mut got.points, value.unsigned_abs());
                            step(&mut got.voters, 1);
                        }
                    }
                    Count::Rounds(_) | Count::Pairs(_) => {}
                }
            }
        }
    }

    /// The same ballots where the options are others, or in another order: what is new starts from nothing. A count in
    /// rounds or in pairs stays true where the options are the same in another order; else it has to be made anew.
    #[must_use]
    pub fn of_options(&self, kind: Kind, before: &[PollOption], after: &[PollOption]) -> Self {
        let mut next = Self::empty(kind, after.len());
        (next.voters, next.abstained) = (self.voters, self.abstained);
        let to = |option: &PollOption| after.iter().position(|o| o.id == option.id);
        let to: Vec<Option<usize>> = before.iter().map(to).collect();
        match (&mut next.count, &self.count) {
            (Count::Votes(into), Count::Votes(from)) => carry(into, from, &to),
            (Count::Values(into), Count::Values(from)) => carry(into, from, &to),
            (Count::Points(into), Count::Points(from)) => carry(into, from, &to),
            (Count::Rounds(into), Count::Rounds(from)) => *into = from.moved(after.len(), &to),
            (Count::Pairs(into), Count::Pairs(from)) => *into = from.moved(after.len(), &to),
            _ => {}
        }
        next
    }

    /// Whole percentages in the order of the options, where an option's result is a share: of all votes or points where
    /// they add up, else of those who did not abstain.
    pub fn percentages(&self, kind: Kind) -> Option<Vec<u32>> {
        match &self.count {
            Count::Votes(votes) if kind.is_single() => Some(percent::shares(votes)),
            Count::Votes(votes) => {
                Some(percent::of_voters(votes, self.voters.saturating_sub(self.abstained)))
            }
            Count::Points(points) => {
                Some(percent::shares(&points.iter().map(|p| p.points).collect::<Vec<_>>()))
            }
            Count::Values(_) | Count::Rounds(_) | Count::Pairs(_) => None,
        }
    }

    /// The options that are ahead, in the order of the poll; none as long as nothing is.
    pub fn leaders(&self, kind: Kind) -> Vec<usize> {
        match &self.count {
            Count::Votes(votes) => best(votes.iter().copied()),
            Count::Points(points) => best(points.iter().map(|p| p.points)),
            Count::Values(lists) => match kind {
                Kind::Rating(scale) => {
                    // Above the least mean there can be, so that "rated" is more than "not rated".
                    let mean = |list: &Vec<u32>| {
                        mean(scale, list).map_or(0, |mean| mean - i64::from(scale.min) * 100 + 1)
                    };
                    best(lists.iter().map(mean))
                }
                _ => best(lists.iter().map(|list| {
                    let n = |at: usize| u64::from(list.get(at).copied().unwrap_or(0));
                    (n(2) << 32) | n(1)
                })),
            },
            Count::Rounds(rounds) => {
                let most = rounds.rounds.first().map_or(0, |round| round.votes.len());
                (0..most).filter(|at| rounds.elected.contains(at) || rounds.tied.contains(at)).collect()
            }
            Count::Pairs(pairs) => pairs.order.first().cloned().unwrap_or_default(),
        }
    }
}

/// The places of the greatest, unless that is nothing.
fn best<T: Ord + Default + Copy>(numbers: impl Iterator<Item = T> + Clone) -> Vec<usize> {
    let most = numbers.clone().max().unwrap_or_default();
    if most == T::default() {
        return Vec::new();
    }
    numbers.enumerate().filter(|(_, n)| *n == most).map(|(i, _)| i).collect()
}

/// The mean of numbers on a scale, in hundredths, half away from zero; `counts` are ballots for each number.
pub fn mean(scale: Scale, counts: &[u32]) -> Option<i64> {
    let voters: i64 = counts.iter().map(|&n| i64::from(n)).sum();
    let sum: i64 = scale.values().zip(counts).map(|(value, &n)| i64::from(value) * i64::from(n)).sum();
    let doubled = 2 * 100 * sum.abs() + voters;
    (voters > 0).then(|| sum.signum() * (doubled / (2 * voters)))
}

/// The median of numbers on a scale, in hundredths: of an even number, what lies half-way between the middle two.
pub fn median(scale: Scale, counts: &[u32]) -> Option<i64> {
    let voters: u64 = counts.iter().map(|&n| u64::from(n)).sum();
    let nth = |n: u64| {
        let mut seen = 0;
        let at = counts.iter().position(|&count| {
            seen += u64::from(count);
            seen > n
        })?;
        scale.values().nth(at).map(i64::from)
    };
    Some((nth(voters.checked_sub(1)? / 2)? + nth(voters / 2)?) * 50)
}

/// How a proposal stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// How many agree.
    pub agree: u32,
    /// Of how many; 0 where nobody knows, or nobody has taken a stand.
    pub of: u32,
    /// How many of those it takes.
    pub needed: u32,
}

impl Stand {
    /// Whether enough agree.
    pub fn passes(&self) -> bool {
        self.of > 0 && self.agree >= self.needed
    }

    /// How many of 10,000 agree, cut: never more than there are.
    pub fn share(&self) -> u32 {
        let share = u64::from(self.agree) * 10_000 / u64::from(self.of).max(1);
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

impl Proposal {
    /// How it stands where the options have these votes.
    pub fn stand(&self, options: &[PollOption], votes: &[u32], turnout: Turnout) -> Stand {
        let agrees = options.iter().position(|option| option.id.as_str() == STANCES[0]);
        let agree = agrees.and_then(|at| votes.get(at).copied()).unwrap_or(0);
        let of = match self.of {
            Base::Ballots => votes.iter().fold(0, |sum: u32, n| sum.saturating_add(*n)),
            Base::Entitled => turnout.entitled.unwrap_or(0),
        };
        let needed = (u64::from(self.threshold) * u64::from(of)).div_ceil(100);
        Stand { agree, of, needed: u32::try_from(needed).unwrap_or(u32::MAX) }
    }
}
