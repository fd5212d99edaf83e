//! Kinds of polls, ballots and counts as texts in the database.

use super::{StoreError, Word, id};
use crate::domain::id::OptionId;
use crate::domain::poll::{Answer, Count, Kind, Method, Proposal, Says, Scale, Tally, Value};

/// A kind of poll with its settings, such as `choice 1 2`.
pub fn kind_row(kind: Kind) -> String {
    match kind {
        Kind::Choice { min, max } => format!("choice {min} {max}"),
        Kind::Rating(Scale { min, max, step }) => format!("rating {min} {max} {step}"),
        Kind::Ranked(Method::RunOff) => "run-off".into(),
        Kind::Ranked(Method::Stv { seats }) => format!("stv {seats}"),
        Kind::Ranked(Method::Schulze) => "schulze".into(),
        Kind::Allocation { dots } => format!("allocation {dots}"),
        Kind::Availability => "availability".into(),
        Kind::Proposal(Proposal { reasons, threshold, of }) => {
            format!("proposal {} {threshold} {}", reasons.word(), of.word())
        }
    }
}

/// Reads [`kind_row`].
pub fn kind(text: &str) -> Result<Kind, StoreError> {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |word: &str| word.parse::<u32>().ok();
    let read = || {
        Some(match words[..] {
            ["choice", min, max] => Kind::Choice { min: number(min)?, max: number(max)? },
            ["rating", min, max, step] => {
                Kind::Rating(Scale { min: min.parse().ok()?, max: max.parse().ok()?, step: number(step)? })
            }
            ["run-off"] => Kind::Ranked(Method::RunOff),
            ["stv", seats] => Kind::Ranked(Method::Stv { seats: number(seats)? }),
            ["schulze"] => Kind::Ranked(Method::Schulze),
            ["allocation", dots] => Kind::Allocation { dots: number(dots)? },
            ["availability"] => Kind::Availability,
            ["proposal", reasons, threshold, of] => Kind::Proposal(Proposal {
                reasons: Word::of(reasons)?,
                threshold: number(threshold)?,
                of: Word::of(of)?,
            }),
            _ => return None,
        })
    };
    read().ok_or_else(|| StoreError::Corrupt { what: "polls.kind", value: text.into() })
}

/// An answer without its reason. `a b`: options. `a/3 b/0`: options with their values. `agree/`: a stance. `/`: an abstention.
/// Ids have neither spaces nor slashes.
pub fn answer_row(answer: &Answer) -> String {
    match answer {
        Answer::Abstention => "/".into(),
        Answer::Options(ids) => ids.iter().map(OptionId::as_str).collect::<Vec<_>>().join(" "),
        Answer::Values(values) => {
            values.iter().map(|v| format!("{}/{}", v.option, v.value)).collect::<Vec<_>>().join(" ")
        }
        Answer::Stance(option, _) => format!("{option}/"),
    }
}

/// A ballot's answer, empty if the ballot was taken back and `None` in an anonymous poll; and the reason for its stance.
pub fn says_row(says: &Says) -> (Option<String>, Option<&str>) {
    match says {
        Says::This(answer) => {
            let reason = if let Answer::Stance(_, reason) = answer {
                Some(reason.as_str()).filter(|reason| !reason.is_empty())
            } else {
                None
            };
            (Some(answer_row(answer)), reason)
        }
        Says::TakenBack => (Some(String::new()), None),
        Says::Unknown => (None, None),
    }
}

/// Reads [`says_row`].
pub fn says(text: Option<&str>, reason: Option<String>) -> Result<Says, StoreError> {
    let Some(text) = text else { return Ok(Says::Unknown) };
    let corrupt = || StoreError::Corrupt { what: "ballots.says", value: text.into() };
    let option = |text: &str| id::<OptionId>("ballots.says", text);
    if text.is_empty() {
        return Ok(Says::TakenBack);
    }
    if text == "/" {
        return Ok(Says::This(Answer::Abstention));
    }
    if let Some(stance) = text.strip_suffix('/') {
        return Ok(Says::This(Answer::Stance(option(stance)?, reason.unwrap_or_default())));
    }
    let words = text.split(' ');
    let answer = if text.contains('/') {
        let value = |word: &str| {
            let (name, value) = word.split_once('/').ok_or_else(corrupt)?;
            Ok(Value { option: option(name)?, value: value.parse().map_err(|_| corrupt())? })
        };
        Answer::Values(words.map(value).collect::<Result<_, StoreError>>()?)
    } else {
        Answer::Options(words.map(option).collect::<Result<_, _>>()?)
    };
    Ok(Says::This(answer))
}

