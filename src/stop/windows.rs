//! When the operator wants the command to end: Ctrl-C.

/// Comes back at the first Ctrl-C.
pub async fn asked() {
    // Where it cannot be listened to, only a kill ends the command; that is no reason to end it now.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
