//! Counting all ballots of a ranked poll at once: in rounds (instant run-off, single transferable vote) or in pairs
//! (Schulze).
//!
//! Options are their places in the poll, 0 for the first. The order in which ballots came is not an input, so it never
//! matters; nothing here is decided by lot: what only a lot could decide is a tie, and reported as one.

mod pairs;
mod rounds;

use std::collections::BTreeMap;

pub use pairs::{Pairs, schulze};
pub use rounds::{Round, Rounds, UNIT, run_off, stv};

/// A ballot's order: the place of the first preference first, each place at most once. Options left out are below all
/// others.
pub type Ranking = Vec<u8>;

/// How many ballots say each order. Ballots without any preference have no place in it.
pub type Profile = BTreeMap<Ranking, u32>;

#[cfg(test)]
mod tests;
