//! Assesses members: gives them the stage and the badges that they earned.

use std::sync::Arc;

use super::ledger::Ledger;
use super::members::award;
use crate::domain::badge::DEFAULTS;
use crate::domain::stage;
use crate::domain::time::Timestamp;
use crate::server::store::Calendar;
use crate::server::store::reads::members::{COLUMNS, MemberRow, activity_of};
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, Word};

/// The most members assessed in one write.
const BATCH: u32 = 20;

pub async fn assess(ledger: &Arc<Ledger>, now: Timestamp) -> Result<bool, StoreError> {
    let mut write = ledger.begin().await?;
    let mut query = Query::new(COLUMNS);
    query.push(" WHERE assessed_day < ? AND role <> 'guest' ORDER BY assessed_day LIMIT ?");
    let rows: Vec<MemberRow> = query.bind(ledger.calendar.day(now)).bind(BATCH).fetch_all(&mut write).await?;
    let more = u32::try_from(rows.len()) == Ok(BATCH);
    for row in rows {
        assess_one(&mut write, &row, &ledger.calendar, now).await?;
    }
    write.commit().await?;
    Ok(more)
}

async fn assess_one(
    write: &mut Connection,
    row: &MemberRow,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<(), StoreError> {
    let today = calendar.day(now);
    let activity = activity_of(write, &row.id).await?;
    let facts = row.facts(&activity, calendar, now);
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
    Query::new(sql)
        .bind(held.map(|h| h.stage.word()))
        .bind(held.and_then(|h| h.demoted))
        .bind(today)
        .bind(moved)
        .bind(&row.id)
        .execute(write)
        .await?;
    Ok(())
}
