//! Background tasks: opening and closing polls, assessing members, forgetting old keys and callers.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tracing::error;

use super::limits::Guard;
use super::store::{Store, StoreError};
use crate::clock::now;

/// The longest sleep until a poll opens or closes. The machine may be suspended meanwhile, and then timers are late.
const LOOK: Duration = Duration::from_secs(10);

/// After each batch of members, their assessment pauses for this many times as long as the batch took.
const LEAVE: u32 = 9;

/// How often to try to empty the write-ahead log.
const SOON: Duration = Duration::from_secs(1);

const HOUR: Duration = Duration::from_hours(1);

/// How long idempotency keys are kept, in milliseconds.
const KEYS_LAST: i64 = 7 * 24 * 3_600_000;

/// Starts the tasks. They end when the set is dropped.
pub(super) fn start(store: &Store, guard: &Arc<Guard>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(open_and_close_polls(store.clone()));
    tasks.spawn(tidy(store.clone()));
    tasks.spawn(assess_members(store.clone()));
    tasks.spawn(forget_keys(store.clone()));
    tasks.spawn(forget_callers(Arc::clone(guard)));
    tasks
}

async fn open_and_close_polls(store: Store) {
    loop {
        report(store.begin_rounds(now())).await;
        let next = report(store.announce_phases(now())).await.flatten();
        let left = next.and_then(|at| u64::try_from(at.0 - now().0 + 1).ok()).map(Duration::from_millis);
        tokio::select! {
            () = sleep(left.map_or(LOOK, |left| left.min(LOOK))) => {}
            () = store.polls_moved() => {}
        }
        report(store.count_rest()).await;
    }
}

/// Empties the write-ahead log as soon as no reader needs it.
async fn tidy(store: Store) {
    loop {
        sleep(SOON).await;
        store.tidy().await;
    }
}

async fn assess_members(store: Store) {
    loop {
        loop {
            let start = Instant::now();
            let more = report(store.assess(now())).await == Some(true);
            if !more {
                break;
            }
            sleep(start.elapsed() * LEAVE).await;
        }
        tokio::select! {
            () = sleep(HOUR) => {}
            () = store.members_moved() => {}
        }
    }
}

async fn forget_keys(store: Store) {
    loop {
        report(store.forget_keys(now().plus(-KEYS_LAST))).await;
        sleep(HOUR).await;
    }
}

async fn forget_callers(guard: Arc<Guard>) {
    loop {
        sleep(LOOK).await;
        guard.forget();
    }
}

/// Awaits a task's work, and reports an error. The next run tries again.
async fn report<T>(work: impl Future<Output = Result<T, StoreError>>) -> Option<T> {
    work.await.map_err(|error| error!("{error}")).ok()
}
