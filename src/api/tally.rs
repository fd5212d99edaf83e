//! Reading tallies, by the kind of poll.

use super::{Json, Reader};
use crate::domain::count::{self, UNIT};
use crate::domain::poll::{self as domain, Count, Kind, Method, PollOption};

/// Reads a tally of a poll of this kind, with these options.
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

/// The items of a list that are about the poll's options, each with the index of its option.
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

/// A list of this many whole numbers.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within their bounds
fn numbers<J: Json>(reader: &mut Reader, json: &J, name: &str, many: usize) -> Vec<u32> {
    let number =
        |json: &J| json.number().filter(|n| (0.0..=f64::from(u32::MAX)).contains(n)).map(|n| n as u32);
    let numbers: Vec<u32> = reader.list(json, name).iter().filter_map(number).collect();
    if numbers.len() != many {
        reader.fail([name, ": must be ", &many.to_string(), " whole numbers"].concat());
    }
    numbers
}

/// A number of votes, in [`UNIT`]s of a vote.
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
