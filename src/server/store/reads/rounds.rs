//! The results of past rounds.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::domain::id::PollId;
use crate::domain::poll::{MOST_PAST, Past};
use crate::domain::time::Timestamp;
use crate::server::store::rows::sql::{Connection, Query, Row};
use crate::server::store::rows::{StoreError, id, number, offset};

fn round(row: &Row) -> Result<Past, StoreError> {
    let (zone, closed_at): (Option<String>, i64) = (row.get("time_zone")?, row.get("closed_at")?);
    let zone = zone.and_then(|name| TimeZone::get(&name).ok());
    let leaders: String = row.get("leaders")?;
    Ok(Past {
        number: number("rounds.number", row.get("number")?)?,
        closed_at: Timestamp(closed_at),
        offset: offset(zone.as_ref(), Some(closed_at)),
        cast: number("rounds.ballots_cast", row.get("ballots_cast")?)?,
        leaders: leaders
            .split_whitespace()
            .map(|text| id("rounds.leaders", text))
            .collect::<Result<_, _>>()?,
    })
}

/// The latest [`MOST_PAST`] past rounds of each of these polls, most recent first.
pub async fn past(read: &mut Connection, polls: &[PollId]) -> Result<HashMap<String, Vec<Past>>, StoreError> {
    let mut query = Query::new(
        "SELECT r.poll, r.number, r.closed_at, p.time_zone, r.ballots_cast, r.leaders FROM rounds r \
         JOIN polls p ON p.id = r.poll WHERE r.number >= p.round - ",
    );
    query.push_bind(i64::try_from(MOST_PAST).unwrap_or(i64::MAX)).push(" AND r.poll IN ").push_list(polls);
    query.push(" ORDER BY r.poll, r.number DESC");
    let mut past: HashMap<String, Vec<Past>> = HashMap::new();
    for row in query.fetch_all::<Row>(read).await? {
        past.entry(row.get("poll")?).or_default().push(round(&row)?);
    }
    Ok(past)
}
