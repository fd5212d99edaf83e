//! When the operator wants the command to end: Ctrl-C.

/// Listens from this call on, not only once awaited. Resolves at the first Ctrl-C.
pub fn asked() -> impl Future<Output = ()> + Send + 'static {
    let interrupts = tokio::signal::windows::ctrl_c();
    async {
        // A signal that cannot be listened to ends the command by itself; that is no reason to end it now.
        match interrupts {
            Ok(mut interrupts) => drop(interrupts.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
}
