//! Counting all ballots of a ranked poll at once: in rounds (instant run-off, single transferable vote) or in pairs
//! (Schulze).
//!
//! Options are given by their index in the poll. The result does not depend on the order in which ballots came, which is
//! not an input. Nothing is decided by lot: where only a lot could decide, a tie is reported.

mod pairs;
mod rounds;
mod story;

use std::collections::BTreeMap;

pub use pairs::{Pairs, schulze};
pub use rounds::{run_off, stv};
pub use story::{Origin, Round, Rounds, UNIT, Why};

/// A ballot: the indices of options, the first preference first, each at most once. Options left out are ranked below all
/// others.
pub type Ranking = Vec<u8>;

/// How many ballots have each ranking. Ballots without a ranking are left out.
pub type Profile = BTreeMap<Ranking, u32>;

/// New indices of options, by old index; `None` for an option that was removed.
pub type Moves = [Option<usize>];

/// Copies each option's entry in `from` to the option's new index in `into`.
pub fn carry<T: Clone>(into: &mut [T], from: &[T], to: &Moves) {
    for (known, to) in from.iter().zip(to) {
        if let Some(slot) = to.and_then(|at| into.get_mut(at)) {
            slot.clone_from(known);
        }
    }
}

/// The new indices of these options, without those that were removed.
fn moved(places: &[usize], to: &Moves) -> Vec<usize> {
    places.iter().filter_map(|at| *to.get(*at)?).collect()
}
