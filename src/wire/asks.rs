//! Whom a poll asks, as staff write it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::member::Stage;
use crate::domain::poll as domain;

/// Who may vote: members of one of these groups who are in one of these stages. An empty list is no condition.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Asks {
    /// Groups of the site.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1)))]
    pub groups: Vec<String>,
    /// Stages of members.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// Whether guests may vote, too. Then every member may, and the poll has neither `quorum` nor `entitled`. One person can be
    /// several guests.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub guests: bool,
}

impl From<domain::Asks> for Asks {
    fn from(asks: domain::Asks) -> Self {
        Self { groups: asks.groups, stages: asks.stages, guests: asks.guests }
    }
}

impl TryFrom<Asks> for domain::Asks {
    type Error = String;

    fn try_from(asks: Asks) -> Result<Self, String> {
        if asks.groups.iter().any(String::is_empty) {
            return Err("groups: a group has a name".into());
        }
        Ok(Self { groups: asks.groups, stages: asks.stages, guests: asks.guests })
    }
}
