//! Counting in pairs: the Schulze method.

use super::{Moves, Profile, carry, moved};

/// The result of a count in pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// The matrix of pairwise preferences: how many ballots rank the row's option above the column's.
    pub preferred: Vec<Vec<u32>>,
    /// The options from the winner down; each inner list has those that are tied. Empty where there are no ballots.
    pub order: Vec<Vec<usize>>,
}

impl Pairs {
    /// The same result after options were reordered, removed or added; `options` is their new number.
    #[must_use]
    pub fn moved(&self, options: usize, to: &Moves) -> Self {
        let mut preferred = vec![vec![0; options]; options];
        for (row, to_row) in self.preferred.iter().zip(to) {
            if let Some(into) = to_row.and_then(|at| preferred.get_mut(at)) {
                carry(into, row, to);
            }
        }
        let level = |level: &Vec<usize>| {
            let mut level = moved(level, to);
            level.sort_unstable();
            level
        };
        Self { preferred, order: self.order.iter().map(level).collect() }
    }
}

/// The Schulze method (M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
/// single-winner election method", Social Choice and Welfare, 2011).
///
/// The strength of a pairwise victory is its winning votes: the number of ballots for the winner of the pair. Of two
/// victories with equally many, the paper ranks the one with fewer votes against it higher; here they are equally strong.
/// A path of victories is as strong as its weakest one, and an option is ranked above another if its strongest path to the
/// other is stronger than the strongest path back. Options that a ballot leaves out share its last rank.
pub fn schulze(options: usize, profile: &Profile) -> Pairs {
    let preferred = preferences(options, profile);
    if profile.keys().all(Vec::is_empty) {
        return Pairs { preferred, order: Vec::new() };
    }
    let mut paths: Vec<Vec<u32>> = (0..options)
        .map(|i| (0..options).map(|j| victory(preferred[i][j], preferred[j][i])).collect())
        .collect();
    for via in 0..options {
        let onward = paths[via].clone();
        for (i, row) in paths.iter_mut().enumerate().filter(|(i, _)| *i != via) {
            let there = row[via];
            for (j, path) in row.iter_mut().enumerate().filter(|(j, _)| *j != via && *j != i) {
                *path = (*path).max(there.min(onward[j]));
            }
        }
    }
    let mut left: Vec<usize> = (0..options).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        // No remaining option is ranked above these. The relation is transitive, so there is always at least one.
        let (top, rest): (Vec<_>, Vec<_>) =
            left.iter().partition(|&&i| left.iter().all(|&j| paths[j][i] <= paths[i][j]));
        if top.is_empty() {
            order.push(rest);
            break;
        }
        order.push(top);
        left = rest;
    }
    Pairs { preferred, order }
}

fn victory(ours: u32, theirs: u32) -> u32 {
    if ours > theirs { ours } else { 0 }
}

fn preferences(options: usize, profile: &Profile) -> Vec<Vec<u32>> {
    let mut preferred = vec![vec![0; options]; options];
    for (ranking, ballots) in profile {
        let mut below = vec![true; options];
        for &place in ranking {
            let above = usize::from(place);
            let Some(row) = preferred.get_mut(above) else { continue };
            below[above] = false;
            for (n, _) in row.iter_mut().zip(&below).filter(|(_, below)| **below) {
                *n += ballots;
            }
        }
    }
    preferred
}
