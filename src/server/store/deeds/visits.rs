//! Visits. The first read of a signed-in member on a day of the community's calendar counts as a visit.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::domain::activity::Count;
use crate::domain::id::MemberId;
use crate::domain::time::Timestamp;
use crate::server::store::Calendar;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, id};

/// The members seen on the latest day, so that a second read on that day writes nothing.
#[derive(Debug, Default)]
pub struct Seen {
    day: i64,
    members: HashSet<MemberId>,
}

impl Seen {
    /// Whether this is the member's first read on the day.
    pub fn is_first(&mut self, day: i64, member: &MemberId) -> bool {
        if self.day != day {
            *self = Self { day, members: HashSet::new() };
        }
        !self.members.contains(member) && self.members.insert(member.clone())
    }

    /// Has the member's next read count as their first.
    pub fn forget(&mut self, member: &MemberId) {
        self.members.remove(member);
    }
}

/// A visit of a member at a time.
pub struct Visit<'a> {
    pub member: &'a MemberId,
    pub at: Timestamp,
}

/// Stores visits, as part of a write. Returns whether any was new, so that members may have to be assessed at once. A member
/// whose joining date is unknown joined on the day of their first visit. Only the day is stored: the time would date what the
/// member did right after it.
pub async fn store(
    write: &mut Connection,
    visits: &[Visit<'_>],
    calendar: &Calendar,
) -> Result<bool, StoreError> {
    let mut days: BTreeMap<i64, (Timestamp, BTreeSet<&MemberId>)> = BTreeMap::new();
    for Visit { member, at } in visits {
        let day = days.entry(calendar.day(*at));
        day.or_insert_with(|| (calendar.day_start(*at), BTreeSet::new())).1.insert(*member);
    }
    let mut came = false;
    for (day, (start, members)) in days {
        came |= store_day(write, day, start, &members).await?;
    }
    Ok(came)
}

async fn store_day(
    write: &mut Connection,
    day: i64,
    start: Timestamp,
    members: &BTreeSet<&MemberId>,
) -> Result<bool, StoreError> {
    let mut query = Query::new("INSERT INTO activity (member, metric, day, n) ");
    query.push_rows(
        members.iter().map(|&member| [member.into(), Count::Visits.word().into(), day.into(), 1_i64.into()]),
    );
    let came: Vec<String> = query.push(" ON CONFLICT DO NOTHING RETURNING member").fetch_all(write).await?;
    if came.is_empty() {
        return Ok(false);
    }
    let came = came.iter().map(|text| id("activity.member", text));
    let came: Vec<MemberId> = came.collect::<Result<_, _>>()?;
    let mut query = Query::new("UPDATE members SET joined_at = ");
    query.push_bind(start).push(" WHERE joined_at IS NULL AND id IN ").push_list(&came);
    query.execute(write).await?;
    // A member who has voted on this day may have done so anonymously. A badge that they got now could show when they voted, so
    // they are assessed on the next day.
    let mut query = Query::new(
        "UPDATE members SET assessed_day = 0 WHERE NOT EXISTS \
         (SELECT 1 FROM activity a WHERE a.member = members.id AND a.metric = ",
    );
    query.push_bind(Count::PollsVoted.word()).push(" AND a.day = ").push_bind(day).push(") AND id IN ");
    query.push_list(&came).execute(write).await?;
    Ok(true)
}
