//! Polls that repeat: the result of each round is kept, its ballots are deleted.

use std::sync::Arc;

use super::ledger::Ledger;
use super::notices;
use super::put::store_counts;
use crate::domain::count::Profile;
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{Kind, Past, Phase, Secrecy, Tally};
use crate::domain::time::Timestamp;
use crate::server::store::Stored;
use crate::server::store::feed::Voters;
use crate::server::store::reads::polls::{load_one, phase_of};
use crate::server::store::rows::sql::{Connection, Query};
use crate::server::store::rows::{StoreError, Word, id};

/// Stores the result of a round, as part of a write.
pub async fn keep(write: &mut Connection, poll: &PollId, past: &Past) -> Result<(), StoreError> {
    let leaders: Vec<&str> = past.leaders.iter().map(OptionId::as_str).collect();
    let sql = "INSERT INTO rounds (poll, number, closed_at, ballots_cast, leaders) VALUES (?, ?, ?, ?, ?)";
    Query::new(sql)
        .bind(poll)
        .bind(past.number)
        .bind(past.closed_at)
        .bind(past.cast)
        .bind(leaders.join(" "))
        .execute(write)
        .await?;
    Ok(())
}

pub async fn begin_rounds(ledger: &Arc<Ledger>, now: Timestamp) -> Result<(), StoreError> {
    // A ranked poll that is still being counted has no result yet. Its next round begins at a later call.
    let sql = "SELECT id FROM polls WHERE next_round_at <= ? AND counted = 1";
    let due: Vec<String> = Query::new(sql).bind(now).fetch_all(&mut ledger.db.reader().await?).await?;
    for text in due {
        begin_round(ledger, &id("polls.id", text)?, now).await?;
    }
    Ok(())
}

async fn begin_round(ledger: &Arc<Ledger>, poll: &PollId, now: Timestamp) -> Result<(), StoreError> {
    let mut write = ledger.begin().await?;
    let Some(mut stored) = load_one(&mut write, poll).await? else {
        return Ok(());
    };
    let Some(repeat) = stored.repeat.clone() else { return Ok(()) };
    let opened_before = stored.poll.rules.opens_at;
    let Some(opens_at) = repeat.latest(now).filter(|at| opened_before.is_none_or(|before| *at > before))
    else {
        return Ok(());
    };
    keep(&mut write, poll, &outcome(&stored, opens_at)).await?;
    // A round that ends when the next one opens has not been announced as closed yet.
    let before = phase_of(&mut write, poll).await?;
    notices::note(&mut write, poll, before, Phase::Closed, now).await?;
    Query::new("DELETE FROM ballots WHERE poll = ?").bind(poll).execute(&mut write).await?;
    for sql in [
        "UPDATE options SET added_after = NULL, edited = NULL WHERE poll = ?",
        "DELETE FROM comments WHERE poll = ?",
        "UPDATE polls SET comments = 0, title_edited = NULL, description_edited = NULL WHERE id = ?",
        "DELETE FROM own_options WHERE poll = ? AND state <> 'waiting'",
    ] {
        Query::new(sql).bind(poll).execute(&mut write).await?;
    }
    let rules = &mut stored.poll.rules;
    rules.opens_at = Some(opens_at);
    rules.closes_at = repeat.closing(opens_at);
    let sql = "UPDATE polls SET round = round + 1, opens_at = ?, closes_at = ?, next_round_at = ?, phase = ? \
               WHERE id = ?";
    Query::new(sql)
        .bind(rules.opens_at)
        .bind(rules.closes_at)
        .bind(repeat.next(opens_at))
        .bind(rules.phase(now).word())
        .bind(poll)
        .execute(&mut write)
        .await?;
    let kind = rules.kind;
    stored.poll.revision += 1;
    stored.poll.turnout.cast = 0;
    stored.poll.tally = Some(Tally::empty(kind, stored.poll.options.len()));
    if matches!(kind, Kind::Ranked(_)) {
        write.set_profile(poll, Arc::new(Profile::new()), true);
    }
    store_counts(&mut write, &stored, true).await?;
    if stored.poll.rules.secrecy == Secrecy::Anonymous {
        write.leaves_traces();
    }
    notices::note(&mut write, poll, Phase::Closed, stored.poll.rules.phase(now), now).await?;
    write.publish(poll, Voters::new()).await
}

/// The result of the round that ends at its closing time, or at `next_opens` if that is earlier.
fn outcome(stored: &Stored, next_opens: Timestamp) -> Past {
    let poll = &stored.poll;
    let leaders = poll.tally.as_ref().map(|tally| tally.leaders(poll.rules.kind)).unwrap_or_default();
    Past {
        number: poll.round(),
        closed_at: poll.rules.closes_at.map_or(next_opens, |at| at.min(next_opens)),
        offset: None,
        cast: poll.turnout.cast,
        leaders: leaders.iter().filter_map(|&at| poll.options.get(at)).map(|o| o.id.clone()).collect(),
    }
}
