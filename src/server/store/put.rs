//! Writing polls down.

use sqlx::SqliteConnection;

use super::change::millis;
use super::phases::phase_word;
use super::poll::{NewPoll, Stored};
use super::{Repeat, StoreError, rankings, says};
use crate::api::{own_options_word, results_word, secrecy_word};
use crate::domain::id::PollId;
use crate::domain::link::Link;
use crate::domain::poll::Tally;
use crate::domain::time::Timestamp;

/// Puts a poll's revision, turnout and tally in the place of those before; a ranked poll may have to be `counted` yet.
pub(super) async fn store_counts(
    write: &mut SqliteConnection,
    stored: &Stored,
    counted: bool,
) -> Result<(), StoreError> {
    let poll = &stored.poll;
    let result = poll.tally.as_ref().and_then(|tally| rankings::result_row(tally, &poll.options));
    sqlx::query(UPDATE_COUNTS)
        .bind(poll.revision.cast_signed())
        .bind(i64::from(poll.turnout.cast))
        .bind(poll.tally.as_ref().map(says::counts_row))
        .bind(result)
        .bind(i64::from(counted))
        .bind(poll.id.as_str())
        .execute(write)
        .await?;
    Ok(())
}

const UPDATE_COUNTS: &str =
    "UPDATE polls SET revision = ?, ballots_cast = ?, counts = ?, result = ?, counted = ? WHERE id = ?";

/// Writes down all of a poll but its counts, as part of a write: a new one, or one in the place of what it was.
pub(super) async fn put(
    write: &mut SqliteConnection,
    poll: &NewPoll,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rules = &poll.rules;
    let fault = |fault| StoreError::Rules { poll: poll.id.clone(), fault };
    poll.check().map_err(fault)?;
    let repeat = poll.repeat.as_ref().map(Repeat::row);
    let next = poll.repeat.as_ref().and_then(|repeat| repeat.next(rules.opens_at.unwrap_or(now)));
    sqlx::query(
        "INSERT INTO polls (id, title, description, kind, opens_at, closes_at, time_zone, results, secrecy, \
         changeable, retractable, abstention, quorum, own_options, commentable, shuffle, asks, entitled, repeat, \
         repeat_from, lasts, next_round_at, phase, counts) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, description = excluded.description, \
         kind = excluded.kind, opens_at = excluded.opens_at, closes_at = excluded.closes_at, \
         time_zone = excluded.time_zone, results = excluded.results, secrecy = excluded.secrecy, \
         changeable = excluded.changeable, retractable = excluded.retractable, \
         abstention = excluded.abstention, quorum = excluded.quorum, own_options = excluded.own_options, \
         commentable = excluded.commentable, shuffle = excluded.shuffle, asks = excluded.asks, \
         entitled = excluded.entitled, repeat = excluded.repeat, repeat_from = excluded.repeat_from, \
         lasts = excluded.lasts, next_round_at = excluded.next_round_at, phase = excluded.phase",
    )
    .bind(poll.id.as_str())
    .bind(&poll.title)
    .bind(&poll.description)
    .bind(says::kind_row(rules.kind))
    .bind(millis(rules.opens_at))
    .bind(millis(rules.closes_at))
    .bind(rules.zone.as_ref().map(|zone| &zone.name))
    .bind(results_word(rules.results))
    .bind(secrecy_word(rules.secrecy))
    .bind(i64::from(rules.changeable))
    .bind(i64::from(rules.retractable))
    .bind(i64::from(rules.abstention))
    .bind(rules.quorum.map(i64::from))
    .bind(own_options_word(rules.own_options))
    .bind(i64::from(rules.commentable))
    .bind(i64::from(poll.shuffle))
    .bind(says::asks_row(&poll.asks))
    .bind(poll.entitled.map(i64::from))
    .bind(poll.repeat.as_ref().map(Repeat::rule))
    .bind(repeat.as_ref().map(|row| row.0))
    .bind(repeat.and_then(|row| row.1))
    .bind(millis(next))
    .bind(phase_word(rules.phase(now)))
    .bind(says::counts_row(&Tally::empty(rules.kind, poll.options.len())))
    .execute(&mut *write)
    .await?;
    let sql = "DELETE FROM options WHERE poll = ?";
    sqlx::query(sql).bind(poll.id.as_str()).execute(&mut *write).await?;
    for (place, option) in (0_i64..).zip(&poll.options) {
        let sql = "INSERT INTO options (poll, id, place, label, picture, link, starts_at, ends_at, added_after) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(poll.id.as_str())
            .bind(option.id.as_str())
            .bind(place)
            .bind(&option.label)
            .bind(option.picture.as_ref().map(Link::as_str))
            .bind(option.link.as_ref().map(Link::as_str))
            .bind(option.slot.map(|slot| slot.starts_at.0))
            .bind(option.slot.and_then(|slot| slot.ends_at).map(|t| t.0))
            .bind(option.added_after.map(i64::from))
            .execute(&mut *write)
            .await?;
    }
    Ok(())
}

/// Raises a poll's revision.
pub(super) async fn raise(write: &mut SqliteConnection, poll: &PollId) -> Result<(), StoreError> {
    let sql = "UPDATE polls SET revision = revision + 1 WHERE id = ?";
    sqlx::query(sql).bind(poll.as_str()).execute(write).await?;
    Ok(())
}
