//! `cnop-server verify`, `backup` and `restore`: the data while no server has it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;

use super::{announce, block_on};
use crate::app::{DATABASE_FILE, make_folders};
use crate::clock::Clock;
use crate::config::DataDir;
use crate::operator;
use crate::store::commands::Note;
use crate::store::{AdminAct, AuditDraft, Report, Restored, Store};

/// The status where accounts could be read, and something does not add up.
const UNSOUND: u8 = 3;

pub(super) fn verify(data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    let report = Store::verify_file(&database(data_dir)?)?;
    tell(&report);
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNSOUND) })
}

fn database(data_dir: &DataDir) -> anyhow::Result<std::path::PathBuf> {
    let file = data_dir.path()?.join(DATABASE_FILE);
    ensure!(file.exists(), "there is no database at {}; give --data-dir", file.display());
    Ok(file)
}

fn tell(Report { users, entries, findings }: &Report) {
    for finding in findings {
        announce(&format!("{}: {}", finding.username, finding.what));
    }
    announce(&format!("{users} accounts, {entries} entries, {} findings", findings.len()));
}

pub(super) fn backup(data_dir: &DataDir, to: &Path) -> anyhow::Result<ExitCode> {
    let store = Store::open(&database(data_dir)?, Clock::system())?;
    let report = store.backup(to)?;
    tell(&report);
    announce(&format!("The backup is {}.", to.display()));
    note(&store, operator::act(AdminAct::Backup));
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNSOUND) })
}

pub(super) fn restore(data_dir: &DataDir, from: &Path, force: bool) -> anyhow::Result<ExitCode> {
    let folder = data_dir.path()?;
    ensure!(from.is_file(), "there is no file {}", from.display()); // Before a folder is made for it.
    make_folders(&folder)?;
    let file = folder.join(DATABASE_FILE);
    let Restored { report, kept } = Store::restore(from, &file, force, &Clock::system())?;
    tell(&report);
    if let Some(kept) = kept {
        announce(&format!("What was there before is kept as {}.", kept.display()));
    }
    announce("The backup is in place. All sessions have ended; what happened after it is gone.");
    let entry =
        operator::act(AdminAct::Restored).saying(format!("{} accounts, {} entries", report.users, report.entries));
    note(&Store::open(&file, Clock::system())?, entry);
    Ok(ExitCode::SUCCESS)
}

/// Writes into the trail what is done already: a full disk does not undo it.
fn note(store: &Store, entry: AuditDraft) {
    if let Err(error) = block_on(async { Ok(store.submit(Note(entry)).await?) }) {
        tracing::warn!("this could not be written into the audit trail: {error:#}");
    }
}
