//! Counting in rounds: instant run-off for one seat, the single transferable vote for several.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Moves, Profile, carry, moved};

/// One ballot, in the unit in which votes are counted: transfers are cut to 5 decimals.
pub const UNIT: u64 = 100_000;

/// How much is looked at before the count gives up following every branch of a tie and reports the tie: a round is as many
/// looks as it has bundles of ballots, and [`OPTION`] an option.
const PATIENCE: usize = 20_000_000;

/// What a round costs an option, in looks at a bundle.
const OPTION: usize = 16;

/// Bundles that are kept in what is known of states that come again, at most: some 50 MB.
const KEPT: usize = 2_000_000;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// All that the rest of a count depends on.
#[derive(PartialEq, Eq, Hash)]
struct Standing {
    /// Each option, with its place when the latest round in which two differ orders them.
    options: Vec<(Status, usize)>,
    /// What a ballot of each bundle is worth and where it lies; in a run-off the options tell.
    bundles: Vec<(u64, Option<usize>)>,
}

/// What becomes of a count: who is elected, and who is tied.
type Fate = (Vec<usize>, Vec<usize>);

/// What is shared by all branches of a count.
#[derive(Default)]
struct Search {
    looked: usize,
    known: HashMap<Standing, Fate>,
    /// Bundles in what is known.
    kept: usize,
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
            search.looked += self.bundles.len() + OPTION * self.status.len();
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
            let hopeful = self.hopeful();
            // No vote is on its way to any of them, whatever a lot says of the others.
            if hopeful.iter().all(|&i| self.votes(i) == 0) {
                self.out.tied = hopeful;
                return self.out;
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
        let level = order.partition_point(|&i| self.votes(i) == self.votes(order[0]));
        if level == 1 || self.are_behind(&order, level) {
            return Ok(order[..level].to_vec());
        }
        let lowest = self.look_back(order[..level].to_vec(), u64::min);
        if lowest.len() == 1 {
            return Ok(lowest);
        }
        // Before every way is followed: those who are out whoever goes first.
        match (level + 1..order.len()).find(|&n| self.are_behind(&order, n)) {
            Some(n) => Ok(order[..n].to_vec()),
            None => Err(lowest),
        }
    }

    /// Whether the first `n` of these, who stand from the lowest up, can go together: all their votes would not bring one of
    /// them level with the next, and enough are left for the seats.
    fn are_behind(&self, order: &[usize], n: usize) -> bool {
        let together: u64 = order[..n].iter().map(|&i| self.votes(i)).sum();
        let left = self.seats - self.out.elected.len();
        order.len() - n >= left && order.get(n).is_some_and(|&next| together < self.votes(next))
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
        let standing = self.standing();
        if let Some((elected, tied)) = search.known.get(&standing).cloned() {
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
        if search.kept < KEPT {
            search.kept += standing.bundles.len();
            search.known.insert(standing, (elected.clone(), possible.clone()));
        }
        if possible.is_empty() {
            return first;
        }
        Rounds { elected, tied: possible, ..self.out }
    }

    fn standing(&self) -> Standing {
        let record = |i: usize| self.out.rounds.iter().rev().map(move |r| r.votes[i]).collect::<Vec<_>>();
        let in_play =
            |i: &usize| matches!(self.status[*i], Status::Hopeful | Status::Elected { passed_on: false });
        let mut records: Vec<_> = (0..self.status.len()).filter(in_play).map(record).collect();
        records.sort_unstable();
        records.dedup();
        let place = |i: usize| {
            let place = if in_play(&i) { records.binary_search(&record(i)).ok() } else { None };
            (self.status[i], place.unwrap_or_default())
        };
        let bundles = self.bundles.iter().filter(|_| self.out.quota.is_some());
        Standing {
            options: (0..self.status.len()).map(place).collect(),
            bundles: bundles.map(|bundle| (bundle.value, bundle.holder)).collect(),
        }
    }
}
