//! Members: who they are, what they did, where they stand and which badges they have.

use std::collections::{BTreeMap, HashMap};

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::queue::Wish;
use super::{Store, StoreError, id, number};
use crate::api::{stage_from, stage_word};
use crate::domain::activity::{Activity, COUNTS, Count, Facts};
use crate::domain::badge::{self, DEFAULTS, default_badge};
use crate::domain::id::{BadgeId, MemberId};
use crate::domain::member::{Award, Member, Stage};
use crate::domain::stage::{self, Held};
use crate::domain::time::Timestamp;
use crate::server::who::{Identity, Role, Who};

/// Members assessed in one write.
const BATCH: u32 = 20;

#[derive(FromRow)]
struct MemberRow {
    id: String,
    name: String,
    role: String,
    revision: i64,
    joined_at: Option<i64>,
    stage: Option<String>,
    demoted_day: Option<i64>,
}

const COLUMNS: &str = "SELECT id, name, role, revision, joined_at, stage, demoted_day FROM members";

impl MemberRow {
    fn held(&self) -> Option<Held> {
        let stage = self.stage.as_deref().and_then(stage_from)?;
        Some(Held { stage, demoted: self.demoted_day })
    }

    fn facts<'a>(&self, activity: &'a Activity, today: i64) -> Facts<'a> {
        Facts {
            activity,
            today,
            joined: self.joined_at.map(|at| Timestamp(at).day()),
            leads: self.role == Role::Staff.word(),
        }
    }
}

impl Store {
    /// Makes sure that a member whose token stands is known, by the name and role that it says. Where they stand, as far
    /// as the host knows.
    pub async fn meet(&self, member: &Identity) -> Result<Option<Stage>, StoreError> {
        let sql = "SELECT name, role, stage FROM members WHERE id = ?";
        let known: Option<(String, String, Option<String>)> =
            sqlx::query_as(sql).bind(member.id.as_str()).fetch_optional(&self.read).await?;
        let (same, stage) = known.map_or((false, None), |(name, role, stage)| {
            (name == member.name && role == member.role.word(), stage.as_deref().and_then(stage_from))
        });
        if !same {
            self.wish(Wish::Meet(member.clone())).await?;
        }
        Ok(stage)
    }

