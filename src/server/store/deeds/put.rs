//! Writes the rows of polls.

use crate::domain::id::PollId;
use crate::domain::poll::Tally;
use crate::domain::time::Timestamp;
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{
    StoreError, Word, asks_row, counts_row, edited_row, kind_row, languages_row, result_row, when_row,
};
use crate::server::store::{NewPoll, Repeat, Stored};

/// Stores a poll's revision, turnout and tally. `counted` is false for a ranked poll whose result is not up to date yet.
pub async fn store_counts(write: &mut Connection, stored: &Stored, counted: bool) -> Result<(), StoreError> {
    let poll = &stored.poll;
    let result = poll.tally.as_ref().and_then(|tally| result_row(tally, &poll.options));
    Query::new(UPDATE_COUNTS)
        .bind(poll.revision.cast_signed())
        .bind(poll.turnout.cast)
        .bind(poll.tally.as_ref().map(counts_row))
        .bind(result)
        .bind(counted)
        .bind(&poll.id)
        .execute(write)
        .await?;
    Ok(())
}

const UPDATE_COUNTS: &str =
    "UPDATE polls SET revision = ?, ballots_cast = ?, counts = ?, result = ?, counted = ? WHERE id = ?";

/// Writes a new poll, with empty counts, or replaces all of a poll but its counts, as part of a write. `next` is when its next
/// round opens.
pub async fn put(
    write: &mut Connection,
    poll: &NewPoll,
    next: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rules = &poll.rules;
    let fault = |fault| StoreError::Rules { poll: poll.id.clone(), fault };
    poll.check(next).map_err(fault)?;
    let repeat = poll.repeat.as_ref().map(Repeat::row);
    Query::new(
        "INSERT INTO polls (id, title, title_languages, description, description_languages, kind, opens_at, closes_at, \
         time_zone, results, secrecy, \
         changeable, retractable, abstention, quorum, own_options, commentable, shuffle, asks, entitled, repeat, \
         repeat_from, lasts, next_round_at, phase, counts, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, title_languages = excluded.title_languages, \
         description = excluded.description, description_languages = excluded.description_languages, \
         kind = excluded.kind, opens_at = excluded.opens_at, closes_at = excluded.closes_at, \
         time_zone = excluded.time_zone, results = excluded.results, secrecy = excluded.secrecy, \
         changeable = excluded.changeable, retractable = excluded.retractable, \
         abstention = excluded.abstention, quorum = excluded.quorum, own_options = excluded.own_options, \
         commentable = excluded.commentable, shuffle = excluded.shuffle, asks = excluded.asks, \
         entitled = excluded.entitled, repeat = excluded.repeat, repeat_from = excluded.repeat_from, \
         lasts = excluded.lasts, next_round_at = excluded.next_round_at, phase = excluded.phase",
    )
    .bind(&poll.id)
    .bind(poll.title.first())
    .bind(languages_row(&poll.title))
    .bind(poll.description.first())
    .bind(languages_row(&poll.description))
    .bind(kind_row(rules.kind))
    .bind(rules.opens_at)
    .bind(rules.closes_at)
    .bind(rules.zone.as_ref().map(|zone| &zone.name))
    .bind(rules.results.word())
    .bind(rules.secrecy.word())
    .bind(rules.changeable)
    .bind(rules.retractable)
    .bind(rules.abstention)
    .bind(rules.quorum)
    .bind(rules.own_options.word())
    .bind(rules.commentable)
    .bind(poll.shuffle)
    .bind(asks_row(&poll.asks))
    .bind(poll.entitled)
    .bind(poll.repeat.as_ref().map(Repeat::rule))
    .bind(repeat.as_ref().map(|row| row.0))
    .bind(repeat.and_then(|row| row.1))
    .bind(next)
    .bind(rules.phase(now).word())
    .bind(counts_row(&Tally::empty(rules.kind, poll.options.len())))
    .bind(now)
    .execute(write)
    .await?;
    let sql = "DELETE FROM options WHERE poll = ?";
    Query::new(sql).bind(&poll.id).execute(write).await?;
    for (place, option) in (0_i64..).zip(&poll.options) {
        let (date, starts_at, ends_at) = when_row(option.when);
        let sql = "INSERT INTO options \
                   (poll, id, place, label, label_languages, picture, link, date, starts_at, ends_at, added_after, edited) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        Query::new(sql)
            .bind(&poll.id)
            .bind(&option.id)
            .bind(place)
            .bind(option.label.first())
            .bind(languages_row(&option.label))
            .bind(&option.picture)
            .bind(&option.link)
            .bind(date)
            .bind(starts_at)
            .bind(ends_at)
            .bind(option.added_after)
            .bind(edited_row(option.edited.as_ref()))
            .execute(write)
            .await?;
    }
    Ok(())
}

/// Raises a poll's revision, as part of a write.
pub async fn raise(write: &mut Connection, poll: &PollId) -> Result<(), StoreError> {
    let sql = "UPDATE polls SET revision = revision + 1 WHERE id = ?";
    Query::new(sql).bind(poll).execute(write).await?;
    Ok(())
}
