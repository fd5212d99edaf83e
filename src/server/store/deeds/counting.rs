//! Counts ranked polls in the background, if that takes longer than a write should: a ballot is stored and acknowledged at
//! once, and the result follows as another change. One worker at a time counts a poll.

use std::sync::{Arc, Weak};
use std::time::Instant;

use tokio::sync::mpsc::UnboundedReceiver;
use tracing::error;

use super::ledger::Ledger;
use super::put::store_counts;
use crate::domain::id::PollId;
use crate::domain::poll::Kind;
use crate::server::store::feed::{Topic, Voters};
use crate::server::store::reads::polls::load_one;
use crate::server::store::reads::rankings::count;
use crate::server::store::rows::sql::Query;
use crate::server::store::rows::{StoreError, id};

/// Has the polls counted that arrive in `due`, until the ledger is dropped.
pub async fn work(ledger: Weak<Ledger>, mut due: UnboundedReceiver<PollId>) {
    while let Some(poll) = due.recv().await {
        let Some(ledger) = ledger.upgrade() else { return };
        tokio::spawn(async move {
            if let Err(error) = keep_counting(&ledger, &poll).await {
                if let StoreError::Unavailable(why) = error {
                    error!("{why}");
                } else {
                    error!("cannot count poll \"{poll}\": {error}");
                }
                ledger.turn.lock().await.counting.remove(&poll);
            }
        });
    }
}

pub async fn count_rest(ledger: &Ledger) -> Result<(), StoreError> {
    let sql = "SELECT id FROM polls WHERE counted = 0";
    for poll in Query::new(sql).fetch_all::<String>(&mut ledger.db.reader().await?).await? {
        ledger.count_beside(id("polls.id", poll)?);
    }
    Ok(())
}

/// Counts a poll, again and again until no ballot arrived during a count.
async fn keep_counting(ledger: &Arc<Ledger>, poll: &PollId) -> Result<(), StoreError> {
    if !ledger.turn.lock().await.counting.insert(poll.clone()) {
        return Ok(());
    }
    loop {
        let started = Instant::now();
        let mut write = ledger.begin().await?;
        let Some(stored) = load_one(&mut write, poll).await? else {
            break;
        };
        let Some(profile) = write.profile(&stored).await? else { break };
        drop(write);
        let Kind::Ranked(method) = stored.poll.rules.kind else { break };
        let before = stored.poll.options;
        let (ballots, options) = (Arc::clone(&profile), before.len());
        let counting = tokio::task::spawn_blocking(move || count(method, options, &ballots));
        let counted = counting.await.map_err(|_| StoreError::Stopped)?;

        let mut write = ledger.begin().await?;
        let Some(mut stored) = load_one(&mut write, poll).await? else {
            break;
        };
        let same = stored.poll.options.iter().map(|o| &o.id).eq(before.iter().map(|o| &o.id));
        if !same || stored.poll.rules.kind != Kind::Ranked(method) {
            continue; // the poll was edited meanwhile, and the count has options by their indices
        }
        if let Some(tally) = &mut stored.poll.tally {
            tally.count = counted;
        }
        stored.poll.revision += 1;
        let newest = write.profile(&stored).await?;
        let over = newest.is_some_and(|newest| Arc::ptr_eq(&newest, &profile));
        store_counts(&mut write, &stored, over).await?;
        write.announce(Topic::Poll(poll.clone()), Voters::new());
        if over {
            write.counted(poll);
        }
        write.commit().await?;
        if over {
            return Ok(());
        }
        // A pause as long as the count, so that counting takes at most half of one core, however many members vote.
        tokio::time::sleep(started.elapsed()).await;
    }
    ledger.turn.lock().await.counting.remove(poll);
    Ok(())
}
