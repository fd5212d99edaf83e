//! Members with their activity, stages and badges.

use std::collections::HashMap;

use crate::domain::activity::{Activity, Count, Facts};
use crate::domain::badge::{self, DEFAULTS, default_badge};
use crate::domain::id::MemberId;
use crate::domain::member::{Award, Member, Stage};
use crate::domain::stage::Held;
use crate::domain::time::Timestamp;
use crate::server::store::Calendar;
use crate::server::store::rows::sql::{self, Connection, Query, Record, Row};
use crate::server::store::rows::{StoreError, Word, id, number};
use crate::server::who::{Identity, Role, Who};

pub struct MemberRow {
    pub id: String,
    name: String,
    role: String,
    revision: i64,
    joined_at: Option<i64>,
    stage: Option<String>,
    demoted_day: Option<i64>,
}

pub const COLUMNS: &str = "SELECT id, name, role, revision, joined_at, stage, demoted_day FROM members";

impl MemberRow {
    pub fn held(&self) -> Option<Held> {
        let stage = self.stage.as_deref().and_then(Stage::of)?;
        Some(Held { stage, demoted: self.demoted_day })
    }

    pub fn facts<'a>(&self, activity: &'a Activity, calendar: &Calendar, now: Timestamp) -> Facts<'a> {
        Facts {
            activity,
            today: calendar.day(now),
            joined: self.joined_at.map(|at| calendar.day(Timestamp(at))),
            leads: self.role == Role::Staff.word(),
        }
    }
}

impl Record for MemberRow {
    fn read(row: Row) -> Result<Self, sql::Error> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            role: row.get("role")?,
            revision: row.get("revision")?,
            joined_at: row.get("joined_at")?,
            stage: row.get("stage")?,
            demoted_day: row.get("demoted_day")?,
        })
    }
}

/// Whether a member is stored with the name, role and joining date of their token; and their stage, if it is known.
pub async fn known(read: &mut Connection, member: &Identity) -> Result<(bool, Option<Stage>), StoreError> {
    let sql = "SELECT name, role, stage, joined_at FROM members WHERE id = ?";
    let known: Option<(String, String, Option<String>, Option<i64>)> =
        Query::new(sql).bind(&member.id).fetch_optional(read).await?;
    Ok(known.map_or((false, None), |(name, role, stage, joined)| {
        let joined = member.joined.is_none() || member.joined == joined.map(Timestamp);
        let same = name == member.name && role == member.role.word() && joined;
        (same, stage.as_deref().and_then(Stage::of))
    }))
}

pub async fn members(
    read: &mut Connection,
    ids: &[MemberId],
    who: &Who,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<Vec<Member>, StoreError> {
    let mut query = Query::new(COLUMNS);
    query.push(" WHERE role <> 'guest' AND id IN ").push_list(ids);
    let rows: Vec<MemberRow> = query.fetch_all(read).await?;
    let mut rows: HashMap<String, MemberRow> = rows.into_iter().map(|r| (r.id.clone(), r)).collect();
    let mut badges = awards_of(read, ids).await?;
    let mut members = Vec::with_capacity(rows.len());
    for id in ids {
        let Some(row) = rows.remove(id.as_str()) else { continue };
        let badges = badges.remove(id.as_str()).unwrap_or_default();
        let mut next = Vec::new();
        if who.member().is_some_and(|m| m.id == *id) {
            let activity = activity_of(read, id.as_str()).await?;
            let held = |badge: &str| badges.iter().any(|a| a.badge.as_str() == badge);
            next = badge::ahead(&DEFAULTS, held, &row.facts(&activity, calendar, now));
        }
        members.push(Member {
            id: id.clone(),
            revision: number("members.revision", row.revision)?,
            stage: row.held().map(|h| h.stage),
            name: row.name,
            badges,
            next,
        });
    }
    Ok(members)
}

pub async fn activity_of(read: &mut Connection, member: &str) -> Result<Activity, StoreError> {
    let sql = "SELECT metric, day, n FROM activity WHERE member = ?";
    let rows: Vec<(String, i64, i64)> = Query::new(sql).bind(member).fetch_all(read).await?;
    let mut activity = Activity::default();
    for (metric, day, n) in rows {
        // A newer version of the host may have stored counts that this one does not know.
        if let Some(count) = Count::of(&metric) {
            activity.add(count, day, number("activity.n", n)?);
        }
    }
    Ok(activity)
}

/// The members' awards, the highest tiers first, then in the order of the default badges.
async fn awards_of(
    read: &mut Connection,
    members: &[MemberId],
) -> Result<HashMap<String, Vec<Award>>, StoreError> {
    let mut query = Query::new("SELECT member, badge, awarded_at, times FROM awards WHERE member IN ");
    let rows: Vec<(String, String, i64, i64)> = query.push_list(members).fetch_all(read).await?;
    let mut awards: HashMap<String, Vec<(usize, Award)>> = HashMap::new();
    for (member, badge, at, times) in rows {
        let Some((place, known)) = default_badge(&badge) else { continue };
        let award = Award {
            badge: id("awards.badge", &badge)?,
            name: known.name.into(),
            description: known.description.into(),
            icon: known.icon,
            tier: known.tier,
            group: known.group.into(),
            awarded_at: Some(Timestamp(at)),
            reason: String::new(),
            times: number("awards.times", times)?,
        };
        awards.entry(member).or_default().push((place, award));
    }
    let in_order = |mut awards: Vec<(usize, Award)>| {
        awards.sort_by_key(|(place, award)| (std::cmp::Reverse(award.tier), *place));
        awards.into_iter().map(|(_, award)| award).collect()
    };
    Ok(awards.into_iter().map(|(member, awards)| (member, in_order(awards))).collect())
}

/// The stages of these members, without the members whose stage is unknown.
pub async fn stages_of(
    read: &mut Connection,
    members: impl IntoIterator<Item = &MemberId>,
) -> Result<HashMap<MemberId, Stage>, StoreError> {
    let mut query = Query::new("SELECT id, stage FROM members WHERE stage IS NOT NULL AND id IN ");
    let rows: Vec<(String, String)> = query.push_list(members).fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|(member, word)| Some((member, Stage::of(&word)?)));
    known.map(|(member, stage)| Ok((id("members.id", &member)?, stage))).collect()
}