    /// Those of these members that exist, in the order asked for, as the viewer may see them at `now`.
    pub async fn members(
        &self,
        ids: &[MemberId],
        who: &Who,
        now: Timestamp,
    ) -> Result<Vec<Member>, StoreError> {
        let mut read = self.read.begin().await?;
        let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
        query.push(" WHERE role <> 'guest' AND id IN ");
        push_ids(&mut query, ids);
        let rows: Vec<MemberRow> = query.build_query_as().fetch_all(&mut *read).await?;
        let mut rows: HashMap<String, MemberRow> = rows.into_iter().map(|r| (r.id.clone(), r)).collect();
        let mut badges = awards_of(&mut read, ids).await?;
        let mut members = Vec::with_capacity(rows.len());
        for id in ids {
            let Some(row) = rows.remove(id.as_str()) else { continue };
            let badges = badges.remove(id.as_str()).unwrap_or_default();
            let mut next = Vec::new();
            if who.member().is_some_and(|m| m.id == *id) {
                let activity = activity_of(&mut read, id.as_str()).await?;
                let held = |badge: &str| badges.iter().any(|a| a.badge.as_str() == badge);
                next = badge::ahead(&DEFAULTS, held, &row.facts(&activity, now.day()));
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

    /// Looks at some of the members who were not looked at today or did something since: gives them the stage and
    /// the badges that they earned. Whether there may be more to look at.
    pub async fn assess(&self, now: Timestamp) -> Result<bool, StoreError> {
        let mut write = self.begin().await?;
        let sql =
            [COLUMNS, " WHERE assessed_day < ? AND role <> 'guest' ORDER BY assessed_day LIMIT ?"].concat();
        let rows: Vec<MemberRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(now.day())
            .bind(BATCH)
            .fetch_all(&mut *write)
            .await?;
        let more = u32::try_from(rows.len()) == Ok(BATCH);
        for row in rows {
            assess_one(&mut write, &row, now).await?;
        }
        self.commit(write).await?;
        Ok(more)
    }
}

async fn assess_one(write: &mut SqliteConnection, row: &MemberRow, now: Timestamp) -> Result<(), StoreError> {
    let today = now.day();
    let activity = activity_of(write, &row.id).await?;
    let facts = row.facts(&activity, today);
    let held = stage::settle(row.held(), stage::find(&facts), today);
    let mut moved = held != row.held();
    for badge in &DEFAULTS {
        let times = badge.times(&facts);
        if times > 0 {
            moved |= award(write, &row.id, badge.id, times, now).await?;
        }
    }
    let sql = "UPDATE members SET stage = ?, demoted_day = ?, assessed_day = ?, revision = revision + ? \
               WHERE id = ?";
    sqlx::query(sql)
        .bind(held.map(|h| stage_word(h.stage)))
        .bind(held.and_then(|h| h.demoted))
        .bind(today)
        .bind(i64::from(moved))
        .bind(&row.id)
        .execute(write)
        .await?;
    Ok(())
}

/// Gives a badge as part of a write; whether the member did not have it that often yet. Awards only go up.
pub(super) async fn award(
    write: &mut SqliteConnection,
    member: &str,
    badge: &str,
    times: u32,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO awards (member, badge, awarded_at, times) VALUES (?, ?, ?, ?) \
               ON CONFLICT (member, badge) DO UPDATE SET times = excluded.times WHERE awards.times < excluded.times";
    let given =
        sqlx::query(sql).bind(member).bind(badge).bind(at.0).bind(i64::from(times)).execute(write).await?;
    Ok(given.rows_affected() > 0)
}

/// Makes sure that members are known by the latest of the names and roles that they came with, as part of a write.
pub(super) async fn meet(
    write: &mut SqliteConnection,
    members: impl Iterator<Item = &Identity>,
) -> Result<(), StoreError> {
    let latest: BTreeMap<&MemberId, &Identity> = members.map(|member| (&member.id, member)).collect();
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO members (id, name, role) ");
    query.push_values(latest, |mut row, (id, member)| {
        row.push_bind(id.to_string()).push_bind(member.name.clone()).push_bind(member.role.word());
    });
    query.push(
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, \
         revision = members.revision + 1 WHERE members.name <> excluded.name OR members.role <> excluded.role",
    );
    query.build().persistent(false).execute(write).await?;
    Ok(())
}

/// A member by the name and role that they came with, as part of a write, and where they stand.
pub(super) async fn met(write: &mut SqliteConnection, member: &Identity) -> Result<Identity, StoreError> {
    meet(write, std::iter::once(member)).await?;
    let stage = stages_of(write, [&member.id]).await?.remove(&member.id);
    Ok(Identity { stage, ..member.clone() })
}

/// Counts what members did on a day, as part of a write.
pub(super) async fn add_activity(
    write: &mut SqliteConnection,
    count: Count,
    done: &BTreeMap<(&MemberId, i64), u32>,
) -> Result<(), StoreError> {
    let word = COUNTS.iter().find(|(c, _)| *c == count).map_or("", |(_, word)| word);
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO activity (member, metric, day, n) ");
    query.push_values(done, |mut row, ((member, day), n)| {
        row.push_bind(member.to_string()).push_bind(word).push_bind(*day).push_bind(i64::from(*n));
    });
    query.push(" ON CONFLICT (member, metric, day) DO UPDATE SET n = activity.n + excluded.n");
    query.build().persistent(false).execute(write).await?;
    Ok(())
}

/// Has members looked at anew after a day, as part of a write; after 0 it is at once.
pub(super) async fn assess_after<'a>(
    write: &mut SqliteConnection,
    day: i64,
    members: impl Iterator<Item = &'a MemberId>,
) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("UPDATE members SET assessed_day = ");
    query.push_bind(day).push(" WHERE id IN ");
    push_ids(&mut query, members);
    query.build().persistent(false).execute(write).await?;
    Ok(())
}

async fn activity_of(read: &mut SqliteConnection, member: &str) -> Result<Activity, StoreError> {
    let sql = "SELECT metric, day, n FROM activity WHERE member = ?";
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(sql).bind(member).fetch_all(read).await?;
    let mut activity = Activity::default();
    for (metric, day, n) in rows {
        // A newer host's counts mean nothing to this one.
        if let Some(count) = Count::of(&metric) {
            activity.add(count, day, number("activity.n", n)?);
        }
    }
    Ok(activity)
}

/// The members' awards, the highest ranks first.
async fn awards_of(
    read: &mut SqliteConnection,
    members: &[MemberId],
) -> Result<HashMap<String, Vec<Award>>, StoreError> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT member, badge, awarded_at, times FROM awards WHERE member IN ");
    push_ids(&mut query, members);
    let rows: Vec<(String, String, i64, i64)> = query.build_query_as().fetch_all(read).await?;
    let mut awards: HashMap<String, Vec<(usize, Award)>> = HashMap::new();
    for (member, badge, at, times) in rows {
        let Some((place, known)) = default_badge(&badge) else { continue };
        let award = Award {
            badge: id("awards.badge", BadgeId::new(&badge), &badge)?,
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

/// Where these members stand, as far as that is known.
pub(super) async fn stages_of(
    read: &mut SqliteConnection,
    members: impl IntoIterator<Item = &MemberId>,
) -> Result<HashMap<MemberId, Stage>, StoreError> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT id, stage FROM members WHERE stage IS NOT NULL AND id IN ");
    push_ids(&mut query, members);
    let rows: Vec<(String, String)> = query.build_query_as().persistent(false).fetch_all(read).await?;
    let known = rows.into_iter().filter_map(|(member, word)| Some((member, stage_from(&word)?)));
    known.map(|(member, stage)| Ok((id("members.id", MemberId::new(&member), &member)?, stage))).collect()
}

/// A list of ids for `IN`.
pub(super) fn push_ids<'a>(query: &mut QueryBuilder<Sqlite>, ids: impl IntoIterator<Item = &'a MemberId>) {
    query.push("(");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.to_string());
    }
    query.push(")");
}
