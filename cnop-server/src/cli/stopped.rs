//! The data of a server that is stopped, for the commands that use it in its place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use cnop_core::ids::Sequence;

use super::block_on;
use crate::app::{DATABASE_FILE, LOG_FOLDER, make_folders};
use crate::audit::Mirror;
use crate::clock::Clock;
use crate::config::DataDir;
use crate::store::{AuditRecord, StorageFailure, Store};

/// The database that is there.
///
/// # Errors
/// Where there is none.
pub(super) fn database(data_dir: &DataDir) -> anyhow::Result<PathBuf> {
    let file = data_dir.path()?.join(DATABASE_FILE);
    ensure!(file.exists(), "there is no database at {}; give --data-dir", file.display());
    Ok(file)
}

/// Does `work` on a database, which is made if it is new, and lets the mirror of the audit trail follow.
///
/// # Errors
/// Where it cannot be opened, and those of `work`.
pub(super) fn with_store<T>(file: &Path, work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>) -> anyhow::Result<T> {
    require_owner(file)?;
    let store = Store::open(file, Clock::system())?;
    let done = block_on(work(&store));
    mirror(file, |last| store.read(|view| view.audit_after(last)));
    done
}

/// Makes sure that the server can read and write what is left beside its database.
///
/// # Errors
/// Where the database is somebody else's, as for `root` in the place of the service's user.
pub(super) fn require_owner(database: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let me = rustix::process::geteuid().as_raw();
        let owner = fs::metadata(database).map_or(me, |found| found.uid());
        ensure!(
            owner == me,
            "{} belongs to the user with number {owner}, who could not use what this leaves; run it as that user: \
             sudo -u '#{owner}' cnop-server …",
            database.display()
        );
    }
    Ok(())
}

/// Writes into `logs/audit.log` what it lacks of the trail beside it: a restore may replace the data before the next start.
pub(super) fn mirror(database: &Path, trail: impl Fn(Sequence) -> Result<Vec<AuditRecord>, StorageFailure>) {
    let followed = database.parent().map_or(Ok(()), |folder| {
        make_folders(folder)?;
        Ok(Mirror::open(&folder.join(LOG_FOLDER))?.follow(trail)?)
    });
    if let Err(error) = followed {
        let error: anyhow::Error = error;
        tracing::warn!("logs/audit.log lacks the last acts of the audit trail; the next start writes them: {error:#}");
    }
}
