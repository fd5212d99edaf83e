//! When the operator wants the command to end: Ctrl-C.

/// Listens from this call on, not only once awaited. Resolves at the first Ctrl-C.
pub fn asked() -> impl Future<Output = ()> + Send + 'static {
    let interrupts = tokio::signal::windows::ctrl_c();
    async {
        // If the handler could not be installed, Ctrl-C still ends the process by default, so there is nothing to wait for.
        match interrupts {
            Ok(mut interrupts) => drop(interrupts.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
}