/// The counts of a tally, abstentions first. The text always has the same length, and each count the same place in it.
pub fn counts_row(tally: &Tally) -> String {
    let mut counts = vec![tally.abstained];
    match &tally.count {
        Count::Votes(votes) => counts.extend(votes),
        Count::Values(lists) => counts.extend(lists.iter().flatten()),
        Count::Points(points) => counts.extend(points.iter().flat_map(|got| [got.points, got.voters])),
        Count::Rounds(_) | Count::Pairs(_) => {}
    }
    counts.iter().map(|n| format!("{n:010}")).collect::<Vec<_>>().join(" ")
}

/// Reads [`counts_row`] into an empty tally.
pub fn count(tally: &mut Tally, text: &str) -> Result<(), StoreError> {
    let corrupt = || StoreError::Corrupt { what: "polls.counts", value: text.into() };
    let mut numbers = text.split(' ').map(|n| n.parse::<u32>().map_err(|_| corrupt()));
    let mut next = || numbers.next().unwrap_or_else(|| Err(corrupt()));
    tally.abstained = next()?;
    match &mut tally.count {
        Count::Votes(votes) => {
            for votes in votes {
                *votes = next()?;
            }
        }
        Count::Values(lists) => {
            for count in lists.iter_mut().flatten() {
                *count = next()?;
            }
        }
        Count::Points(points) => {
            for got in points {
                (got.points, got.voters) = (next()?, next()?);
            }
        }
        Count::Rounds(_) | Count::Pairs(_) => {}
    }
    if next().is_ok() { Err(corrupt()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::poll::{Base, Points, Reasons, examples};

    fn option(id: &str) -> OptionId {
        OptionId::new(id).unwrap()
    }

    #[test]
    fn kinds_come_back_as_they_were_stored() {
        let proposal = |reasons, of| Kind::Proposal(Proposal { reasons, threshold: 67, of });
        let proposals = [
            proposal(Reasons::Off, Base::Ballots),
            proposal(Reasons::Optional, Base::Entitled),
            proposal(Reasons::Required, Base::Ballots),
        ];
        for stored in examples::KINDS.into_iter().chain(proposals) {
            assert_eq!(kind(&kind_row(stored)).ok(), Some(stored));
        }
        assert!(kind("choice 1").is_err() && kind("rating 1 2 x").is_err() && kind("").is_err());
    }

    #[test]
    fn ballots_come_back_as_they_were_stored() {
        let values = vec![Value { option: option("a"), value: -3 }, Value { option: option("b"), value: 0 }];
        let examples = examples::KINDS.into_iter().flat_map(examples::answers);
        let answers =
            examples.chain([Answer::Values(values), Answer::Stance(option("block"), "Not / yet".into())]);
        for stored in answers.map(Says::This).chain([Says::TakenBack, Says::Unknown]) {
            let (text, reason) = says_row(&stored);
            assert_eq!(says(text.as_deref(), reason.map(Into::into)).ok(), Some(stored));
        }
        assert!(says(Some("a/x"), None).is_err() && says(Some("a/1 b"), None).is_err());
    }

    #[test]
    fn counts_take_the_same_room_whatever_they_are() {
        let tally = |points| Tally { voters: 0, abstained: 4, count: Count::Points(points) };
        let stored = tally(vec![Points { points: 12, voters: 3 }, Points::default()]);
        let mut read = tally(vec![Points::default(); 2]);
        let row = counts_row(&stored);
        assert_eq!(row.len(), counts_row(&read).len());
        count(&mut read, &row).unwrap();
        assert_eq!(read, stored);
        assert!(count(&mut tally(vec![Points::default(); 1]), &row).is_err(), "too many");
        assert!(count(&mut tally(vec![Points::default(); 3]), &row).is_err(), "too few");
    }
}
