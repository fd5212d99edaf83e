//! What happened from one round of a count to the next, for whoever reads it.

use super::rounds::{Rounds, UNIT};

/// Whose votes moved on between two rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// All that these had, who are out.
    Excluded(&'a [usize]),
    /// What this one had beyond the quota.
    Surplus(usize),
}

/// Why somebody is out, of those who stood lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody had as few votes.
    Fewest,
    /// Others had as few, and more of them in earlier rounds.
    Earlier,
    /// Others had as few, and the result is the same whoever goes.
    Same,
}

impl Rounds {
    fn votes(&self, round: usize, option: usize) -> Option<u64> {
        *self.rounds.get(round)?.votes.get(option)?
    }

    /// Whose votes moved on before this round; nobody's before the first.
    pub fn origin(&self, round: usize) -> Option<Origin<'_>> {
        let before = self.rounds.get(round.checked_sub(1)?)?;
        Some(before.surplus.map_or(Origin::Excluded(&before.excluded), Origin::Surplus))
    }

    /// What an option got of them, in [`UNIT`]s.
    pub fn gained(&self, round: usize, option: usize) -> u64 {
        let before = round.checked_sub(1).and_then(|before| self.votes(before, option));
        let now = self.votes(round, option);
        now.zip(before).map_or(0, |(now, before)| now.saturating_sub(before))
    }

    /// What of them stands for nobody any more, in [`UNIT`]s.
    pub fn lost(&self, round: usize) -> u64 {
        let exhausted = |round: usize| self.rounds.get(round).map(|round| round.exhausted);
        let before = round.checked_sub(1).and_then(exhausted);
        exhausted(round).zip(before).map_or(0, |(now, before)| now.saturating_sub(before))
    }

    /// Whether there are votes that stand for nobody any more.
    pub fn exhausts(&self) -> bool {
        self.rounds.iter().any(|round| round.exhausted > 0)
    }

    /// What it takes to be elected in this round, in [`UNIT`]s: the quota, or more than half of the votes that stand.
    pub fn needed(&self, round: usize) -> u64 {
        let standing = |round: &super::Round| round.votes.iter().flatten().sum::<u64>();
        let half = || self.rounds.get(round).map_or(0, standing) / 2;
        self.quota.unwrap_or_else(|| (half() / UNIT + 1) * UNIT)
    }

    /// The last round in which an option stood.
    pub fn last(&self, option: usize) -> Option<usize> {
        (0..self.rounds.len()).rev().find(|&round| self.votes(round, option).is_some())
    }

    /// Those who were level in a round with somebody who went out after it, and stayed.
    pub fn level(&self, round: usize) -> Vec<usize> {
        let Some(now) = self.rounds.get(round) else { return Vec::new() };
        let Some(least) = now.excluded.first().and_then(|&out| self.votes(round, out)) else {
            return Vec::new();
        };
        let level =
            |option: &usize| self.votes(round, *option) == Some(least) && !now.excluded.contains(option);
        (0..now.votes.len()).filter(level).collect()
    }

    /// Why those who went out after this round did.
    pub fn why(&self, round: usize) -> Why {
        let out = self.rounds.get(round).and_then(|now| now.excluded.first().copied());
        let (Some(out), level) = (out, self.level(round)) else { return Why::Fewest };
        let differed = |&other: &usize| (0..round).any(|r| self.votes(r, other) != self.votes(r, out));
        match level.iter().all(differed) {
            _ if level.is_empty() => Why::Fewest,
            true => Why::Earlier,
            false => Why::Same,
        }
    }
}
