//! Whom a poll asks, as staff write it.

use serde::{Deserialize, Serialize};

use super::{Fault, stage_from, stage_word, unknown_word};
use crate::domain::poll as domain;

/// Whom a poll asks: every member, where nothing else is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asks {
    /// Only members in one of these groups of the site.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Only members in one of these stages, such as `contributor`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<String>,
    /// Guests, too; then every member.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub guests: bool,
}

impl From<domain::Asks> for Asks {
    fn from(asks: domain::Asks) -> Self {
        let stages = asks.stages.into_iter().map(|stage| stage_word(stage).into()).collect();
        Self { groups: asks.groups, stages, guests: asks.guests }
    }
}

impl TryFrom<Asks> for domain::Asks {
    type Error = Fault;

    fn try_from(asks: Asks) -> Result<Self, Fault> {
        if asks.groups.iter().any(String::is_empty) {
            return Err("groups: a group has a name".into());
        }
        let stage = |word: &String| stage_from(word).ok_or_else(|| unknown_word("stages", word));
        let stages = asks.stages.iter().map(stage).collect::<Result<_, _>>()?;
        Ok(Self { groups: asks.groups, stages, guests: asks.guests })
    }
}
