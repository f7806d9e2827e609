//! Ctrl+C.

/// Returns when Ctrl+C is pressed; never where the system lets nobody listen for it.
pub(crate) async fn pressed() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
