//! Counting in rounds: instant run-off for one seat, the single transferable vote for several.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Moves, Profile, carry, moved};

/// One ballot, in the unit in which votes are counted: transfers are cut to 5 decimals.
pub const UNIT: u64 = 100_000;

/// Ballots looked at before the count gives up following every branch of a tie and reports the tie.
const PATIENCE: usize = 20_000_000;

/// A count, round by round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rounds {
    /// What it takes to be elected, in [`UNIT`]s, where that is the same in every round.
    pub quota: Option<u64>,
    /// The rounds, up to the decision or to the tie that only a lot could break.
    pub rounds: Vec<Round>,
    /// Who is elected however ties fall, in the order of their election.
    pub elected: Vec<usize>,
    /// Who is elected in some of the ways a tie can fall, in the order of the options.
    pub tied: Vec<usize>,
}

/// One round: how the votes stood, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Votes an option in [`UNIT`]s; `None` once it is out of the count.
    pub votes: Vec<Option<u64>>,
    /// Votes that stand for nobody any more, in [`UNIT`]s.
    pub exhausted: u64,
    /// Who is elected in this round.
    pub elected: Vec<usize>,
    /// Whose surplus is passed on after it.
    pub surplus: Option<usize>,
    /// Who is excluded after it.
    pub excluded: Vec<usize>,
}

impl Rounds {
    /// The same count where the options are in other places, and as many as this.
    #[must_use]
    pub fn moved(&self, options: usize, to: &Moves) -> Self {
        let round = |round: &Round| {
            let mut votes = vec![None; options];
            carry(&mut votes, &round.votes, to);
            Round {
                votes,
                exhausted: round.exhausted,
                elected: moved(&round.elected, to),
                surplus: round.surplus.and_then(|at| *to.get(at)?),
                excluded: moved(&round.excluded, to),
            }
        };
        let mut tied = moved(&self.tied, to);
        tied.sort_unstable();
        Self {
            quota: self.quota,
            rounds: self.rounds.iter().map(round).collect(),
            elected: moved(&self.elected, to),
            tied,
        }
    }
}

/// Instant run-off: more than half of the ballots that still stand wins; else the lowest is excluded. Several lowest go
/// together only where that cannot change the winner; otherwise the last round in which they differed decides, and where
/// there is none every way is followed.
pub fn run_off(options: usize, profile: &Profile) -> Rounds {
    Course::new(options, profile, None).settle(&mut Search::default())
}

/// The single transferable vote by the rules of Scottish local elections (SSI 2007/42): Droop quota; the largest surplus
/// is passed on first, each ballot at `value × surplus ÷ votes`, cut to 5 decimals; then the lowest is excluded; options
/// that just fit the seats left are elected. Where those rules draw lots, every way is followed instead.
pub fn stv(options: usize, profile: &Profile, seats: u32) -> Rounds {
    Course::new(options, profile, Some(seats.max(1))).settle(&mut Search::default())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Hopeful,
    Elected { passed_on: bool },
    Excluded,
}

/// Ballots of one order, and where they lie.
#[derive(Clone, Debug)]
struct Bundle<'a> {
    ranking: &'a [u8],
    ballots: u64,
    /// What one of them is worth now, in [`UNIT`]s.
    value: u64,
    holder: Option<usize>,
}

/// What follows from a state of a run-off: who is elected, and who is tied.
type Fate = (Vec<usize>, Vec<usize>);

/// What is shared by all branches of a count.
#[derive(Default)]
struct Search {
    looked: usize,
    /// By who is in the race and how the rounds so far would break their ties: all that the rest of a run-off depends on.
    known: HashMap<Vec<Option<usize>>, Fate>,
}

/// A count on its way.
#[derive(Clone)]
struct Course<'a> {
    bundles: Vec<Bundle<'a>>,
    status: Vec<Status>,
    seats: usize,
    out: Rounds,
}

impl<'a> Course<'a> {
    fn new(options: usize, profile: &'a Profile, seats: Option<u32>) -> Self {
        let bundles: Vec<_> = profile
            .iter()
            .filter(|(ranking, n)| !ranking.is_empty() && **n > 0)
            .map(|(ranking, &n)| Bundle { ranking, ballots: n.into(), value: UNIT, holder: None })
            .collect();
        let ballots: u64 = bundles.iter().map(|b| b.ballots).sum();
        let quota = seats.map(|seats| (ballots / (u64::from(seats) + 1) + 1) * UNIT);
        let mut course = Self {
            bundles,
            status: vec![Status::Hopeful; options],
            seats: seats.unwrap_or(1) as usize,
            out: Rounds { quota, ..Rounds::default() },
        };
        course.hand_over(|_| true);
        course
    }

