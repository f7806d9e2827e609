//! The data of a server that is stopped, for the commands that use it in its place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use cnop_core::ids::Sequence;

use super::block_on;
use crate::app::{LOG_FOLDER, database_of, make_folders};
use crate::audit::Mirror;
use crate::claim::Claim;
use crate::clock::Clock;
use crate::config::DataDir;
use crate::store::{AuditRecord, StorageFailure, Store};

/// The database that is there.
///
/// # Errors
/// Where there is none.
pub(super) fn database(data_dir: &DataDir) -> anyhow::Result<PathBuf> {
    let file = database_of(&data_dir.path()?)?; // It knows whether there was one.
    ensure!(has_data(&file), "there is no database at {}; give --data-dir", file.display());
    Ok(file)
}

/// Whether it is more than a name.
pub(super) fn has_data(database: &Path) -> bool {
    fs::metadata(database).is_ok_and(|found| found.len() > 0)
}

/// Does `work` on a database, which is made if it is new, and lets the mirror of the audit trail follow.
///
/// # Errors
/// Where it cannot be opened, and those of `work`.
pub(super) fn with_store<T>(file: &Path, work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>) -> anyhow::Result<T> {
    require_owner(file)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    make_folders(folder)?;
    with_claimed(&Claim::of(folder)?, file, work)
}

/// The same where the folder is claimed already.
///
/// # Errors
/// Where it cannot be opened, and those of `work`.
pub(super) fn with_claimed<T>(
    _claim: &Claim,
    file: &Path,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let store = Store::open(file, Clock::system())?;
    let done = block_on(work(&store));
    if let Err(error) = mirror(folder, |last| store.read(|view| view.audit_after(last))) {
        tracing::warn!("logs/audit.log lacks the last acts of the audit trail; the next start writes them: {error}");
    }
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
        let owner = |path: &Path| fs::metadata(path).map_or(me, |found| found.uid());
        let owner_of_data = owner(database);
        ensure!(
            owner_of_data == me,
            "{} belongs to the user with number {owner_of_data}, who could not use what this leaves; run it as that \
             user: sudo -u '#{owner_of_data}' cnop-server …",
            database.display()
        );
        let folder = database.parent().unwrap_or(Path::new("."));
        let owner_of_folder = owner(folder);
        if owner_of_folder != me {
            tracing::warn!(
                "{} belongs to the user with number {owner_of_folder}, who cannot use what this makes there unless the \
                 server runs as this user too",
                folder.display()
            );
        }
    }
    Ok(())
}

/// Writes into `logs/audit.log` what it lacks of a trail: a restore may replace the data before the next start.
///
/// # Errors
/// Where it cannot be written, or the trail not be read.
pub(super) fn mirror(
    folder: &Path,
    trail: impl Fn(Sequence) -> Result<Vec<AuditRecord>, StorageFailure>,
) -> std::io::Result<()> {
    Mirror::open(&folder.join(LOG_FOLDER))?.follow(trail)
}
