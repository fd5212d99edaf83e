//! The tally of a poll: what its ballots add up to, and which options lead.

use super::ballot::Answer;
use super::kind::{Base, Kind, Proposal, Scale, Stance};
use super::{PollOption, Turnout};
use crate::domain::count::{Pairs, Round, Rounds, UNIT, carry};
use crate::domain::id::OptionId;
use crate::domain::percent;

/// By how many ballots a tally may exceed the turnout: a host may read one after the other, with votes in between.
const LATE: u32 = 100;

/// The tally of a poll. Lists are in the order of the poll's options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The number of ballots, including abstentions.
    pub voters: u32,
    /// The number of abstentions.
    pub abstained: u32,
    /// What the other ballots add up to.
    pub count: Count,
}

/// What ballots add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// Choice, proposal: the votes for each option.
    Votes(Vec<u32>),
    /// Rating, availability: for each option, how many ballots gave it each number of the scale.
    Values(Vec<Vec<u32>>),
    /// Allocation: the points for each option.
    Points(Vec<Points>),
    /// Ranked: a run-off or single transferable vote.
    Rounds(Rounds),
    /// Ranked: the Schulze method.
    Pairs(Pairs),
}

/// The points that an option got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// The sum of its points.
    pub points: u32,
    /// How many members gave it points.
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

    /// Whether the numbers are possible: ballots of this kind can add up to them, with `cast` as the turnout.
    pub fn adds_up(&self, kind: Kind, cast: u32) -> bool {
        let Some(spoke) = self.voters.checked_sub(self.abstained) else { return false };
        let within = |sum: u64, each: u32| sum <= u64::from(spoke) * u64::from(each);
        let sum = |counts: &[u32]| counts.iter().copied().map(u64::from).sum::<u64>();
        let fits = match &self.count {
            Count::Votes(votes) => {
                let most = if let Kind::Choice { max, .. } = kind { max } else { 1 };
                votes.iter().all(|&n| n <= spoke) && within(sum(votes), most)
            }
            Count::Values(lists) => lists.iter().all(|counts| within(sum(counts), 1)),
            Count::Points(points) => {
                let most = if let Kind::Allocation { dots } = kind { dots } else { 1 };
                let given = points.iter().map(|got| u64::from(got.points)).sum();
                points.iter().all(|got| got.voters <= spoke) && within(given, most)
            }
            Count::Rounds(rounds) => {
                let most = u64::from(spoke) * UNIT;
                // Each number is rounded to 5 decimals.
                let blur = |round: &Round| round.votes.len() as u64 + 1;
                let total = |round: &Round| round.votes.iter().flatten().sum::<u64>() + round.exhausted;
                rounds.rounds.iter().all(|round| total(round) <= most + blur(round))
            }
            Count::Pairs(pairs) => pairs.preferred.iter().flatten().all(|&n| n <= spoke),
        };
        fits && self.voters <= cast.saturating_add(LATE)
    }

    /// Takes one answer out of the tally, and counts another. A result of rankings is left as it is, since they can only be
    /// counted together.
    pub fn replace<T>(
        &mut self,
        kind: Kind,
        options: &[PollOption<T>],
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

    /// The same tally after the poll's options changed from `before` to `after`. New options start from zero. A result of
    /// rankings stays true if the options were only reordered; otherwise they have to be counted again.
    #[must_use]
    pub fn of_options<T>(&self, kind: Kind, before: &[PollOption<T>], after: &[PollOption<T>]) -> Self {
        let mut next = Self::empty(kind, after.len());
        (next.voters, next.abstained) = (self.voters, self.abstained);
        let to = |option: &PollOption<T>| after.iter().position(|o| o.id == option.id);
        let to: Vec<Option<usize>> = before.iter().map(to).collect();
        match (&mut next.count, &self.count) {
            (Count::Votes(into), Count::Votes(from)) => carry(into, from, &to),
            (Count::Values(into), Count::Values(from)) => carry(into, from, &to),
            (Count::Points(into), Count::Points(from)) => carry(into, from, &to),
            (Count::Rounds(into), Count::Rounds(from)) => *into = from.moved(after.len(), &to),
            (Count::Pairs(into), Count::Pairs(from)) => *into = from.moved(after.len(), &to),
            // Of another kind.
            (
                Count::Votes(_) | Count::Values(_) | Count::Points(_) | Count::Rounds(_) | Count::Pairs(_),
                Count::Votes(_) | Count::Values(_) | Count::Points(_) | Count::Rounds(_) | Count::Pairs(_),
            ) => {}
        }
        next
    }

    /// The options' whole percentages: of all votes or points in single choice, proposals and allocation, where they add up to
    /// 100; of the voters who did not abstain in multiple choice. `None` for other kinds.
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

    /// The percentages as the lengths of bars. Options with equal results get equal lengths, the least of their percentages,
    /// which may differ by 1 because they add up to 100.
    pub fn lengths(&self, kind: Kind) -> Option<Vec<u32>> {
        let shares = self.percentages(kind)?;
        let results: Vec<u32> = match &self.count {
            Count::Votes(votes) => votes.clone(),
            Count::Points(points) => points.iter().map(|p| p.points).collect(),
            Count::Values(_) | Count::Rounds(_) | Count::Pairs(_) => return None,
        };
        let least = |result| {
            let equals = shares.iter().zip(&results).filter(|(_, other)| *other == result);
            equals.map(|(share, _)| *share).min().unwrap_or_default()
        };
        Some(results.iter().map(least).collect())
    }

    /// The leaders, unless their percentages differ although their results are equal: then no option is shown as leading.
    pub fn shown_ahead(&self, kind: Kind) -> Vec<usize> {
        self.shown_equal(kind, self.leaders(kind))
    }

    /// [`shown_ahead`](Self::shown_ahead) for kinds that count votes, without the code that other kinds need.
    pub fn votes_ahead(&self, kind: Kind) -> Vec<usize> {
        let Count::Votes(votes) = &self.count else { return Vec::new() };
        self.shown_equal(kind, best(votes.iter().copied()))
    }

    fn shown_equal(&self, kind: Kind, leaders: Vec<usize>) -> Vec<usize> {
        let (lengths, shares) = (self.lengths(kind), self.percentages(kind));
        let at = |list: &Option<Vec<u32>>, at: usize| list.as_ref().and_then(|list| list.get(at).copied());
        if leaders.iter().any(|&leader| at(&lengths, leader) != at(&shares, leader)) {
            return Vec::new();
        }
        leaders
    }

    /// The indices of the leading options, in ascending order; empty as long as no option has a result.
    pub fn leaders(&self, kind: Kind) -> Vec<usize> {
        match &self.count {
            Count::Votes(votes) => best(votes.iter().copied()),
            Count::Points(points) => best(points.iter().map(|p| p.points)),
            Count::Values(lists) => match kind {
                Kind::Rating(_) => greatest_means(lists),
                Kind::Choice { .. }
                | Kind::Ranked(_)
                | Kind::Allocation { .. }
                | Kind::Availability
                | Kind::Proposal(_) => best(lists.iter().map(|list| {
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

/// The indices of the options with the greatest mean, compared as fractions; empty where no option has a number. The lists
/// count numbers by their index on the scale, so means of these indices have the order of the real means.
fn greatest_means(lists: &[Vec<u32>]) -> Vec<usize> {
    let mean = |list: &Vec<u32>| {
        let voters: u64 = list.iter().map(|&n| u64::from(n)).sum();
        let sum: u64 = (0..).zip(list).map(|(place, &n): (u64, _)| place * u64::from(n)).sum();
        (sum, voters)
    };
    let means: Vec<(u64, u64)> = lists.iter().map(mean).collect();
    let is_ahead =
        |one: (u64, u64), other: (u64, u64)| one.0.saturating_mul(other.1) > other.0.saturating_mul(one.1);
    let leads = |&at: &usize| means[at].1 > 0 && !means.iter().any(|&other| is_ahead(other, means[at]));
    (0..means.len()).filter(leads).collect()
}

/// The indices of the greatest number; empty where that is zero.
fn best<T: Ord + Default + Copy>(numbers: impl Iterator<Item = T> + Clone) -> Vec<usize> {
    let most = numbers.clone().max().unwrap_or_default();
    if most == T::default() {
        return Vec::new();
    }
    numbers.enumerate().filter(|(_, n)| *n == most).map(|(i, _)| i).collect()
}

/// The mean, in hundredths, rounded half away from zero. `counts` has the number of ballots for each number of the scale.
pub fn mean(scale: Scale, counts: &[u32]) -> Option<i64> {
    let voters: i64 = counts.iter().map(|&n| i64::from(n)).sum();
    let sum: i64 = scale.values().zip(counts).map(|(value, &n)| i64::from(value) * i64::from(n)).sum();
    let doubled = 2 * 100 * sum.abs() + voters;
    (voters > 0).then(|| sum.signum() * (doubled / (2 * voters)))
}

/// The median, in hundredths: for an even number of ballots, the mean of the middle two. `counts` as for [`mean`].
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

/// The result of a proposal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// How many members agree.
    pub agree: u32,
    /// Of how many members; 0 where that is unknown, or nobody has voted.
    pub of: u32,
    /// How many of them have to agree.
    pub needed: u32,
}

impl Stand {
    /// Whether enough members agree.
    pub fn passes(&self) -> bool {
        self.of > 0 && self.agree >= self.needed
    }

    /// The percentage that agrees, in hundredths, rounded down so that it never seems to reach the threshold.
    pub fn share(&self) -> u32 {
        let share = u64::from(self.agree) * 10_000 / u64::from(self.of).max(1);
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

impl Proposal {
    /// The result, given the votes for each option.
    pub fn stand(&self, options: &[PollOption], votes: &[u32], turnout: Turnout) -> Stand {
        let agrees = options.iter().position(|option| Stance::of(&option.id) == Some(Stance::Agree));
        let agree = agrees.and_then(|at| votes.get(at).copied()).unwrap_or(0);
        let of = match self.of {
            Base::Ballots => votes.iter().fold(0, |sum: u32, n| sum.saturating_add(*n)),
            Base::Entitled => turnout.entitled.unwrap_or(0),
        };
        let needed = (u64::from(self.threshold) * u64::from(of)).div_ceil(100);
        Stand { agree, of, needed: u32::try_from(needed).unwrap_or(u32::MAX) }
    }
}
