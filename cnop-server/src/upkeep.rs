//! What is done every minute: old keys, blocks, counts and entries are forgotten, and counted tries are written down.

use std::sync::Arc;
use std::time::Duration;

use crate::state::App;
use crate::store::AuditDraft;
use crate::store::commands::{Command, KeepBlock, Note, PruneAudit, PruneBlocks, PruneKeys};

/// How often.
const EVERY: Duration = Duration::from_secs(60);
/// What was measured is taken in more often: until then each request is kept by itself.
const MEASURED_EVERY: Duration = Duration::from_secs(2);

/// Of the queue of commands at a time.
const TRIES_AT_ONCE: usize = 256;

/// Goes on for ever. The caller aborts it.
pub(crate) async fn run(app: Arc<App>, audit_retention_ms: i64) {
    let mut rounds = tokio::time::interval(EVERY);
    let mut measured = tokio::time::interval(MEASURED_EVERY);
    loop {
        // Neither loses anything where the other comes first.
        tokio::select! {
            _ = measured.tick() => {
                app.metrics.upkeep();
                continue;
            }
            _ = rounds.tick() => {}
        }
        let now = app.clock.now();
        app.guard.prune(now);
        app.insights.prune(now);
        write_tries(&app).await;
        keep_blocks(&app).await;
        forget(&app, || PruneKeys).await;
        forget(&app, || PruneBlocks { now }).await;
        forget(&app, || PruneAudit { before: now.plus_millis(-audit_retention_ms) }).await;
    }
}

/// Keeps blocks that could not be kept when they began.
async fn keep_blocks(app: &App) {
    if !app.guard.logins.take_unkept() {
        return;
    }
    for (network, block) in app.guard.logins.blocks(app.clock.now()) {
        if app.store.submit(KeepBlock { network, block }).await.is_err() {
            return app.guard.logins.keep_later();
        }
    }
}

/// Forgets a few at a time: others' commands come in between.
async fn forget<C: Command<Answer = usize>>(app: &App, command: impl Fn() -> C) {
    while app.store.submit(command()).await.is_ok_and(|pruned| pruned > 0) {}
}

/// Writes down what was tried and counted since the last time, a few commits' worth after the other: others' commands find
/// their place in the queue too. What cannot be written is counted on.
pub(crate) async fn write_tries(app: &App) {
    let mut tries = app.tries.take().into_iter().peekable();
    while tries.peek().is_some() {
        write_some(app, tries.by_ref().take(TRIES_AT_ONCE)).await;
    }
}

async fn write_some(app: &App, tries: impl Iterator<Item = (String, AuditDraft)>) {
    let noted: Vec<_> = tries.map(|(who, entry)| (app.store.enqueue(Note(entry.clone())), who, entry)).collect();
    for (noted, who, entry) in noted {
        let written = match noted {
            Ok(written) => written.await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "what happened could not be audited yet; it is tried again");
            app.tries.put_back(who, entry);
        }
    }
}
