//! The published rules, followed word for word over single ballots, to compare the counts with: slow, without any of the
//! counts' shortcuts. Options are excluded one at a time, even those without a vote, and each outcome of a lot is tried.

use std::collections::BTreeSet;

use super::Ranking;

/// The value of a ballot that was never part of a surplus: SSI 2007/42 cuts values to 5 decimals.
const WHOLE: u64 = 100_000;

#[derive(Clone)]
struct Paper {
    order: Ranking,
    value: u64,
}

#[derive(Clone)]
struct Counting {
    /// The ballots that each option holds.
    held: Vec<Vec<Paper>>,
    continuing: BTreeSet<usize>,
    elected: Vec<usize>,
    surpluses: BTreeSet<usize>,
    /// Votes of each option at each stage, this one included.
    stages: Vec<Vec<u64>>,
}

impl Counting {
    fn first(options: usize, ballots: &[Ranking]) -> Self {
        let mut counting = Self {
            held: vec![Vec::new(); options],
            continuing: (0..options).collect(),
            elected: Vec::new(),
            surpluses: BTreeSet::new(),
            stages: Vec::new(),
        };
        let papers = ballots.iter().map(|order| Paper { order: order.clone(), value: WHOLE }).collect();
        counting.transfer(papers);
        counting
    }

    fn transfer(&mut self, papers: Vec<Paper>) {
        for paper in papers {
            let next = paper.order.iter().map(|&i| usize::from(i)).find(|i| self.continuing.contains(i));
            if let Some(next) = next {
                self.held[next].push(paper);
            }
        }
    }

    fn credited(&self) -> Vec<u64> {
        self.held.iter().map(|papers| papers.iter().map(|paper| paper.value).sum()).collect()
    }

    /// The next stages after an option with the fewest of these votes was excluded: one for each outcome of a lot.
    fn without_the_last(&self, votes: &[u64]) -> Vec<Self> {
        let fewest = self.continuing.iter().map(|&i| votes[i]).min();
        let level = self.continuing.iter().copied().filter(|&i| Some(votes[i]) == fewest).collect();
        let exclude = |out: usize| {
            let mut next = self.clone();
            next.continuing.remove(&out);
            let papers = std::mem::take(&mut next.held[out]);
            next.transfer(papers);
            next
        };
        self.earlier(level, false).into_iter().map(exclude).collect()
    }

    /// Narrows a tie: keeps those with the most votes, or else the fewest, at the last stage at which they were unequal. Repeats
    /// this until all that are left were equal at every stage.
    fn earlier(&self, mut level: Vec<usize>, most: bool) -> Vec<usize> {
        while let Some(unequal) =
            self.stages.iter().rev().find(|votes| level.iter().any(|&i| votes[i] != votes[level[0]]))
        {
            let votes = level.iter().map(|&i| unequal[i]);
            let mark = if most { votes.max() } else { votes.min() };
            level.retain(|&i| Some(unequal[i]) == mark);
        }
        level
    }
}

/// The options that are elected whatever lots decide, and those that are elected by some lots only.
fn summed(ways: &BTreeSet<BTreeSet<usize>>) -> (Vec<usize>, Vec<usize>) {
    let every = |option: &usize| ways.iter().all(|way| way.contains(option));
    let all: BTreeSet<usize> = ways.iter().flatten().copied().collect();
    all.into_iter().partition(every)
}

pub(super) fn run_off(options: usize, ballots: &[Ranking]) -> (Vec<usize>, Vec<usize>) {
    fn go(mut counting: Counting, ways: &mut BTreeSet<BTreeSet<usize>>) {
        let votes = counting.credited();
        counting.stages.push(votes.clone());
        let standing: u64 = counting.continuing.iter().map(|&i| votes[i]).sum();
        let winner =
            counting.continuing.iter().find(|&&i| votes[i] * 2 > standing || counting.continuing.len() == 1);
        if let Some(winner) = winner {
            ways.insert([*winner].into());
            return;
        }
        for next in counting.without_the_last(&votes) {
            go(next, ways);
        }
    }
    let mut ways = BTreeSet::new();
    if ballots.iter().any(|ballot| !ballot.is_empty()) {
        go(Counting::first(options, ballots), &mut ways);
    }
    summed(&ways)
}

pub(super) fn stv(options: usize, ballots: &[Ranking], seats: usize) -> (Vec<usize>, Vec<usize>) {
    fn go(mut counting: Counting, seats: usize, quota: u64, ways: &mut BTreeSet<BTreeSet<usize>>) {
        let mut votes = counting.credited();
        // An option whose surplus was transferred keeps the quota.
        for &i in counting.elected.iter().filter(|i| !counting.surpluses.contains(i)) {
            votes[i] = quota;
        }
        counting.stages.push(votes.clone());
        let fills = counting.elected.len() + counting.continuing.len() <= seats;
        let now: Vec<usize> =
            counting.continuing.iter().copied().filter(|&i| fills || votes[i] >= quota).collect();
        for i in now {
            counting.continuing.remove(&i);
            counting.elected.push(i);
            if votes[i] > quota {
                counting.surpluses.insert(i);
            }
        }
        if counting.elected.len() >= seats || counting.continuing.is_empty() {
            ways.insert(counting.elected.iter().copied().collect());
            return;
        }
        if let Some(greatest) = counting.surpluses.iter().map(|&i| votes[i]).max() {
            let level = counting.surpluses.iter().copied().filter(|&i| votes[i] == greatest).collect();
            for from in counting.earlier(level, true) {
                let mut next = counting.clone();
                next.surpluses.remove(&from);
                let mut papers = std::mem::take(&mut next.held[from]);
                for paper in &mut papers {
                    paper.value = paper.value * (greatest - quota) / greatest;
                }
                next.transfer(papers);
                go(next, seats, quota, ways);
            }
            return;
        }
        for next in counting.without_the_last(&votes) {
            go(next, seats, quota, ways);
        }
    }
    let papers = ballots.iter().filter(|ballot| !ballot.is_empty()).count();
    let quota = (papers / (seats + 1) + 1) as u64 * WHOLE;
    let mut ways = BTreeSet::new();
    if papers > 0 {
        go(Counting::first(options, ballots), seats, quota, &mut ways);
    }
    summed(&ways)
}
