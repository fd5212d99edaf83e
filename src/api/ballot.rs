//! Ballots on the wire.

use serde::{Deserialize, Serialize};

use super::{Fault, Json, Reader, id};
use crate::domain::id::OptionId;
use crate::domain::poll as domain;
use domain::{Answer, Kind, PollOption, Says};

/// A ballot as the host has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ballot {
    /// Orders one member's ballots over tabs and devices.
    pub revision: u64,
    /// What it says; `options: []` once taken back. Nothing of it in an anonymous poll, where nobody knows.
    #[serde(flatten)]
    pub says: Marks,
}

/// `PUT /polls/{id}/ballot`: the whole ballot. `DELETE` takes the same body, of which the revision counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BallotPut {
    /// One more than the ballot that the member saw; 1 for the first, in a later round of a poll that comes back
    /// `(number - 1) * 2^20 + 1`.
    pub revision: u64,
    /// What it says.
    #[serde(flatten)]
    pub says: Marks,
}

/// What a ballot says, by the poll's kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Choice: the options chosen. Ranked: some or all options, the first preference first. Proposal: the stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<String>>,
    /// Rating, allocation, availability: a number for some or all options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// Proposal: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it says nothing, on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain: Option<bool>,
}

/// A number for an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// The option's id.
    pub option: String,
    /// Rating: on the scale. Allocation: points. Availability: 0 no, 1 if need be, 2 yes.
    pub value: i32,
}

/// Reads a ballot. An option that was removed since no longer counts; what is said of the others stands.
pub(super) fn read<J: Json>(
    reader: &mut Reader,
    json: &J,
    kind: Kind,
    options: &[PollOption],
) -> domain::Ballot {
    let known = |id: String| options.iter().map(|o| &o.id).find(|known| known.as_str() == id).cloned();
    let says = match marks(reader, json, &known) {
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
                    Says::This(Answer::Stance(stance.clone(), reader.words(json, "reason")))
                }
                Some(_) => Says::This(Answer::Options(ids)),
            }
        }
        Some(answer) => Says::This(answer),
    };
    domain::Ballot { revision: reader.revision(json), says }
}

/// Reads what a ballot says, whatever the kind, of options that are `known`; nothing where it does not say anything.
pub(super) fn marks<J: Json>(
    reader: &mut Reader,
    json: &J,
    known: &dyn Fn(String) -> Option<OptionId>,
) -> Option<Answer> {
    if reader.truth(json, "abstain").unwrap_or(false) {
        return Some(Answer::Abstention);
    }
    if json.field("values").is_some() {
        let mut values = Vec::new();
        for value in reader.list(json, "values") {
            let option = known(reader.words(&value, "option"));
            let value = reader.signed(&value, "value");
            values.extend(option.map(|option| domain::Value { option, value }));
        }
        return Some(Answer::Values(values));
    }
    json.field("options")?;
    Some(Answer::Options(reader.texts(json, "options").into_iter().filter_map(known).collect()))
}

impl Marks {
    /// What a member said, as far as its form tells: whether a poll takes it is for the poll to say.
    pub fn answer(self) -> Result<Answer, Fault> {
        let option = |id_: String| id("options", OptionId::new(id_));
        if self.abstain.unwrap_or(false) {
            return Ok(Answer::Abstention);
        }
        if let Some(values) = self.values {
            let value = |v: Value| Ok(domain::Value { option: option(v.option)?, value: v.value });
            return Ok(Answer::Values(values.into_iter().map(value).collect::<Result<_, Fault>>()?));
        }
        let mut options: Vec<OptionId> =
            self.options.unwrap_or_default().into_iter().map(option).collect::<Result<_, _>>()?;
        match self.reason {
            Some(reason) if options.len() == 1 => Ok(Answer::Stance(options.remove(0), reason)),
            _ => Ok(Answer::Options(options)),
        }
    }
}

impl From<Answer> for Marks {
    fn from(answer: Answer) -> Self {
        let none = Self::default();
        match answer {
            Answer::Abstention => Self { abstain: Some(true), ..none },
            Answer::Options(ids) => Self { options: Some(ids.into_iter().map(Into::into).collect()), ..none },
            Answer::Values(values) => {
                let value = |v: domain::Value| Value { option: v.option.into(), value: v.value };
                Self { values: Some(values.into_iter().map(value).collect()), ..none }
            }
            Answer::Stance(option, reason) => {
                let reason = Some(reason).filter(|reason| !reason.is_empty());
                Self { options: Some(vec![option.into()]), reason, ..none }
            }
        }
    }
}

impl From<Says> for Marks {
    fn from(says: Says) -> Self {
        match says {
            Says::This(answer) => answer.into(),
            Says::TakenBack => Self { options: Some(Vec::new()), ..Self::default() },
            Says::Unknown => Self::default(),
        }
    }
}
