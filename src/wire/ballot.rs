//! Ballots on the wire.

use schemars::{JsonSchema, Schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use super::object::Object;
use super::{Id, Revision};
use crate::api::Marks as Content;
use crate::domain::id::OptionId;
use crate::domain::poll as domain;
use crate::domain::text::is_blank;
use domain::{Answer, MAX_REASON, Says};

/// A ballot as the host has it. `options` is empty after the ballot was taken back. In an anonymous poll a ballot has only its
/// revision, since the host does not store what it says.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Ballot {
    /// Orders the ballots of a member, over tabs and devices.
    pub revision: Revision,
    /// What it says.
    #[serde(flatten)]
    pub says: Marks,
}

/// A whole ballot, in the form of the poll's kind.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(transform = says_something)]
pub struct BallotPut {
    /// One more than the revision of the ballot that the member saw; 1 for the first ballot, and `(number - 1) * 2^20 + 1` for the
    /// first ballot in a later round of a repeated poll.
    pub revision: Revision,
    /// What it says.
    #[serde(flatten)]
    pub says: Marks,
}

/// Takes back a ballot.
#[derive(Clone, Debug, JsonSchema)]
pub struct BallotDelete {
    /// One more than the revision of the ballot that the member saw.
    pub revision: Revision,
}

/// The content of a ballot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Marks {
    /// Choice: the chosen options. Ranked: some or all options, the first preference first. Proposal: the stance, one option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Id>>,
    /// Rating, allocation, availability: a number for some or all options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// Proposal: the reason for the stance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_REASON))]
    pub reason: Option<String>,
    /// Whether the ballot abstains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain: Option<bool>,
}

/// A number for an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Value {
    /// The option's id.
    pub option: Id,
    /// Rating: on the scale. Allocation: points. Availability: 0 no, 1 if need be, 2 yes.
    pub value: i32,
}

/// The fields of a ballot in a request. They are read one by one, since `flatten` forgets in which field an error is.
#[derive(Deserialize)]
struct Fields {
    revision: Revision,
    options: Option<Vec<Id>>,
    values: Option<Vec<Object<Value>>>,
    reason: Option<String>,
    abstain: Option<bool>,
}

impl<'de> Deserialize<'de> for BallotPut {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let Fields { revision, options, values, reason, abstain } = Fields::deserialize(json)?;
        let values = values.map(|values| values.into_iter().map(|Object(value)| value).collect());
        let says = Marks { options, values, reason, abstain };
        says.check().map_err(D::Error::custom)?;
        Ok(Self { revision, says })
    }
}

impl<'de> Deserialize<'de> for BallotDelete {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let Fields { revision, options, values, reason, abstain } = Fields::deserialize(json)?;
        let lists = options.is_none_or(|ids| ids.is_empty()) && values.is_none_or(|values| values.is_empty());
        if lists && reason.is_none() && !abstain.unwrap_or(false) {
            Ok(Self { revision })
        } else {
            Err(D::Error::custom("a ballot that is taken back has a revision and nothing else"))
        }
    }
}

/// Requires content, in which no option occurs twice.
fn says_something(schema: &mut Schema) {
    let required = |field: &str| json!({ "required": [field] });
    schema.insert("anyOf".into(), ["options", "values", "abstain"].map(required).to_vec().into());
    for (field, key, value) in [
        ("options", "minItems", json!(1)),
        ("options", "uniqueItems", json!(true)),
        ("values", "minItems", json!(1)),
    ] {
        schema
            .pointer_mut(&format!("/properties/{field}"))
            .into_iter()
            .for_each(|list| list[key] = value.clone());
    }
}

impl From<Content> for Marks {
    fn from(Content { options, values, reason, abstain }: Content) -> Self {
        let value = |v: domain::Value| Value { option: v.option.into(), value: v.value };
        Self {
            options: options.map(|ids| ids.into_iter().map(Into::into).collect()),
            values: values.map(|values| values.into_iter().map(value).collect()),
            reason,
            abstain: abstain.then_some(true),
        }
    }
}

impl TryFrom<Marks> for Content {
    type Error = String;

    fn try_from(Marks { options, values, reason, abstain }: Marks) -> Result<Self, String> {
        let options = options.map(|ids| {
            let option = |(at, id)| option(&format!("options[{at}]"), id);
            ids.into_iter().enumerate().map(option).collect()
        });
        let values = values.map(|values| {
            let value = |(at, v): (usize, Value)| {
                let option = option(&format!("values[{at}].option"), v.option)?;
                Ok(domain::Value { option, value: v.value })
            };
            values.into_iter().enumerate().map(value).collect::<Result<_, String>>()
        });
        let (options, values) = (options.transpose()?, values.transpose()?);
        Ok(Self { options, values, reason, abstain: abstain.unwrap_or(false) })
    }
}

fn option(place: &str, id: Id) -> Result<OptionId, String> {
    OptionId::new(id.0).map_err(|bad| format!("{place}: {bad}"))
}

impl Marks {
    /// Refuses what would otherwise be dropped without a word: no answer uses all of it.
    fn check(&self) -> Result<(), &'static str> {
        let options = self.options.as_ref().map_or(0, Vec::len);
        let values = self.values.as_ref().is_some_and(|values| !values.is_empty());
        let parts = [options > 0, values, self.abstain.unwrap_or(false)];
        if parts.into_iter().filter(|said| *said).count() > 1 {
            return Err("a ballot has options, or values, or abstains: it has more than one of these");
        }
        let reasoned = self.reason.as_ref().is_some_and(|reason| !is_blank(reason));
        if reasoned && options != 1 {
            return Err("reason: goes with a ballot of exactly one option, the stance on a proposal");
        }
        Ok(())
    }

    /// The answer, as far as the form of the ballot tells: whether a poll takes it is for the poll to say. `None` where the ballot
    /// does not say anything.
    pub fn answer(self) -> Result<Option<Answer>, String> {
        Ok(Content::try_from(self)?.answer())
    }
}

impl From<Answer> for Marks {
    fn from(answer: Answer) -> Self {
        Content::from(answer).into()
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