    fn hopeful(&self) -> Vec<usize> {
        (0..self.status.len()).filter(|&i| self.status[i] == Status::Hopeful).collect()
    }

    /// Gives bundles whose holder this holds for to their highest preference that is in the race.
    fn hand_over(&mut self, from: impl Fn(Option<usize>) -> bool) {
        let status = &self.status;
        for bundle in self.bundles.iter_mut().filter(|b| from(b.holder)) {
            let race = |&&place: &&u8| status.get(usize::from(place)) == Some(&Status::Hopeful);
            bundle.holder = bundle.ranking.iter().find(race).map(|&place| place.into());
        }
    }

    /// Opens a round: how the votes stand.
    fn look(&mut self) {
        let mut totals = vec![0; self.status.len()];
        let mut exhausted = 0;
        for bundle in &self.bundles {
            *bundle.holder.map_or(&mut exhausted, |holder| &mut totals[holder]) +=
                bundle.ballots * bundle.value;
        }
        let stands = |(total, status): (u64, &Status)| match status {
            Status::Hopeful => Some(total),
            // Those who have passed their surplus on keep the quota.
            Status::Elected { passed_on } => {
                if *passed_on {
                    self.out.quota
                } else {
                    Some(total)
                }
            }
            Status::Excluded => None,
        };
        let votes = totals.into_iter().zip(&self.status).map(stands).collect();
        let round = Round { votes, exhausted, elected: Vec::new(), surplus: None, excluded: Vec::new() };
        self.out.rounds.push(round);
    }

    /// Writes into the round that is being counted.
    fn note(&mut self, write: impl FnOnce(&mut Round)) {
        if let Some(round) = self.out.rounds.last_mut() {
            write(round);
        }
    }

    fn votes(&self, option: usize) -> u64 {
        self.out.rounds.last().and_then(|r| r.votes[option]).unwrap_or_default()
    }

    /// Of some who are level now: those whom the last rounds in which they differed leave, by the least or the most.
    fn look_back(&self, mut level: Vec<usize>, best: fn(u64, u64) -> u64) -> Vec<usize> {
        for round in self.out.rounds.iter().rev().skip(1) {
            let then = |i: usize| round.votes[i].unwrap_or_default();
            if let Some(mark) = level.iter().map(|&i| then(i)).reduce(best) {
                level.retain(|&i| then(i) == mark);
            }
        }
        level
    }

    /// Counts to the end.
    fn settle(mut self, search: &mut Search) -> Rounds {
        if self.bundles.is_empty() {
            return self.out;
        }
        loop {
            self.look();
            search.looked += self.bundles.len();
            if search.looked > PATIENCE {
                self.out.tied = self.hopeful();
                return self.out;
            }
            if self.elect() {
                return self.out;
            }
            if self.out.quota.is_some() {
                match self.surplus() {
                    None => {}
                    Some(Ok(option)) => {
                        self.pass_on(option);
                        continue;
                    }
                    Some(Err(level)) => {
                        let branch = |course: &mut Self, option| course.pass_on(option);
                        return self.follow(&level, search, branch);
                    }
                }
            }
            match self.lowest() {
                Ok(lowest) => self.exclude(&lowest),
                Err(level) => {
                    return self.follow(&level, search, |course, option| course.exclude(&[option]));
                }
            }
        }
    }

    /// Elects whom this round elects; whether the count is over.
    fn elect(&mut self) -> bool {
        let hopeful = self.hopeful();
        let left = self.seats - self.out.elected.len();
        let standing: u64 = hopeful.iter().map(|&i| self.votes(i)).sum();
        let reaches = |votes: u64| match self.out.quota {
            Some(quota) => votes >= quota,
            None => votes * 2 > standing,
        };
        let mut elected: Vec<usize> = if hopeful.len() <= left {
            hopeful
        } else {
            hopeful.into_iter().filter(|&i| reaches(self.votes(i))).collect()
        };
        elected.sort_by_key(|&i| Reverse(self.votes(i)));
        for &option in &elected {
            self.status[option] = Status::Elected { passed_on: false };
        }
        self.out.elected.extend(&elected);
        self.note(|round| round.elected = elected);
        self.out.elected.len() >= self.seats || self.hopeful().is_empty()
    }

