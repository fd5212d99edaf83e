//! The outcome of a round of a count in words.

use crate::domain::count::{Rounds, UNIT, Why};
use crate::domain::text::isolated;
use crate::ui::words;

/// The outcome of a round in a sentence or two.
pub(super) fn outcome(names: &[String], rounds: &Rounds, at: usize) -> String {
    let Some(round) = rounds.rounds.get(at) else { return String::new() };
    let name = |at: &usize| names.get(*at).map(|name| isolated(name)).unwrap_or_default();
    let list = |places: &[usize]| words::list(&places.iter().map(name).collect::<Vec<_>>());
    let verb = |places: &[usize]| if places.len() == 1 { " is" } else { " are" };
    let mut said = Vec::new();
    let reaches = |option: &&usize| round.votes[**option].is_some_and(|votes| votes >= rounds.needed(at));
    let (enough, fewer): (Vec<usize>, Vec<usize>) = round.elected.iter().partition(reaches);
    let why = match rounds.quota {
        None => [" wins: more than half of the votes.", " wins: nobody else is left."],
        Some(_) => [" elected: the quota is reached.", " elected: as many are left as seats."],
    };
    for (some, why) in [enough, fewer].iter().zip(why).filter(|(some, _)| !some.is_empty()) {
        let verb = if rounds.quota.is_none() { "" } else { verb(some) };
        said.push([&list(some), verb, why].concat());
    }
    if let Some(from) = round.surplus {
        said.push(["What ", &name(&from), " has beyond the quota goes on."].concat());
    }
    if !round.excluded.is_empty() {
        let why = match rounds.why(at) {
            Why::Fewest => ": the fewest votes.".into(),
            Why::Earlier(level) => {
                [": level with ", &list(&level), ", but with fewer votes before."].concat()
            }
            Why::Same(level) => {
                [": level with ", &list(&level), "; whoever goes, the result is the same."].concat()
            }
        };
        said.push([&list(&round.excluded), verb(&round.excluded), " out", &why].concat());
    }
    if at + 1 == rounds.rounds.len() && !rounds.tied.is_empty() {
        said.push(["Only a lot could decide between ", &list(&rounds.tied), "."].concat());
    }
    said.join(" ")
}

/// The label for votes that rank none of the remaining options.
pub(super) const NOBODY: &str = "No preference left";

/// A number of votes, which may be fractions after transfers: `12`, `4.29`.
pub(super) fn number(units: u64) -> String {
    if units % UNIT / (UNIT / 100) == 0 {
        words::number(u32::try_from(units / UNIT).unwrap_or(u32::MAX))
    } else {
        words::hundredths(i64::try_from(units / (UNIT / 100)).unwrap_or(i64::MAX))
    }
}
