//! The result of a count in rounds, and explanations of it: where votes were transferred from, why options were excluded.

use super::{Moves, carry, moved};

/// The value of one ballot. Votes are counted in hundred-thousandths, since transfers are cut to 5 decimals.
pub const UNIT: u64 = 100_000;

/// The result of a count in rounds. Options are given by their index in the poll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rounds {
    /// The quota of a single transferable vote, in [`UNIT`]s; `None` in a run-off.
    pub quota: Option<u64>,
    /// The rounds, up to the last seat or to a tie that only a lot could break.
    pub rounds: Vec<Round>,
    /// The options that are elected whatever lots would decide, in the order of their election.
    pub elected: Vec<usize>,
    /// The options whose election only a lot could decide, in ascending order.
    pub tied: Vec<usize>,
}

/// One round of a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The votes of each option, in [`UNIT`]s; `None` from the round after its exclusion on.
    pub votes: Vec<Option<u64>>,
    /// The value of the ballots that are exhausted: all options they rank are elected or excluded. In [`UNIT`]s.
    pub exhausted: u64,
    /// The options elected in this round.
    pub elected: Vec<usize>,
    /// The option whose surplus is transferred after this round.
    pub surplus: Option<usize>,
    /// The options excluded after this round.
    pub excluded: Vec<usize>,
}

/// Where the votes that were transferred between two rounds came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// From these options, which were excluded: all of their votes.
    Excluded(&'a [usize]),
    /// From this option, which was elected: its surplus over the quota.
    Surplus(usize),
}

/// Why an option was excluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It had the fewest votes.
    Fewest,
    /// These options had equally few votes, and more in the last round in which they differed from it.
    Earlier(Vec<usize>),
    /// These options had as many votes in every round, and the result is the same whichever of them is excluded.
    Same(Vec<usize>),
}

impl Rounds {
    /// The same result after options were reordered, removed or added; `options` is their new number.
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

    fn votes(&self, round: usize, option: usize) -> Option<u64> {
        *self.rounds.get(round)?.votes.get(option)?
    }

    /// Where the votes transferred before this round came from; `None` for the first round.
    pub fn origin(&self, round: usize) -> Option<Origin<'_>> {
        let before = self.rounds.get(round.checked_sub(1)?)?;
        Some(before.surplus.map_or(Origin::Excluded(&before.excluded), Origin::Surplus))
    }

    /// The votes that were transferred to an option before this round, in [`UNIT`]s.
    pub fn gained(&self, round: usize, option: usize) -> u64 {
        let before = round.checked_sub(1).and_then(|before| self.votes(before, option));
        let now = self.votes(round, option);
        now.zip(before).map_or(0, |(now, before)| now.saturating_sub(before))
    }

    /// The votes that were exhausted before this round, in [`UNIT`]s.
    pub fn lost(&self, round: usize) -> u64 {
        let exhausted = |round: usize| self.rounds.get(round).map(|round| round.exhausted);
        let before = round.checked_sub(1).and_then(exhausted);
        exhausted(round).zip(before).map_or(0, |(now, before)| now.saturating_sub(before))
    }

    /// Whether any ballot was exhausted.
    pub fn exhausts(&self) -> bool {
        self.rounds.iter().any(|round| round.exhausted > 0)
    }

    /// The votes that an option needed to be elected in this round, in [`UNIT`]s: the quota, or a majority of the votes that
    /// were not exhausted.
    pub fn needed(&self, round: usize) -> u64 {
        let standing = |round: &Round| round.votes.iter().flatten().sum::<u64>();
        let half = || self.rounds.get(round).map_or(0, standing) / 2;
        self.quota.unwrap_or_else(|| (half() / UNIT + 1) * UNIT)
    }

    /// The last round in which an option had votes recorded, before its exclusion or the end.
    pub fn last(&self, option: usize) -> Option<usize> {
        (0..self.rounds.len()).rev().find(|&round| self.votes(round, option).is_some())
    }

    /// Why the options excluded after this round were.
    pub fn why(&self, round: usize) -> Why {
        let out = self.rounds.get(round).and_then(|now| Some((now, *now.excluded.first()?)));
        let Some((now, out)) = out else { return Why::Fewest };
        let level = |option: &usize| now.votes[*option] == now.votes[out] && !now.excluded.contains(option);
        let level: Vec<usize> = (0..now.votes.len()).filter(level).collect();
        let same = |&option: &usize| (0..round).all(|r| self.votes(r, option) == self.votes(r, out));
        let equal: Vec<usize> = level.iter().copied().filter(same).collect();
        match (level.is_empty(), equal.is_empty()) {
            (true, _) => Why::Fewest,
            (false, true) => Why::Earlier(level),
            (false, false) => Why::Same(equal),
        }
    }
}
