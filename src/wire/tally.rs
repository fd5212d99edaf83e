//! Tallies on the wire: what ballots add up to, kind by kind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Id;
use crate::domain::count::{self, UNIT};
use crate::domain::poll::{self as domain, Count, PollOption};

/// The count of all ballots: `voters`, `abstained`, and one of the other fields by the poll's kind. A tally that the viewer may not
/// see is in no answer and no event.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Tally {
    /// The number of ballots, including abstentions.
    pub voters: u32,
    /// The number of abstentions; 0 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstained: Option<u32>,
    /// Choice, proposal: the votes of each option; options that are left out have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<Vec<Votes>>,
    /// Rating, availability: for each option the number of ballots that gave each number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Values>>,
    /// Allocation: the points of each option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Vec<Points>>,
    /// Ranked, by `run_off` or `stv`: the count, round by round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
    /// Ranked, by `schulze`: the count by pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Pairs>,
}

/// The votes for one option.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Votes {
    /// The option's id.
    pub option: Id,
    /// The number of ballots with the option.
    pub votes: u32,
}

/// The numbers that ballots give an option.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Values {
    /// The option's id.
    pub option: Id,
    /// The number of ballots for each number on the scale, in ascending order. Availability: no, if need be, yes.
    pub counts: Vec<u32>,
}

/// The points of an option.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Points {
    /// The option's id.
    pub option: Id,
    /// The sum of the points.
    pub points: u32,
    /// The number of members who gave the option points.
    pub voters: u32,
}

/// Ranked, by `run_off` or `stv`: the count, round by round.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Rounds {
    /// With `stv`: the votes that an option needs to be elected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub quota: Option<f64>,
    /// The rounds, up to the decision or to a tie that only a lot could break.
    pub rounds: Vec<Round>,
    /// The options that are elected however ties are broken, in the order of election.
    pub elected: Vec<Id>,
    /// The options that are elected in some of the ways to break a tie.
    pub tied: Vec<Id>,
}

/// A round of a count.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Round {
    /// The votes of each option that is still in the count.
    pub votes: Vec<Share>,
    /// The votes that no longer count for any option.
    #[schemars(range(min = 0))]
    pub exhausted: f64,
    /// The options that are elected in this round.
    pub elected: Vec<Id>,
    /// The option whose surplus is transferred after this round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surplus: Option<Id>,
    /// The options that are excluded after this round.
    pub excluded: Vec<Id>,
}

/// The votes of an option, which may be fractions after transfers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The option's id.
    pub option: Id,
    /// Votes, to 5 decimals.
    #[schemars(range(min = 0))]
    pub votes: f64,
}

/// Ranked, by `schulze`: the count by pairs.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Pairs {
    /// Each option compared with the others.
    pub preferred: Vec<Preferred>,
    /// The options from the first place down; options that share a place stand together.
    pub order: Vec<Vec<Id>>,
}

/// An option compared with the others.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Preferred {
    /// The option's id.
    pub option: Id,
    /// The number of ballots that rank the option above each option, in the order of the poll's options.
    pub over: Vec<u32>,
}

/// Writes a tally of a poll with these options.
pub fn tally_written<T>(tally: &domain::Tally, options: &[PollOption<T>]) -> Tally {
    let name = |at: usize| options.get(at).map_or_else(Id::default, |o| o.id.clone().into());
    let names = |places: &[usize]| places.iter().map(|&at| name(at)).collect::<Vec<_>>();
    let mut wire = Tally {
        voters: tally.voters,
        abstained: Some(tally.abstained).filter(|&n| n > 0),
        ..Tally::default()
    };
    match &tally.count {
        Count::Votes(votes) => {
            let votes = (0..).zip(votes).map(|(at, &votes)| Votes { option: name(at), votes });
            wire.votes = Some(votes.collect());
        }
        Count::Values(lists) => {
            let values =
                (0..).zip(lists).map(|(at, counts)| Values { option: name(at), counts: counts.clone() });
            wire.values = Some(values.collect());
        }
        Count::Points(points) => {
            let points = (0..).zip(points).map(|(at, got)| Points {
                option: name(at),
                points: got.points,
                voters: got.voters,
            });
            wire.points = Some(points.collect());
        }
        Count::Rounds(rounds) => {
            let round = |round: &count::Round| Round {
                votes: (0..)
                    .zip(&round.votes)
                    .filter_map(|(at, votes)| {
                        Some(Share { option: name(at), votes: whole(votes.as_ref().copied()?) })
                    })
                    .collect(),
                exhausted: whole(round.exhausted),
                elected: names(&round.elected),
                surplus: round.surplus.map(name),
                excluded: names(&round.excluded),
            };
            wire.rounds = Some(Rounds {
                quota: rounds.quota.map(whole),
                rounds: rounds.rounds.iter().map(round).collect(),
                elected: names(&rounds.elected),
                tied: names(&rounds.tied),
            });
        }
        Count::Pairs(pairs) => {
            let preferred =
                |(at, over): (usize, &Vec<u32>)| Preferred { option: name(at), over: over.clone() };
            wire.pairs = Some(Pairs {
                preferred: (0..).zip(&pairs.preferred).map(preferred).collect(),
                order: pairs.order.iter().map(|level| names(level)).collect(),
            });
        }
    }
    wire
}

/// Votes, from hundred-thousandths.
#[expect(clippy::cast_precision_loss)] // more than all people on earth could cast
fn whole(units: u64) -> f64 {
    units as f64 / UNIT as f64
}
