//! The outcome of a round of a count in words.

use crate::domain::count::{Rounds, UNIT, Why};
use crate::words::Words;

/// The outcome of a round in a sentence or two.
pub(super) fn outcome(words: &Words, names: &[String], rounds: &Rounds, at: usize) -> String {
    let Some(round) = rounds.rounds.get(at) else { return String::new() };
    let name = |at: &usize| names.get(*at).cloned().unwrap_or_default();
    let all = |places: &[usize]| places.iter().map(name).collect::<Vec<_>>();
    let count = |places: &[usize]| u32::try_from(places.len()).unwrap_or(u32::MAX);
    let mut said = Vec::new();
    let reaches = |option: &&usize| round.votes[**option].is_some_and(|votes| votes >= rounds.needed(at));
    let (enough, fewer): (Vec<usize>, Vec<usize>) = round.elected.iter().partition(reaches);
    let one_seat = rounds.quota.is_none();
    if !enough.is_empty() {
        let who = all(&enough);
        said.push(if one_seat {
            words.wins_by_majority(&who)
        } else {
            words.elected_by_quota(count(&enough), &who)
        });
    }
    if !fewer.is_empty() {
        let who = all(&fewer);
        said.push(if one_seat {
            words.wins_as_last(&who)
        } else {
            words.elected_as_left(count(&fewer), &who)
        });
    }
    if let Some(from) = round.surplus {
        said.push(words.surplus_goes_on(&name(&from)));
    }
    if !round.excluded.is_empty() {
        let (who, n) = (all(&round.excluded), count(&round.excluded));
        said.push(match rounds.why(at) {
            Why::Fewest => words.out_fewest(n, &who),
            Why::Earlier(level) => words.out_earlier(n, &who, &all(&level)),
            Why::Same(level) => words.out_same(n, &who, &all(&level)),
        });
    }
    if at + 1 == rounds.rounds.len() && !rounds.tied.is_empty() {
        said.push(words.lot_decides(&all(&rounds.tied)));
    }
    words.sentences(said)
}

/// The number of a round, by its index.
pub(super) fn nth(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// A number of votes, which may be fractions after transfers: `12`, `4.29`.
pub(super) fn number(words: &Words, units: u64) -> String {
    match whole(units) {
        Some(votes) => words.number(votes),
        None => words.hundredths(i64::try_from(units / (UNIT / 100)).unwrap_or(i64::MAX)),
    }
}

/// A whole number of votes; `None` if they have a fraction of a hundredth or more.
pub(super) fn whole(units: u64) -> Option<u32> {
    (units % UNIT / (UNIT / 100) == 0).then(|| u32::try_from(units / UNIT).unwrap_or(u32::MAX))
}
