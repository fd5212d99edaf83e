//! A ballot on the wire: which fields it has, and which of them each answer uses. The widget reads and writes ballots here, by
//! hand; for a host, `wire` has the same fields for `serde`, and takes from [`Marks`] what they mean. A test sends ballots from
//! the one to the other and back.

use super::{Json, Reader, Value};
use crate::domain::id::OptionId;
use crate::domain::poll as domain;
use domain::{Answer, Kind, PollOption, Says};

const OPTIONS: &str = "options";
const VALUES: &str = "values";
const REASON: &str = "reason";
const ABSTAIN: &str = "abstain";
/// The fields of each of the `values`.
const OPTION: &str = "option";
const VALUE: &str = "value";

/// The content of a ballot, field by field. A ballot that was taken back has an empty list of options; in an anonymous poll all
/// fields are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Choice, ranked, proposal: the options.
    pub options: Option<Vec<OptionId>>,
    /// Rating, allocation, availability: the numbers.
    pub values: Option<Vec<domain::Value>>,
    /// Proposal: the reason for the stance.
    pub reason: Option<String>,
    /// Whether the ballot abstains.
    pub abstain: bool,
}

impl From<Answer> for Marks {
    fn from(answer: Answer) -> Self {
        let none = Self::default();
        match answer {
            Answer::Abstention => Self { abstain: true, ..none },
            Answer::Options(options) => Self { options: Some(options), ..none },
            Answer::Values(values) => Self { values: Some(values), ..none },
            Answer::Stance(option, reason) => {
                let reason = Some(reason).filter(|reason| !reason.is_empty());
                Self { options: Some(vec![option]), reason, ..none }
            }
        }
    }
}

impl Marks {
    /// The answer, whatever the poll's kind; `None` where the ballot does not say anything.
    pub fn answer(self) -> Option<Answer> {
        if self.abstain {
            return Some(Answer::Abstention);
        }
        if let Some(values) = self.values {
            return Some(Answer::Values(values));
        }
        let options = self.options?;
        match (&options[..], self.reason) {
            ([option], Some(reason)) => Some(Answer::Stance(option.clone(), reason)),
            _ => Some(Answer::Options(options)),
        }
    }
}

/// The fields of an answer, as the widget writes them; none where a ballot is taken back. Made of the answer itself, since by way
/// of [`Marks`] the widget would be larger.
pub fn ballot_written(answer: Option<&Answer>) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::Text(text.into());
    match answer {
        None => Vec::new(),
        Some(Answer::Abstention) => vec![(ABSTAIN, Value::Truth(true))],
        Some(Answer::Options(ids)) => {
            vec![(OPTIONS, Value::List(ids.iter().map(|id| text(id.as_str())).collect()))]
        }
        Some(Answer::Values(values)) => {
            let value = |v: &domain::Value| {
                Value::Fields(vec![(OPTION, text(v.option.as_str())), (VALUE, Value::Number(v.value.into()))])
            };
            vec![(VALUES, Value::List(values.iter().map(value).collect()))]
        }
        Some(Answer::Stance(option, reason)) => {
            vec![(OPTIONS, Value::List(vec![text(option.as_str())])), (REASON, text(reason))]
        }
    }
}

/// Reads an answer, whatever the poll's kind: a stance is read as one option. `known` finds an option by its id; an option that it
/// does not find is left out.
pub(super) fn read_answer<J: Json>(
    reader: &mut Reader,
    json: &J,
    known: &dyn Fn(String) -> Option<OptionId>,
) -> Option<Answer> {
    if reader.truth(json, ABSTAIN).unwrap_or(false) {
        return Some(Answer::Abstention);
    }
    if json.field(VALUES).is_some() {
        let mut values = Vec::new();
        for value in reader.list(json, VALUES) {
            let option = known(reader.words(&value, OPTION));
            let value = reader.signed(&value, VALUE);
            values.extend(option.map(|option| domain::Value { option, value }));
        }
        return Some(Answer::Values(values));
    }
    json.field(OPTIONS)?;
    Some(Answer::Options(reader.texts(json, OPTIONS).into_iter().filter_map(known).collect()))
}

/// Reads a ballot in a poll of this kind, without the options that the poll no longer has.
pub(super) fn read<J: Json>(
    reader: &mut Reader,
    json: &J,
    kind: Kind,
    options: &[PollOption],
) -> domain::Ballot {
    let known = |id: String| options.iter().map(|o| &o.id).find(|known| known.as_str() == id).cloned();
    let says = match read_answer(reader, json, &known) {
        None => Says::Unknown,
        Some(Answer::Values(mut values)) => {
            let values = domain::in_order(options, &mut values, |v| &v.option);
            if values.is_empty() { Says::TakenBack } else { Says::This(Answer::Values(values)) }
        }
        Some(Answer::Options(mut ids)) => {
            if matches!(kind, Kind::Choice { .. }) {
                ids = domain::in_order(options, &mut ids, |id| id);
            }
            match ids.first() {
                None => Says::TakenBack,
                Some(stance) if matches!(kind, Kind::Proposal(_)) => {
                    Says::This(Answer::Stance(stance.clone(), reader.words(json, REASON)))
                }
                Some(_) => Says::This(Answer::Options(ids)),
            }
        }
        Some(answer @ (Answer::Abstention | Answer::Stance(..))) => Says::This(answer),
    };
    domain::Ballot { revision: reader.revision(json), says }
}
