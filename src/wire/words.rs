//! Words as JSON: each closed set of values is an enum in the document, of the words that `api` reads.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::{KindWord, MethodWord, Word};
use crate::contract::{ProblemCode, ProblemKind};
use crate::domain::checklist::DoneBy;
use crate::domain::member::{Stage, Tier};
use crate::domain::poll::{Base, OwnOptions, Reasons, Results, Secrecy, Standing};

macro_rules! words {
    ($($of:ty),+) => {$(
        impl Serialize for $of {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'a> Deserialize<'a> for $of {
            fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::from_word(&word).ok_or_else(|| {
                    let words: Vec<_> = Self::ALL.iter().map(|value| value.word()).collect();
                    D::Error::custom(format!("\"{word}\" is none of these: {}", words.join(", ")))
                })
            }
        }

        impl JsonSchema for $of {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($of).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<_> = Self::ALL.iter().map(|value| value.word()).collect();
                json_schema!({ "type": "string", "enum": words })
            }
        }
    )+};
}

words! { KindWord, MethodWord, Reasons, Base, OwnOptions, Results, Secrecy, Standing, Stage, Tier, DoneBy }

impl JsonSchema for ProblemKind {
    fn schema_name() -> Cow<'static, str> {
        "ProblemType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kinds: Vec<_> = Self::ALL.iter().map(|kind| kind.uri()).collect();
        json_schema!({ "type": "string", "description": "What kind of problem it is, from a closed set.", "enum": kinds })
    }
}

impl JsonSchema for ProblemCode {
    fn schema_name() -> Cow<'static, str> {
        "ProblemCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = Self::ALL.iter().map(|code| code.word()).collect();
        json_schema!({ "type": "string", "description": "Why a call was refused that a member made, from a closed set.", "enum": words })
    }
}
