//! Reading the rounds of recurring polls.

use super::{Json, Reader};
use crate::domain::id::OptionId;
use crate::domain::poll as domain;

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
        // A leader may be an option that the poll no longer has. Charts leave such an option out.
        leaders: reader.texts(json, "leaders").into_iter().filter_map(|id| OptionId::new(id).ok()).collect(),
    })
}
