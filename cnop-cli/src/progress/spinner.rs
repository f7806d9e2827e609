//! A spinner beside every answer that lets wait for itself.
//!
//! It is drawn by the command's own thread alone: while that reads a prompt or writes an answer, nothing is drawn.

use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use cnop_core::client::{Client, Watcher};
use indicatif::{ProgressBar, ProgressDrawTarget};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::{TURN, is_seen, style, target};

/// What is answered sooner needs no spinner: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(200);

/// From then on it is worth telling how long it has been.
const LONG: Duration = Duration::from_secs(2);

/// `client` with a spinner that says for `what` it waits, where somebody sees it.
pub(crate) fn watched(client: Client, what: impl Display, quiet: bool) -> Client {
    if !is_seen(quiet) {
        return client.unwatched();
    }
    client.watched(Arc::new(Spinner { text: format!("Waiting for {what}") }))
}

/// Turns as long as an answer is awaited.
struct Spinner {
    text: String,
}

impl Watcher for Spinner {
    fn begins(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(Turning::begin(self.text.clone(), target()))
    }
}

/// A spinner while it turns.
struct Turning {
    bar: ProgressBar,
    turns: JoinHandle<()>,
}

impl Turning {
    fn begin(text: String, target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target).with_style(style("{spinner} {wide_msg}"));
        let turns = tokio::spawn(turn(bar.clone(), text));
        Self { bar, turns }
    }
}

impl Drop for Turning {
    /// Also where Ctrl+C ends the wait.
    fn drop(&mut self) {
        self.turns.abort();
        self.bar.finish_and_clear();
    }
}

async fn turn(bar: ProgressBar, text: String) {
    let began = Instant::now();
    sleep(PATIENCE).await;
    loop {
        let waited = began.elapsed();
        bar.set_message(if waited < LONG { text.clone() } else { format!("{text} ({} s)", waited.as_secs()) });
        bar.tick();
        sleep(TURN).await;
    }
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    /// A spinner on a screen of its own, and what that shows.
    fn begin() -> (Turning, impl Fn() -> String) {
        let screen = InMemoryTerm::new(5, 40);
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        let shown = move || screen.contents();
        (Turning::begin("Waiting for luck".to_owned(), target), shown)
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_drawn_for_a_quick_answer() {
        let (turning, shown) = begin();
        sleep(PATIENCE - Duration::from_millis(1)).await;
        assert_eq!(shown(), "");
        drop(turning);
        sleep(PATIENCE).await;
        assert_eq!(shown(), "");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_told_with_its_length_and_leaves_nothing_behind() {
        let (turning, shown) = begin();
        sleep(PATIENCE + TURN).await;
        assert!(shown().ends_with(" Waiting for luck"), "{}", shown());
        sleep(LONG).await;
        assert!(shown().ends_with(" Waiting for luck (2 s)"), "{}", shown());
        drop(turning);
        assert_eq!(shown(), "");
        sleep(LONG).await;
        assert_eq!(shown(), "", "it does not come back");
    }
}
