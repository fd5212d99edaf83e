//! The rounds of polls that come back, on the wire.

use serde::{Deserialize, Serialize};

use super::{Json, Reader};
use crate::domain::id::OptionId;
use crate::domain::poll as domain;

/// Which round of a poll this is, and what came of those before.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Series {
    /// The round, from 1. The first ballot of a member in it has the revision `(number - 1) * 2^20 + 1`, or a greater one.
    pub number: u32,
    /// When the next one opens, with the offset that the poll's zone has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<String>,
    /// The latest rounds that are over, the last one first, where the viewer may see what came of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<Past>,
}

/// A round that is over.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Past {
    /// The round, from 1.
    pub number: u32,
    /// When it closed, with the offset that the poll's zone had then.
    pub closed_at: String,
    /// Members who voted.
    pub cast: u32,
    /// The options that were ahead at the end; none where nobody voted.
    pub leaders: Vec<String>,
}

pub(super) fn read<J: Json>(reader: &mut Reader, json: &J) -> domain::Series {
    let (next_at, offset) = reader.zoned(json, "next_at");
    let past = reader.list(json, "past").iter().filter_map(|past| read_past(reader, past)).collect();
    domain::Series { number: reader.count(json, "number").max(1), next_at, offset, past }
}

fn read_past<J: Json>(reader: &mut Reader, json: &J) -> Option<domain::Past> {
    let (closed_at, offset) = reader.zoned(json, "closed_at");
    if closed_at.is_none() {
        reader.fail("closed_at: is missing".into());
    }
    Some(domain::Past {
        number: reader.count(json, "number"),
        closed_at: closed_at?,
        offset,
        cast: reader.count(json, "cast"),
        // An option that the poll had once is none of its own any more, and stays out of every chart.
        leaders: reader.texts(json, "leaders").into_iter().filter_map(|id| OptionId::new(id).ok()).collect(),
    })
}

impl From<domain::Series> for Series {
    fn from(series: domain::Series) -> Self {
        let past = |past: domain::Past| Past {
            number: past.number,
            closed_at: past.closed_at.with_offset(past.offset),
            cast: past.cast,
            leaders: past.leaders.into_iter().map(Into::into).collect(),
        };
        Self {
            number: series.number,
            next_at: series.next_at.map(|at| at.with_offset(series.offset)),
            past: series.past.into_iter().map(past).collect(),
        }
    }
}
