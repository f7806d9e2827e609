//! `cnop-server verify`, `backup` and `restore`: the data while no server has it.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;

use super::announce;
use super::stopped::{database, mirror, require_owner, with_store};
use crate::app::{DATABASE_FILE, make_private};
use crate::clock::Clock;
use crate::config::DataDir;
use crate::operator;
use crate::store::commands::Note;
use crate::store::{AdminAct, AuditDraft, Report, Restored, Snapshot, Store};

/// The status where accounts could be read, and something does not add up.
const UNSOUND: u8 = 3;

pub(super) fn verify(data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    let report = Store::verify_file(&database(data_dir)?)?;
    tell(&report);
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNSOUND) })
}

fn tell(Report { users, entries, findings }: &Report) {
    for finding in findings {
        announce(&format!("{}: {}", finding.username, finding.what));
    }
    announce(&format!("{users} accounts, {entries} entries, {} findings", findings.len()));
}

pub(super) fn backup(data_dir: &DataDir, to: &Path) -> anyhow::Result<ExitCode> {
    let report = with_store(&database(data_dir)?, async |store| {
        let report = store.backup(to)?;
        note(store, operator::act(AdminAct::Backup)).await;
        Ok(report)
    })?;
    tell(&report);
    announce(&format!("The backup is {}.", to.display()));
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNSOUND) })
}

pub(super) fn restore(data_dir: &DataDir, from: &Path, force: bool) -> anyhow::Result<ExitCode> {
    let folder = data_dir.path()?;
    ensure!(from.is_file(), "there is no file {}", from.display()); // Before a folder is made for it.
    make_private(&folder)?;
    let file = folder.join(DATABASE_FILE);
    require_owner(&file)?;
    let part = |view: &Snapshot<'_, _>| mirror(&file, |last| view.audit_after(last));
    let Restored { report, kept } =
        Store::restore(from, &file, force, &Clock::system(), part).inspect_err(|_| drop(fs::remove_dir(&folder)))?; // Only where it is empty: then it was made for nothing.
    tell(&report);
    if let Some(kept) = kept {
        announce(&format!("What was there before is kept as {}.", kept.display()));
    }
    announce("The backup is in place. All sessions have ended; what happened after it is gone.");
    let entry =
        operator::act(AdminAct::Restored).saying(format!("{} accounts, {} entries", report.users, report.entries));
    with_store(&file, async |store| {
        note(store, entry).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Writes into the trail what is done already: a full disk does not undo it.
async fn note(store: &Store, entry: AuditDraft) {
    if let Err(error) = store.submit(Note(entry)).await {
        tracing::warn!("this could not be written into the audit trail: {error:#}");
    }
}
