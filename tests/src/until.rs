//! Waiting for what will come.

use std::time::{Duration, Instant};

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again until the answer is there.
///
/// # Panics
/// Where it does not come in time.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut asking = tokio::time::interval(Duration::from_millis(20));
    loop {
        asking.tick().await;
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "in vain: {what}");
    }
}
