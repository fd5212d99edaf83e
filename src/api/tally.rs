//! Tallies on the wire: what ballots add up to, kind by kind.

use serde::{Deserialize, Serialize};

use super::{Fault, Json, Reader};
use crate::domain::count::{self, UNIT};
use crate::domain::poll::{self as domain, Count, Kind, Method, PollOption};

/// All ballots counted: `voters`, `abstained`, and what the others add up to in one of the other fields. Options left
/// out have nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Ballots counted, abstentions among them.
    pub voters: u32,
    /// Ballots that say nothing, on purpose; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstained: Option<u32>,
    /// Choice, proposal: votes an option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<Vec<Votes>>,
    /// Rating, availability: ballots for each number on the scale, an option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Values>>,
    /// Allocation: points an option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Vec<Points>>,
    /// Ranked, by `run_off` or `stv`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
    /// Ranked, by `schulze`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Pairs>,
}

/// The votes for one option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Votes {
    /// The option's id.
    pub option: String,
    /// How many ballots name it.
    pub votes: u32,
}

/// What ballots give one option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Values {
    /// The option's id.
    pub option: String,
    /// Ballots for each number on the scale, the least first. Availability: no, if need be, yes.
    pub counts: Vec<u32>,
}

/// What one option got of the points.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Points {
    /// The option's id.
    pub option: String,
    /// Points.
    pub points: u32,
    /// Members who gave some.
    pub voters: u32,
}

/// A count in rounds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rounds {
    /// By `stv`: the votes it takes to be elected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<f64>,
    /// The rounds, up to the decision or to the tie that only a lot could break.
    pub rounds: Vec<Round>,
    /// Who is elected however ties fall, in the order of their election.
    pub elected: Vec<String>,
    /// Who is elected in some of the ways a tie can fall.
    pub tied: Vec<String>,
}

/// One round.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Round {
    /// Votes an option that is still in the count, to 5 decimals.
    pub votes: Vec<Share>,
    /// Votes that stand for nobody any more.
    pub exhausted: f64,
    /// Who is elected in this round.
    pub elected: Vec<String>,
    /// Whose surplus is passed on after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surplus: Option<String>,
    /// Who is excluded after it.
    pub excluded: Vec<String>,
}

/// Votes that may have been passed on in parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Share {
    /// The option's id.
    pub option: String,
    /// Votes, to 5 decimals.
    pub votes: f64,
}

/// A count by pairs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pairs {
    /// For each option, over which others how many ballots prefer it.
    pub preferred: Vec<Preferred>,
    /// The options from the first place down, those that share a place together.
    pub order: Vec<Vec<String>>,
}

/// How one option fares against the others.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Preferred {
    /// The option's id.
    pub option: String,
    /// Ballots that place it above each option, in the order of the poll's options.
    pub over: Vec<u32>,
}

/// Writes a tally of a poll with these options.
pub fn tally_written(tally: &domain::Tally, options: &[PollOption]) -> Tally {
    let name = |at: usize| options.get(at).map_or_else(String::new, |o| o.id.to_string());
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

/// Reads a tally of a poll of this kind, with these options.
pub fn tally_from<J: Json>(json: &J, kind: Kind, options: &[PollOption]) -> Result<domain::Tally, Fault> {
    let mut reader = Reader::default();
    let tally = read(&mut reader, json, kind, options);
    reader.done(Some(tally))
}

pub(super) fn read<J: Json>(
    reader: &mut Reader,
    json: &J,
    kind: Kind,
    options: &[PollOption],
) -> domain::Tally {
    let mut tally = domain::Tally::empty(kind, options.len());
    tally.voters = reader.count(json, "voters");
    tally.abstained = reader.count(json, "abstained");
    match &mut tally.count {
        Count::Votes(votes) => {
            for (at, json) in each(reader, json, "votes", options) {
                votes[at] = reader.count(&json, "votes");
            }
        }
        Count::Values(lists) => {
            for (at, json) in each(reader, json, "values", options) {
                lists[at] = numbers(reader, &json, "counts", lists[at].len());
            }
        }
        Count::Points(points) => {
            for (at, json) in each(reader, json, "points", options) {
                points[at] = domain::Points {
                    points: reader.count(&json, "points"),
                    voters: reader.count(&json, "voters"),
                };
            }
        }
        Count::Rounds(rounds) => {
            if let Some(json) = json.field("rounds") {
                *rounds = read_rounds(reader, &json, kind, options);
            }
        }
        Count::Pairs(pairs) => {
            if let Some(json) = json.field("pairs") {
                *pairs = read_pairs(reader, &json, options);
            }
        }
    }
    tally
}

/// The items of a list that are about options the poll has, each with its option's place.
fn each<J: Json>(reader: &mut Reader, json: &J, name: &str, options: &[PollOption]) -> Vec<(usize, J)> {
    let list = reader.list(json, name).into_iter();
    list.filter_map(|item| Some((place(&reader.words(&item, "option"), options)?, item))).collect()
}

fn place(id: &str, options: &[PollOption]) -> Option<usize> {
    options.iter().position(|o| o.id.as_str() == id)
}

fn places<J: Json>(reader: &mut Reader, json: &J, name: &str, options: &[PollOption]) -> Vec<usize> {
    reader.texts(json, name).iter().filter_map(|id| place(id, options)).collect()
}

/// So many whole numbers.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within their bounds
fn numbers<J: Json>(reader: &mut Reader, json: &J, name: &str, many: usize) -> Vec<u32> {
    let number =
        |json: &J| json.number().filter(|n| (0.0..=f64::from(u32::MAX)).contains(n)).map(|n| n as u32);
    let numbers: Vec<u32> = reader.list(json, name).iter().filter_map(number).collect();
    if numbers.len() != many {
        reader.fail([name, ": are not as many whole numbers as they have to be"].concat());
    }
    numbers
}

/// Hundred-thousandths, from votes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // bounded
fn units<J: Json>(json: &J, name: &str) -> u64 {
    let votes = json.field(name).and_then(|n| n.number()).unwrap_or_default();
    (votes * UNIT as f64).round().clamp(0.0, 9e15) as u64
}

fn read_rounds<J: Json>(reader: &mut Reader, json: &J, kind: Kind, options: &[PollOption]) -> count::Rounds {
    let rounds = reader.list(json, "rounds");
    let round = |json: J| {
        let mut votes = vec![None; options.len()];
        for (at, json) in each(reader, &json, "votes", options) {
            votes[at] = Some(units(&json, "votes"));
        }
        count::Round {
            votes,
            exhausted: units(&json, "exhausted"),
            elected: places(reader, &json, "elected", options),
            surplus: place(&reader.words(&json, "surplus"), options),
            excluded: places(reader, &json, "excluded", options),
        }
    };
    count::Rounds {
        quota: matches!(kind, Kind::Ranked(Method::Stv { .. })).then(|| units(json, "quota")),
        rounds: rounds.into_iter().map(round).collect(),
        elected: places(reader, json, "elected", options),
        tied: places(reader, json, "tied", options),
    }
}

fn read_pairs<J: Json>(reader: &mut Reader, json: &J, options: &[PollOption]) -> count::Pairs {
    let mut preferred = vec![vec![0; options.len()]; options.len()];
    for (at, json) in each(reader, json, "preferred", options) {
        preferred[at] = numbers(reader, &json, "over", options.len());
    }
    let level = |level: J| {
        let ids = level.items().unwrap_or_default();
        ids.iter().filter_map(|id| place(&id.text()?, options)).collect()
    };
    count::Pairs { preferred, order: reader.list(json, "order").into_iter().map(level).collect() }
}