    /// Whose surplus is next, if there is any; those of whom only a lot could say.
    fn surplus(&self) -> Option<Result<usize, Vec<usize>>> {
        let quota = self.out.quota?;
        let over =
            |i: &usize| self.status[*i] == Status::Elected { passed_on: false } && self.votes(*i) > quota;
        let over: Vec<usize> = (0..self.status.len()).filter(over).collect();
        let most = over.iter().map(|&i| self.votes(i)).max()?;
        let level = over.into_iter().filter(|&i| self.votes(i) == most).collect();
        let level = self.look_back(level, u64::max);
        Some(if let [one] = level[..] { Ok(one) } else { Err(level) })
    }

    fn pass_on(&mut self, option: usize) {
        let total = self.votes(option);
        let surplus = total - self.out.quota.unwrap_or(total);
        for bundle in self.bundles.iter_mut().filter(|b| b.holder == Some(option)) {
            let value = u128::from(bundle.value) * u128::from(surplus) / u128::from(total.max(1));
            bundle.value = u64::try_from(value).unwrap_or(bundle.value);
        }
        self.status[option] = Status::Elected { passed_on: true };
        self.note(|round| round.surplus = Some(option));
        self.hand_over(|holder| holder == Some(option));
    }

    /// Whom to exclude; those of whom only a lot could say.
    fn lowest(&self) -> Result<Vec<usize>, Vec<usize>> {
        let mut order = self.hopeful();
        order.sort_by_key(|&i| self.votes(i));
        let least = order.first().map_or(0, |&i| self.votes(i));
        let (level, above): (Vec<_>, Vec<_>) = order.into_iter().partition(|&i| self.votes(i) == least);
        let together = u64::try_from(level.len()).unwrap_or(u64::MAX).saturating_mul(least);
        let left = self.seats - self.out.elected.len();
        if level.len() == 1 || above.len() >= left && above.first().is_some_and(|&i| together < self.votes(i))
        {
            return Ok(level);
        }
        let level = self.look_back(level, u64::min);
        if level.len() == 1 { Ok(level) } else { Err(level) }
    }

    fn exclude(&mut self, options: &[usize]) {
        for &option in options {
            self.status[option] = Status::Excluded;
        }
        self.note(|round| round.excluded = options.to_vec());
        self.hand_over(|holder| holder.is_some_and(|holder| options.contains(&holder)));
    }

    /// Follows every way in which a tie can fall.
    fn follow(self, level: &[usize], search: &mut Search, go: impl Fn(&mut Self, usize)) -> Rounds {
        let state = self.out.quota.is_none().then(|| self.standing());
        if let Some((elected, tied)) = state.as_ref().and_then(|state| search.known.get(state)).cloned() {
            return Rounds { elected, tied, ..self.out };
        }
        // The first of all ways is the one whose rounds are shown where the winner is the same in all.
        let mut ways = level.iter().map(|&option| {
            let mut course = self.clone();
            go(&mut course, option);
            course.settle(search)
        });
        let Some(first) = ways.next() else { return self.out };
        let mut elected = first.elected.clone();
        let mut possible: Vec<usize> = elected.iter().chain(&first.tied).copied().collect();
        for way in ways {
            possible.extend(way.elected.iter().chain(&way.tied));
            elected.retain(|option| way.elected.contains(option));
        }
        possible.sort_unstable();
        possible.dedup();
        possible.retain(|option| !elected.contains(option));
        if let Some(state) = state {
            search.known.insert(state, (elected.clone(), possible.clone()));
        }
        if possible.is_empty() {
            return first;
        }
        Rounds { elected, tied: possible, ..self.out }
    }

    /// Who is in the race, each with their place when the latest round in which two differ orders them.
    fn standing(&self) -> Vec<Option<usize>> {
        let record = |i: usize| self.out.rounds.iter().rev().map(move |r| r.votes[i]).collect::<Vec<_>>();
        let hopeful = self.hopeful();
        let mut records: Vec<_> = hopeful.iter().map(|&i| record(i)).collect();
        records.sort_unstable();
        records.dedup();
        let place = |i: usize| records.binary_search(&record(i)).ok();
        (0..self.status.len()).map(|i| if hopeful.contains(&i) { place(i) } else { None }).collect()
    }
}
