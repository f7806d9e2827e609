//! `cnop-server verify`, `backup` and `restore`: the data while no server has it.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use anyhow::{Context, ensure};

use super::announce;
use super::stopped::{database, mirror, require_owner, with_claimed, with_store};
use crate::app::{DATABASE_FILE, make_folders, make_private};
use crate::claim::Claim;
use crate::clock::Clock;
use crate::config::DataDir;
use crate::operator;
use crate::store::commands::Note;
use crate::store::{AdminAct, AuditDraft, CopyError, Report, Restored, Snapshot, Source, StorageFailure, Store};

/// The status where accounts could be read, and something does not add up.
const UNSOUND: u8 = 3;

pub(super) fn verify(data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    let file = database(data_dir)?;
    let report = Store::verify_file(&file).with_context(|| file.display().to_string())?;
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
    ensure!(from.is_file(), CopyError::Missing(from.to_owned())); // Before a folder is made for it.
    let is_new = !folder.exists();
    make_private(&folder)?;
    let file = folder.join(DATABASE_FILE);
    require_owner(&file)?;
    let claim = Claim::of(&folder)?;
    let restored = Store::restore(from, &file, force, &Clock::system(), |view| part(&folder, view));
    let Restored { report, kept } = restored.inspect_err(|_| {
        if is_new {
            let _ = fs::remove_dir(&folder); // It was made for nothing.
        }
    })?;
    make_folders(&folder)?;
    let entry =
        operator::act(AdminAct::Restored).saying(format!("{} accounts, {} entries", report.users, report.entries));
    tell(&report);
    if let Some(kept) = kept {
        announce(&format!("What was there before is kept as {}.", kept.display()));
    }
    announce("The backup is in place. All sessions have ended; what happened after it is gone.");
    with_claimed(&claim, &file, async |store| {
        note(store, entry).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Lets the mirror take the last acts of data that is to be replaced; damage is no reason to keep it.
fn part(folder: &Path, view: &Snapshot<'_, impl Source>) -> Result<(), CopyError> {
    make_folders(folder).map_err(|error| CopyError::NotMirrored(io::Error::other(format!("{error:#}"))))?;
    match mirror(folder, |last| view.audit_after(last)) {
        Err(error) if error.get_ref().is_some_and(|cause| cause.is::<StorageFailure>()) => {
            tracing::warn!("logs/audit.log may lack the last acts of what is replaced: {error}");
            Ok(())
        }
        mirrored => mirrored.map_err(CopyError::NotMirrored),
    }
}

/// Writes into the trail what is done already: a full disk does not undo it.
async fn note(store: &Store, entry: AuditDraft) {
    if let Err(error) = store.submit(Note(entry)).await {
        tracing::warn!("this could not be written into the audit trail: {error:#}");
    }
}
