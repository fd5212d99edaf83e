//! When the operator wants the command to end: Ctrl-C, or the SIGTERM of a service manager.

use tokio::signal::unix::{SignalKind, signal};

/// Comes back at the first such signal.
pub async fn asked() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return interrupted().await;
    };
    tokio::select! {
        () = interrupted() => {}
        _ = terminate.recv() => {}
    }
}

async fn interrupted() {
    // Where signals cannot be listened to, only a kill ends the command; that is no reason to end it now.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
