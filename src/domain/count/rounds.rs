//! Counting in rounds: instant run-off for one seat, the single transferable vote for several.
//!
//! Where the rules would draw a lot, the count is continued with each outcome of the lot. Options elected in all of them are
//! elected; those elected in some of them only are reported as tied.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::Profile;
use super::story::{Round, Rounds, UNIT};

/// What a count may cost before it gives up trying each outcome of a lot, and reports a tie. A round costs 1 per bundle of
/// ballots and [`OPTION_COST`] per option.
const BUDGET: usize = 20_000_000;

/// What an option adds to the cost of a round.
const OPTION_COST: usize = 16;

/// All positions in [`Search::known`] together have at most this many bundles, which take some 50 MB.
const MAX_KEPT: usize = 2_000_000;

/// Instant run-off. An option with more than half of the ballots that are not exhausted wins. Otherwise the option with the
/// fewest votes is excluded; only options without any vote are excluded together. Of several with the fewest votes, the one
/// that had the fewest in the last round in which they differed is excluded; where they never differed, a lot would decide.
pub fn run_off(options: usize, profile: &Profile) -> Rounds {
    Course::new(options, profile, None).count()
}

/// The single transferable vote, by the rules of Scottish local elections (SSI 2007/42). The quota is Droop's. The largest
/// surplus is transferred first, each ballot at the value `value × surplus ÷ votes`, cut to 5 decimals (rules 48 and 49).
/// Without a surplus, the option with the fewest votes is excluded (rule 50), and options without any vote together. When no
/// more options are left than seats, all of them are elected. Of several options with equal votes, the last round in which
/// they differed decides (rules 49 and 51); where they never differed, a lot would decide.
pub fn stv(options: usize, profile: &Profile, seats: u32) -> Rounds {
    Course::new(options, profile, Some(seats.max(1))).count()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Status {
    Hopeful,
    Elected { passed_on: bool },
    Excluded,
}

/// All ballots with the same ranking.
#[derive(Clone, Debug)]
struct Bundle<'a> {
    ranking: &'a [u8],
    ballots: u64,
    /// What each of the ballots is worth now, in [`UNIT`]s.
    value: u64,
    holder: Option<usize>,
}

/// Everything on which the rest of a count depends.
#[derive(PartialEq, Eq, Hash)]
struct Position {
    /// Each option's status, and its rank by the votes in all rounds so far, the latest round first.
    options: Vec<(Status, usize)>,
    /// The value and the holder of each bundle; empty in a run-off, where they follow from `options`.
    bundles: Vec<(u64, Option<usize>)>,
    /// The votes of each option in each round, where some of the rounds are uncertain; else empty.
    records: Vec<Vec<Option<u64>>>,
}

/// The options that a count elects, and those that it leaves tied.
type Decided = (Vec<usize>, Vec<usize>);

/// What all branches of a count share.
#[derive(Default)]
struct Search {
    /// What all rounds so far have cost; see [`BUDGET`].
    spent: usize,
    /// Results by position, since different lots often lead to the same position.
    known: HashMap<Position, Decided>,
    /// How many bundles `known` has.
    kept: usize,
}

