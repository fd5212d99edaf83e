//! What happens by itself as time passes: polls open and close, members are looked at, old keys are forgotten.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::app::now;
use super::limits::Guard;
use super::store::{Store, StoreError};

/// Looks at the clock at least so often: another process may have added a poll, the machine may have slept.
const LOOK: Duration = Duration::from_secs(10);

/// Looking at members leaves the database this many times as long to everybody else.
const LEAVE: u32 = 9;

const HOUR: Duration = Duration::from_hours(1);

/// How long a repeated request is recognised.
const KEYS_LAST: i64 = 7 * 24 * 3_600_000;

/// Starts it all; ends when the set is dropped.
pub(super) fn start(store: &Store, guard: &Arc<Guard>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(open_and_close_polls(store.clone()));
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

/// Does a piece of work; one that fails is done the next time.
async fn report<T>(work: impl Future<Output = Result<T, StoreError>>) -> Option<T> {
    work.await.map_err(|error| eprintln!("folkmoot: {error}")).ok()
}
