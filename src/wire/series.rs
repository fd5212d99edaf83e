//! The rounds of polls that come back, on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Id, Positive, Time};
use crate::domain::poll::{self as domain, MOST_PAST};

/// Which round of a poll that comes back this is, and what came of those before.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// The round, from 1. The first ballot of a member in it has the revision `(number - 1) * 2^20 + 1`, or a greater one, so
    /// that a ballot of an earlier round is known by its revision.
    pub number: Positive,
    /// When the next round opens, with the offset that the poll's zone has then; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// The latest rounds that are over, most recent first, where the viewer may see what came of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MOST_PAST))]
    pub past: Vec<Past>,
}

/// A round that is over.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Past {
    /// The round, from 1.
    pub number: Positive,
    /// When it closed, with the offset that the poll's zone had then.
    pub closed_at: Time,
    /// How many members voted.
    #[serde(default)]
    pub cast: u32,
    /// The options that were ahead at the end; none where nobody voted.
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
