//! The result of a ranked poll as JSON: in rounds or in pairs, with the ids of the options. Votes are numbers of ballots with
//! five decimals.

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::count::{Pairs, Round, Rounds, UNIT};
use crate::domain::poll::{Count, Kind, Method, PollOption, Tally};
use crate::domain::translation::Text;

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ResultRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    rounds: Option<RoundsRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs: Option<PairsRow>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct RoundsRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<f64>,
    rounds: Vec<RoundRow>,
    elected: Vec<String>,
    tied: Vec<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct RoundRow {
    votes: Vec<VotesRow>,
    exhausted: f64,
    elected: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    surplus: Option<String>,
    excluded: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct VotesRow {
    option: String,
    votes: f64,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct PairsRow {
    preferred: Vec<PreferredRow>,
    order: Vec<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
struct PreferredRow {
    option: String,
    over: Vec<u32>,
}

/// The options of a poll, to convert between their ids and their indices.
struct Options<'a>(&'a [PollOption<Text>]);

impl Options<'_> {
    fn id(&self, place: usize) -> String {
        self.0.get(place).map_or_else(String::new, |option| option.id.to_string())
    }

    fn ids(&self, places: &[usize]) -> Vec<String> {
        places.iter().map(|&place| self.id(place)).collect()
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|option| option.id.as_str() == id)
    }

    fn places(&self, ids: &[String]) -> Vec<usize> {
        ids.iter().filter_map(|id| self.place(id)).collect()
    }

    fn rounds_row(&self, rounds: &Rounds) -> RoundsRow {
        let votes = |(place, units): (usize, &Option<u64>)| {
            Some(VotesRow { option: self.id(place), votes: ballots((*units)?) })
        };
        let round = |round: &Round| RoundRow {
            votes: round.votes.iter().enumerate().filter_map(votes).collect(),
            exhausted: ballots(round.exhausted),
            elected: self.ids(&round.elected),
            surplus: round.surplus.map(|place| self.id(place)),
            excluded: self.ids(&round.excluded),
        };
        RoundsRow {
            quota: rounds.quota.map(ballots),
            rounds: rounds.rounds.iter().map(round).collect(),
            elected: self.ids(&rounds.elected),
            tied: self.ids(&rounds.tied),
        }
    }

    fn rounds(&self, row: &RoundsRow, kind: Kind) -> Rounds {
        let round = |row: &RoundRow| {
            let mut votes = vec![None; self.0.len()];
            for VotesRow { option, votes: got } in &row.votes {
                if let Some(place) = self.place(option) {
                    votes[place] = Some(units(*got));
                }
            }
            Round {
                votes,
                exhausted: units(row.exhausted),
                elected: self.places(&row.elected),
                surplus: row.surplus.as_deref().and_then(|id| self.place(id)),
                excluded: self.places(&row.excluded),
            }
        };
        let has_quota = matches!(kind, Kind::Ranked(Method::Stv { .. }));
        Rounds {
            quota: has_quota.then(|| units(row.quota.unwrap_or_default())),
            rounds: row.rounds.iter().map(round).collect(),
            elected: self.places(&row.elected),
            tied: self.places(&row.tied),
        }
    }

    fn pairs_row(&self, pairs: &Pairs) -> PairsRow {
        let preferred =
            |(place, over): (usize, &Vec<u32>)| PreferredRow { option: self.id(place), over: over.clone() };
        PairsRow {
            preferred: pairs.preferred.iter().enumerate().map(preferred).collect(),
            order: pairs.order.iter().map(|level| self.ids(level)).collect(),
        }
    }

    /// `None` where a row of the matrix does not have a number for each option.
    fn pairs(&self, row: PairsRow) -> Option<Pairs> {
        let mut preferred = vec![vec![0; self.0.len()]; self.0.len()];
        for PreferredRow { option, over } in row.preferred {
            if let Some(place) = self.place(&option) {
                preferred[place] = Some(over).filter(|over| over.len() == self.0.len())?;
            }
        }
        Some(Pairs { preferred, order: row.order.iter().map(|level| self.places(level)).collect() })
    }
}

#[expect(clippy::cast_precision_loss)] // more than all people on earth could cast
fn ballots(units: u64) -> f64 {
    units as f64 / UNIT as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // bounded
fn units(ballots: f64) -> u64 {
    (ballots * UNIT as f64).round().clamp(0.0, 9e15) as u64
}

/// The result of a ranked poll; `None` for other kinds, of which [`counts_row`](super::counts_row) has everything.
pub fn result_row(tally: &Tally, options: &[PollOption<Text>]) -> Option<String> {
    let options = Options(options);
    let row = match &tally.count {
        Count::Votes(_) | Count::Values(_) | Count::Points(_) => return None,
        Count::Rounds(rounds) => ResultRow { rounds: Some(options.rounds_row(rounds)), pairs: None },
        Count::Pairs(pairs) => ResultRow { rounds: None, pairs: Some(options.pairs_row(pairs)) },
    };
    serde_json::to_string(&row).ok()
}

/// Reads [`result_row`] into the empty tally of a poll of this kind.
pub fn result(
    tally: &mut Tally,
    text: &str,
    kind: Kind,
    options: &[PollOption<Text>],
) -> Result<(), StoreError> {
    let corrupt = || StoreError::Corrupt { what: "polls.result", value: text.into() };
    let row: ResultRow = serde_json::from_str(text).map_err(|_| corrupt())?;
    let options = Options(options);
    match &mut tally.count {
        Count::Votes(_) | Count::Values(_) | Count::Points(_) => {}
        Count::Rounds(rounds) => {
            if let Some(row) = row.rounds {
                *rounds = options.rounds(&row, kind);
            }
        }
        Count::Pairs(pairs) => {
            if let Some(row) = row.pairs {
                *pairs = options.pairs(row).ok_or_else(corrupt)?;
            }
        }
    }
    Ok(())
}
