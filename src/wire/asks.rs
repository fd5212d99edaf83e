//! Whom a poll asks, as staff write it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::member::Stage;
use crate::domain::poll as domain;

/// Who may vote: members who are in one of the groups and in one of the stages, as far as those are named.
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
    /// Guests, too; then every member, and neither `quorum` nor `entitled`. One person can be several guests.
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
