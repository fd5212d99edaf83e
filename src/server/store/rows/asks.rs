//! Who may vote in a poll, as JSON such as `{"groups":["cooks"],"stages":["leader"]}`; absent where every member may.

use serde::{Deserialize, Serialize};

use super::{StoreError, Word};
use crate::domain::poll::Asks;

/// An absent list means no restriction.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct AsksRow {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stages: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    guests: bool,
}

pub fn asks_row(asks: &Asks) -> Option<String> {
    let stages = asks.stages.iter().map(|stage| stage.word().into()).collect();
    let row = AsksRow { groups: asks.groups.clone(), stages, guests: asks.guests };
    (*asks != Asks::default()).then(|| serde_json::to_string(&row).ok()).flatten()
}

/// Reads [`asks_row`].
pub fn asks(row: Option<String>) -> Result<Asks, StoreError> {
    let Some(text) = row else { return Ok(Asks::default()) };
    let read = || {
        let AsksRow { groups, stages, guests } = serde_json::from_str(&text).ok()?;
        let stages = stages.iter().map(|word| Word::of(word)).collect::<Option<_>>()?;
        Some(Asks { groups, stages, guests })
    };
    read().ok_or_else(|| StoreError::Corrupt { what: "polls.asks", value: text.clone() })
}
