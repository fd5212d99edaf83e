//! Counting all ballots of a ranked poll at once: in rounds (instant run-off, single transferable vote) or in pairs
//! (Schulze).
//!
//! Options are their places in the poll, 0 for the first. The order in which ballots came is not an input, so it never
//! matters; nothing here is decided by lot: what only a lot could decide is a tie, and reported as one.

mod pairs;
mod rounds;
mod story;

use std::collections::BTreeMap;

pub use pairs::{Pairs, schulze};
pub use rounds::{Round, Rounds, UNIT, run_off, stv};
pub use story::{Origin, Why};

/// A ballot's order: the place of the first preference first, each place at most once. Options left out are below all
/// others.
pub type Ranking = Vec<u8>;

/// How many ballots say each order. Ballots without any preference have no place in it.
pub type Profile = BTreeMap<Ranking, u32>;

/// Where options have gone: for each place before, the place now; nothing for an option that is no more.
pub type Moves = [Option<usize>];

/// Puts what is said of each option where that option is now.
pub fn carry<T: Clone>(into: &mut [T], from: &[T], to: &Moves) {
    for (known, to) in from.iter().zip(to) {
        if let Some(slot) = to.and_then(|at| into.get_mut(at)) {
            slot.clone_from(known);
        }
    }
}

/// Where these options are now.
fn moved(places: &[usize], to: &Moves) -> Vec<usize> {
    places.iter().filter_map(|at| *to.get(*at)?).collect()
}

#[cfg(test)]
mod tests;
