//! The rounds of polls that come back, on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Id, Positive, Time};
use crate::domain::poll::{self as domain, MOST_PAST};

/// The current round of a repeated poll, and the results of earlier rounds.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// The number of the round, from 1. A member's first ballot in it has the revision `(number - 1) * 2^20 + 1` or a greater one, so
    /// that a ballot of an earlier round can be told by its revision.
    pub number: Positive,
    /// When the next round opens, with the offset of the poll's zone at that time; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// The latest rounds that have ended, most recent first, whose results the viewer may see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MOST_PAST))]
    pub past: Vec<Past>,
}

/// A round that has ended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Past {
    /// The number of the round, from 1.
    pub number: Positive,
    /// When the round closed, with the offset of the poll's zone at that time.
    pub closed_at: Time,
    /// How many members voted.
    #[serde(default)]
    pub cast: u32,
    /// The options that were ahead at the end; empty if nobody voted.
    #[serde(default)]
    pub leaders: Vec<Id>,
}

impl From<domain::Series> for Series {
    fn from(series: domain::Series) -> Self {
        let past = |past: domain::Past| Past {
            number: Positive::nearest(past.number.into()),
            closed_at: Time::with_offset(past.closed_at, past.offset),
            cast: past.cast,
            leaders: past.leaders.into_iter().map(Into::into).collect(),
        };
        Self {
            number: Positive::nearest(series.number.into()),
            next_at: series.next_at.map(|at| Time::with_offset(at, series.offset)),
            past: series.past.into_iter().map(past).collect(),
        }
    }
}
