//! When the operator wants the command to end: Ctrl-C, or the SIGTERM of a service manager.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from this call on, not only once awaited, so that no signal ends the command the hard way in between.
/// Resolves at the first signal.
pub fn asked() -> impl Future<Output = ()> + Send + 'static {
    let [terminate, interrupt] = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async {
        tokio::select! {
            () = first(terminate) => {}
            () = first(interrupt) => {}
        }
    }
}

async fn first(signals: io::Result<Signal>) {
    // If the handler could not be installed, the signal still ends the process by default, so there is nothing to wait for.
    match signals {
        Ok(mut signals) => drop(signals.recv().await),
        Err(_) => std::future::pending().await,
    }
}
