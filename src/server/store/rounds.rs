//! Polls that come back: what came of each round is kept, its ballots are not.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::change::millis;
use super::follow::Voters;
use super::load::{load, push_ids};
use super::phases::{phase_of, phase_word};
use super::poll::Stored;
use super::put::store_counts;
use super::{Store, StoreError, id, notices, number};
use crate::domain::count::Profile;
use crate::domain::id::{OptionId, PollId};
use crate::domain::poll::{Kind, MOST_PAST, Past, Phase, Secrecy, Tally};
use crate::domain::time::Timestamp;

#[derive(FromRow)]
struct RoundRow {
    poll: String,
    number: i64,
    closed_at: i64,
    ballots_cast: i64,
    leaders: String,
}

impl RoundRow {
    fn read(self) -> Result<Past, StoreError> {
        let leader = |text: &str| id("rounds.leaders", OptionId::new(text), text);
        Ok(Past {
            number: number("rounds.number", self.number)?,
            closed_at: Timestamp(self.closed_at),
            cast: number("rounds.ballots_cast", self.ballots_cast)?,
            leaders: self.leaders.split_whitespace().map(leader).collect::<Result<_, _>>()?,
        })
    }
}

/// The latest rounds of these polls that are over, the last one first.
pub(super) async fn past(
    read: &mut SqliteConnection,
    polls: &[PollId],
) -> Result<HashMap<String, Vec<Past>>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT r.poll, r.number, r.closed_at, r.ballots_cast, r.leaders FROM rounds r \
         JOIN polls p ON p.id = r.poll WHERE r.number >= p.round - ",
    );
    query.push_bind(i64::try_from(MOST_PAST).unwrap_or(i64::MAX));
    query.push(" AND r.poll IN ");
    push_ids(&mut query, polls);
    query.push(" ORDER BY r.poll, r.number DESC");
    let mut past: HashMap<String, Vec<Past>> = HashMap::new();
    for row in query.build_query_as::<RoundRow>().fetch_all(read).await? {
        past.entry(row.poll.clone()).or_default().push(row.read()?);
    }
    Ok(past)
}

/// Keeps what came of a round.
pub(super) async fn keep(write: &mut SqliteConnection, poll: &PollId, past: &Past) -> Result<(), StoreError> {
    let leaders: Vec<&str> = past.leaders.iter().map(OptionId::as_str).collect();
    let sql = "INSERT INTO rounds (poll, number, closed_at, ballots_cast, leaders) VALUES (?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(poll.as_str())
        .bind(i64::from(past.number))
        .bind(past.closed_at.0)
        .bind(i64::from(past.cast))
        .bind(leaders.join(" "))
        .execute(write)
        .await?;
    Ok(())
}

impl Store {
    /// Begins a new round of every poll whose next one opens by `now`. A host that was away begins the latest.
    pub async fn begin_rounds(&self, now: Timestamp) -> Result<(), StoreError> {
        // A ranked poll that is still being counted has no result to keep yet; it is next time.
        let sql = "SELECT id FROM polls WHERE next_round_at <= ? AND counted = 1";
        let due: Vec<String> = sqlx::query_scalar(sql).bind(now.0).fetch_all(&self.read).await?;
        for text in due {
            self.begin_round(&id("polls.id", PollId::new(&text), &text)?, now).await?;
        }
        Ok(())
    }

    async fn begin_round(&self, poll: &PollId, now: Timestamp) -> Result<(), StoreError> {
        let mut write = self.begin().await?;
        let Some(mut stored) = load(&mut write, std::slice::from_ref(poll)).await?.remove(poll) else {
            return Ok(());
        };
        let Some(repeat) = stored.repeat.clone() else { return Ok(()) };
        let opened_before = stored.poll.rules.opens_at;
        let Some(opens_at) = repeat.latest(now).filter(|at| opened_before.is_none_or(|before| *at > before))
        else {
            return Ok(());
        };
        keep(&mut write, poll, &outcome(&stored, opens_at)).await?;
        // A round that ends as the next one opens was not announced as closed.
        let before = phase_of(&mut write, poll).await?;
        notices::note(&mut write, poll, before, Phase::Closed, now).await?;
        sqlx::query("DELETE FROM ballots WHERE poll = ?").bind(poll.as_str()).execute(&mut *write).await?;
        for sql in [
            "UPDATE options SET added_after = NULL WHERE poll = ?",
            "DELETE FROM comments WHERE poll = ?",
            "UPDATE polls SET comments = 0 WHERE id = ?",
            "DELETE FROM own_options WHERE poll = ? AND state <> 'waiting'",
        ] {
            sqlx::query(sql).bind(poll.as_str()).execute(&mut *write).await?;
        }
        let rules = &mut stored.poll.rules;
        rules.opens_at = Some(opens_at);
        rules.closes_at = repeat.closing(opens_at);
        let sql = "UPDATE polls SET round = round + 1, opens_at = ?, closes_at = ?, next_round_at = ?, phase = ? \
                   WHERE id = ?";
        sqlx::query(sql)
            .bind(millis(rules.opens_at))
            .bind(millis(rules.closes_at))
            .bind(millis(repeat.next(opens_at)))
            .bind(phase_word(rules.phase(now)))
            .bind(poll.as_str())
            .execute(&mut *write)
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
        self.publish(write, poll, Voters::new()).await
    }
}

/// What came of the round that ends when the next one opens.
fn outcome(stored: &Stored, next_opens: Timestamp) -> Past {
    let poll = &stored.poll;
    let leaders = poll.tally.as_ref().map(|tally| tally.leaders(poll.rules.kind)).unwrap_or_default();
    Past {
        number: poll.round(),
        closed_at: poll.rules.closes_at.map_or(next_opens, |at| at.min(next_opens)),
        cast: poll.turnout.cast,
        leaders: leaders.iter().filter_map(|&at| poll.options.get(at)).map(|o| o.id.clone()).collect(),
    }
}