/// A count in progress.
#[derive(Clone)]
struct Course<'a> {
    bundles: Vec<Bundle<'a>>,
    status: Vec<Status>,
    seats: usize,
    out: Rounds,
    /// Rounds whose votes depend on lots, which were not tried out because they should not change the result. Where the result
    /// does depend on the votes of such a round, this count is given up.
    uncertain: Vec<Range<usize>>,
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
            uncertain: Vec::new(),
        };
        course.hand_over(|_| true);
        course
    }

    fn hopeful(&self) -> Vec<usize> {
        (0..self.status.len()).filter(|&i| self.status[i] == Status::Hopeful).collect()
    }

    /// Hands each bundle whose holder meets `from` to its highest preference among the options that are neither elected nor
    /// excluded.
    fn hand_over(&mut self, from: impl Fn(Option<usize>) -> bool) {
        let status = &self.status;
        for bundle in self.bundles.iter_mut().filter(|b| from(b.holder)) {
            let race = |&&place: &&u8| status.get(usize::from(place)) == Some(&Status::Hopeful);
            bundle.holder = bundle.ranking.iter().find(race).map(|&place| place.into());
        }
    }

    /// Opens the next round: records how many votes each option has, and what that cost.
    fn open_round(&mut self, search: &mut Search) {
        search.spent += self.bundles.len() + OPTION_COST * self.status.len();
        let mut totals = vec![0; self.status.len()];
        let mut exhausted = 0;
        for bundle in &self.bundles {
            *bundle.holder.map_or(&mut exhausted, |holder| &mut totals[holder]) +=
                bundle.ballots * bundle.value;
        }
        let stands = |(total, status): (u64, &Status)| match status {
            Status::Hopeful => Some(total),
            // An option whose surplus was transferred keeps the quota.
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

    /// Changes the record of the current round.
    fn note(&mut self, write: impl FnOnce(&mut Round)) {
        if let Some(round) = self.out.rounds.last_mut() {
            write(round);
        }
    }

    fn votes(&self, option: usize) -> u64 {
        self.out.rounds.last().and_then(|r| r.votes[option]).unwrap_or_default()
    }

    /// Narrows a tie: keeps those of the `level` options that had the `best` number of votes in the last round in which they
    /// differed, and so on with the rounds before. `None` where the votes of an uncertain round would decide.
    fn break_tie(&self, mut level: Vec<usize>, best: fn(u64, u64) -> u64) -> Option<Vec<usize>> {
        for (at, round) in self.out.rounds.iter().enumerate().rev().skip(1) {
            if level.len() == 1 {
                break;
            }
            if let Some(uncertain) = self.uncertain.iter().find(|uncertain| uncertain.contains(&at)) {
                let [before, after] =
                    [uncertain.start - 1, uncertain.end].map(|at| &self.out.rounds[at].votes);
                if level.iter().any(|&i| before[i] != after[i]) {
                    return None;
                }
                continue;
            }
            let then = |i: usize| round.votes[i].unwrap_or_default();
            if let Some(mark) = level.iter().map(|&i| then(i)).reduce(best) {
                level.retain(|&i| then(i) == mark);
            }
        }
        Some(level)
    }

    fn count(self) -> Rounds {
        if self.bundles.is_empty() {
            return self.out;
        }
        // Without uncertain rounds, there is always a result.
        self.settle(&mut Search::default()).unwrap_or_default()
    }

    /// Counts to the end. `None` where there are uncertain rounds, and either the result depends on one of them, or half of the
    /// budget is spent.
    fn settle(mut self, search: &mut Search) -> Option<Rounds> {
        loop {
            self.open_round(search);
            if !self.uncertain.is_empty() && search.spent > BUDGET / 2 {
                return None;
            }
            if search.spent > BUDGET {
                self.out.tied = self.hopeful();
                return Some(self.out);
            }
            if self.elect() {
                return Some(self.out);
            }
            if self.out.quota.is_some() {
                match self.surplus()? {
                    None => {}
                    Some(Ok(option)) => {
                        self.pass_on(option);
                        continue;
                    }
                    Some(Err(level)) => {
                        let branch = |course: &mut Self, option| course.pass_on(option);
                        return self.try_each(&level, search, branch);
                    }
                }
            }
            let (voted, voteless): (Vec<_>, Vec<_>) =
                self.hopeful().into_iter().partition(|&i| self.votes(i) > 0);
            // No more votes will be transferred, so lots alone would decide who of the voteless gets the seats that are left.
            if voted.len() < self.seats - self.out.elected.len() {
                self.seat(voted);
                self.out.tied = voteless;
                return Some(self.out);
            }
            if !voteless.is_empty() {
                self.exclude(&voteless);
                continue;
            }
            match self.lowest()? {
                Ok(lowest) => self.exclude(&[lowest]),
                Err(level) => {
                    let losers = self.sure_losers();
                    if let Some(settled) =
                        losers.and_then(|losers| self.clone().exclude_sure_losers(losers, search))
                    {
                        return Some(settled);
                    }
                    return self.try_each(&level, search, |course, option| course.exclude(&[option]));
                }
            }
        }
    }

    /// Elects the options that reach the quota or the majority, or all where no more are left than seats. Returns whether the
    /// count is over.
    fn elect(&mut self) -> bool {
        let hopeful = self.hopeful();
        let left = self.seats - self.out.elected.len();
        let standing: u64 = hopeful.iter().map(|&i| self.votes(i)).sum();
        let reaches = |votes: u64| match self.out.quota {
            Some(quota) => votes >= quota,
            None => votes * 2 > standing,
        };
        let elected: Vec<usize> = if hopeful.len() <= left {
            hopeful
        } else {
            hopeful.into_iter().filter(|&i| reaches(self.votes(i))).collect()
        };
        self.seat(elected);
        self.out.elected.len() >= self.seats || self.hopeful().is_empty()
    }

    /// Elects these options, in descending order of their votes.
    fn seat(&mut self, mut elected: Vec<usize>) {
        elected.sort_by_key(|&i| Reverse(self.votes(i)));
        for &option in &elected {
            self.status[option] = Status::Elected { passed_on: false };
        }
        self.out.elected.extend(&elected);
        self.note(|round| round.elected = elected);
    }

    /// The option whose surplus is transferred next, or `Some(None)` if there is no surplus. The error has the options of which
    /// only a lot could choose one. `None` where the votes of an uncertain round would decide.
    #[expect(clippy::option_option)] // both have a meaning
    fn surplus(&self) -> Option<Option<Result<usize, Vec<usize>>>> {
        let quota = self.out.quota?;
        let over =
            |i: &usize| self.status[*i] == Status::Elected { passed_on: false } && self.votes(*i) > quota;
        let over: Vec<usize> = (0..self.status.len()).filter(over).collect();
        let Some(most) = over.iter().map(|&i| self.votes(i)).max() else { return Some(None) };
        let level = over.into_iter().filter(|&i| self.votes(i) == most).collect();
        let level = self.break_tie(level, u64::max)?;
        Some(Some(if let [one] = level[..] { Ok(one) } else { Err(level) }))
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

    /// The option to exclude. The error has the options of which only a lot could choose one. `None` where the votes of an
    /// uncertain round would decide.
    fn lowest(&self) -> Option<Result<usize, Vec<usize>>> {
        let hopeful = self.hopeful();
        let least = hopeful.iter().map(|&i| self.votes(i)).min().unwrap_or_default();
        let level = hopeful.into_iter().filter(|&i| self.votes(i) == least).collect();
        let level = self.break_tie(level, u64::min)?;
        Some(if let [one] = level[..] { Ok(one) } else { Err(level) })
    }

    /// How many of the options with the fewest votes are sure losers: together they have fewer votes than any other option, and
    /// the others are enough to fill the seats. In whatever order, all of them will be excluded before any other option.
    fn sure_losers(&self) -> Option<usize> {
        let mut votes: Vec<u64> = self.hopeful().into_iter().map(|i| self.votes(i)).collect();
        votes.sort_unstable();
        let left = self.seats - self.out.elected.len();
        let mut together = 0;
        let is_cut = |&(n, &next): &(usize, &u64)| {
            let is_cut = n > 1 && together < next && votes.len() - n >= left;
            together += next;
            is_cut
        };
        votes.iter().enumerate().find(is_cut).map(|(n, _)| n)
    }

    /// Excludes this many sure losers without trying each order, and counts to the end. They are excluded in one of the orders
    /// that lots could give, and the rounds between are marked as uncertain, since their votes depend on the order. `None`
    /// where the result would depend on such a round.
    fn exclude_sure_losers(mut self, losers: usize, search: &mut Search) -> Option<Rounds> {
        let left = self.seats - self.out.elected.len();
        let uncertain = self.out.rounds.len();
        for n in 1..=losers {
            let lowest = self.lowest()?.unwrap_or_else(|level| level[0]);
            self.exclude(&[lowest]);
            if n == losers {
                break;
            }
            self.open_round(search);
            // An option that wins the last seat now wins it in every order.
            let over = self.elect();
            if over && left == 1 {
                return Some(self.out);
            }
            if self.out.elected.len() + left > self.seats {
                return None;
            }
        }
        if let Some(quota) = self.out.quota.filter(|_| left > 1) {
            // The order would decide when an option reaches the quota, and how large its surplus is.
            let mut last = self.clone();
            last.open_round(search);
            if last.hopeful().into_iter().any(|i| last.votes(i) >= quota) {
                return None;
            }
        }
        self.uncertain.push(uncertain..self.out.rounds.len());
        self.settle(search)
    }

    fn exclude(&mut self, options: &[usize]) {
        for &option in options {
            self.status[option] = Status::Excluded;
        }
        self.note(|round| round.excluded = options.to_vec());
        self.hand_over(|holder| holder.is_some_and(|holder| options.contains(&holder)));
    }

    /// Continues the count once for each option that a lot could choose, with `go` done to that option, and combines the results.
    fn try_each(self, level: &[usize], search: &mut Search, go: impl Fn(&mut Self, usize)) -> Option<Rounds> {
        let position = self.position();
        if let Some((elected, tied)) = search.known.get(&position).cloned() {
            return Some(Rounds { elected, tied, ..self.out });
        }
        // Where all outcomes elect the same options, the rounds of the first are shown.
        let mut ways = level.iter().map(|&option| {
            let mut course = self.clone();
            go(&mut course, option);
            course.settle(search)
        });
        let first = ways.next()??;
        let mut elected = first.elected.clone();
        let mut possible: Vec<usize> = elected.iter().chain(&first.tied).copied().collect();
        for way in ways {
            let way = way?;
            possible.extend(way.elected.iter().chain(&way.tied));
            elected.retain(|option| way.elected.contains(option));
        }
        possible.sort_unstable();
        possible.dedup();
        possible.retain(|option| !elected.contains(option));
        if search.kept < MAX_KEPT {
            search.kept += position.bundles.len();
            search.known.insert(position, (elected.clone(), possible.clone()));
        }
        if possible.is_empty() {
            return Some(first);
        }
        Some(Rounds { elected, tied: possible, ..self.out })
    }

    fn position(&self) -> Position {
        let is_uncertain = |at: usize| self.uncertain.iter().any(|uncertain| uncertain.contains(&at));
        let record = |i: usize| {
            let rounds = self.out.rounds.iter().enumerate().rev();
            rounds.map(|(at, round)| round.votes[i].filter(|_| !is_uncertain(at))).collect::<Vec<_>>()
        };
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
        Position {
            options: (0..self.status.len()).map(place).collect(),
            bundles: bundles.map(|bundle| (bundle.value, bundle.holder)).collect(),
            records: if self.uncertain.is_empty() { Vec::new() } else { records },
        }
    }
}
