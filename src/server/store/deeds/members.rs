//! Members: stored with the name and role of their token, given badges, and their activity counted.

use std::collections::BTreeMap;

use crate::domain::activity::Count;
use crate::domain::id::MemberId;
use crate::domain::time::Timestamp;
use crate::server::store::reads::members::stages_of;
use crate::server::store::rows::StoreError;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::who::Identity;

/// Awards a badge `times` times in total, as part of a write. Returns whether the member had it fewer times before. The number
/// of times never falls.
pub async fn award(
    write: &mut Connection,
    member: &str,
    badge: &str,
    times: u32,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO awards (member, badge, awarded_at, times) VALUES (?, ?, ?, ?) \
               ON CONFLICT (member, badge) DO UPDATE SET times = excluded.times WHERE awards.times < excluded.times";
    let given = Query::new(sql).bind(member).bind(badge).bind(at).bind(times).execute(write).await?;
    Ok(given > 0)
}

/// Stores members with the name, role and joining date of their latest token, as part of a write.
pub async fn meet(
    write: &mut Connection,
    members: impl Iterator<Item = &Identity>,
) -> Result<(), StoreError> {
    let latest: BTreeMap<&MemberId, &Identity> = members.map(|member| (&member.id, member)).collect();
    let mut query = Query::new("INSERT INTO members (id, name, role, joined_at) ");
    query.push_rows(latest.into_iter().map(|(id, member)| {
        [id.into(), (&member.name).into(), member.role.word().into(), member.joined.into()]
    }));
    query.push(
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, \
         joined_at = COALESCE(excluded.joined_at, members.joined_at), revision = members.revision + 1 \
         WHERE members.name <> excluded.name OR members.role <> excluded.role \
         OR members.joined_at IS DISTINCT FROM COALESCE(excluded.joined_at, members.joined_at)",
    );
    query.execute(write).await?;
    Ok(())
}

/// Stores a member as [`meet`] does, and adds the member's stage.
pub async fn met(write: &mut Connection, member: &Identity) -> Result<Identity, StoreError> {
    meet(write, std::iter::once(member)).await?;
    let stage = stages_of(write, [&member.id]).await?.remove(&member.id);
    Ok(Identity { stage, ..member.clone() })
}

/// Adds to a count of members' activity, by member and day, as part of a write.
pub async fn add_activity(
    write: &mut Connection,
    count: Count,
    done: &BTreeMap<(&MemberId, i64), u32>,
) -> Result<(), StoreError> {
    let mut query = Query::new("INSERT INTO activity (member, metric, day, n) ");
    query.push_rows(
        done.iter().map(|(&(member, day), &n)| [member.into(), count.word().into(), day.into(), n.into()]),
    );
    query.push(" ON CONFLICT (member, metric, day) DO UPDATE SET n = activity.n + excluded.n");
    query.execute(write).await?;
    Ok(())
}

/// Has members assessed again after `day`, as part of a write; 0 means at once.
pub async fn assess_after<'a>(
    write: &mut Connection,
    day: i64,
    members: impl Iterator<Item = &'a MemberId>,
) -> Result<(), StoreError> {
    let mut query = Query::new("UPDATE members SET assessed_day = ");
    query.push_bind(day).push(" WHERE id IN ").push_list(members).execute(write).await?;
    Ok(())
}
