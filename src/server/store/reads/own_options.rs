//! Options that members proposed.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::domain::id::{MemberId, PollId};
use crate::domain::poll::{PollOption, Proposed};
use crate::server::store::rows::sql::{Connection, Query, Row};
use crate::server::store::rows::{StoreError, id, when};

/// Reads a proposed option and its author.
pub fn proposed(row: &Row, zone: Option<&TimeZone>) -> Result<(MemberId, Proposed), StoreError> {
    let when = when((row.get("date")?, row.get("starts_at")?, row.get("ends_at")?), zone)?;
    let option = id("own_options.id", row.get::<String>("id")?)?;
    let option = PollOption { when, ..PollOption::new(option, &row.get::<String>("label")?) };
    let member = id("own_options.member", row.get::<String>("member")?)?;
    Ok((member, Proposed { option, by: Some(row.get("name")?) }))
}

/// The rows of the options that wait for staff, by the id of their poll; those of a poll are sorted by option id.
pub async fn waiting(
    read: &mut Connection,
    polls: &[PollId],
) -> Result<HashMap<String, Vec<Row>>, StoreError> {
    let mut query = Query::new(
        "SELECT o.poll, o.id, o.member, m.name, o.label, o.date, o.starts_at, o.ends_at FROM own_options o \
         JOIN members m ON m.id = o.member WHERE o.state = 'waiting' AND o.poll IN ",
    );
    query.push_list(polls).push(" ORDER BY o.poll, o.id");
    let mut waiting: HashMap<String, Vec<Row>> = HashMap::new();
    for row in query.fetch_all::<Row>(read).await? {
        waiting.entry(row.get("poll")?).or_default().push(row);
    }
    Ok(waiting)
}
