//! Copies of the whole store: taken while it is used, put back while it is not.
//!
//! Copying the file itself is no backup: what a server changes meanwhile may be half in the copy, or the copy not open.
//! So tables are copied row by row from one
//! snapshot into a new file, in transactions of a bounded size, and the copy is verified before it gets its name.

use std::path::{Path, PathBuf};

use cnop_core::ids::Sequence;
use fs_err as fs;
use redb::{Builder, Database, ReadableDatabase};

use super::failure::{OpenError, StorageFailure};
use super::space::{self, Reader, Source, Space, WriteTables};
use super::verify::{self, Report};
use super::view::Snapshot;
use super::{Disk, key};
use crate::clock::Clock;

/// Rows of one transaction of a copy: a few MiB at most.
const ROWS_AT_ONCE: usize = 8_192;
/// Memory for the copy's pages.
const COPY_CACHE_BYTES: usize = 16 * 1024 * 1024;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is something of that name.
    #[error("{0} exists already; choose another name, or move it away")]
    Exists(PathBuf),
    /// A copy of that name is being made, or was broken off.
    #[error("{0} is half of a copy: if none is being made, one was broken off; remove it, or choose another name")]
    Half(PathBuf),
    /// Data would be overwritten.
    #[error("there is data at {0}; --force replaces it, and keeps it beside the new")]
    WouldReplace(PathBuf),
    /// What is to be restored is not there.
    #[error("{0} is no file, or there is none")]
    Missing(PathBuf),
    /// What is to be restored cannot be used.
    #[error("the backup {file} cannot be used, and nothing was changed: {error}")]
    BadBackup {
        /// Which.
        file: PathBuf,
        /// Why.
        error: OpenError,
    },
    /// What is to be replaced holds acts that are nowhere else.
    #[error(
        "logs/audit.log cannot be written and lacks the last acts of the data that would be replaced: {0}; mend it, or \
         move cnop.redb out of the folder yourself and restore without --force"
    )]
    NotMirrored(std::io::Error),
    /// What is to be restored does not add up.
    #[error(
        "the backup does not add up ({0} findings) and is not put in place; cnop-server verify tells more of a data folder that holds it as cnop.redb"
    )]
    Unsound(usize),
    /// The disk has not enough room for a copy.
    #[error("a copy needs up to {needed} MiB, and {free} MiB are free")]
    NoRoom {
        /// MiB of the data.
        needed: u64,
        /// MiB that are free.
        free: u64,
    },
    /// One of the two files cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file cannot be read or written.
    #[error("the copy cannot be made: {0}")]
    File(#[from] std::io::Error),
}

impl From<StorageFailure> for CopyError {
    fn from(failure: StorageFailure) -> Self {
        Self::Open(failure.into())
    }
}

/// What was put in place.
#[derive(Debug)]
pub struct Restored {
    /// What it holds.
    pub report: Report,
    /// Where the data is that was there before.
    pub kept: Option<PathBuf>,
}

/// Copies a snapshot into the new file `to`, and verifies the copy. Writers go on meanwhile.
pub(super) fn copy(from: &Reader, to: &Path) -> Result<Report, CopyError> {
    let beside = beside(to, "part");
    // A link that leads nowhere would be replaced too.
    let is_taken = |file: &Path| fs::symlink_metadata(file).is_ok();
    if is_taken(to) {
        return Err(CopyError::Exists(to.to_owned()));
    }
    if is_taken(&beside) {
        return Err(CopyError::Half(beside));
    }
    let copied = copy_to(from, &beside).and_then(|()| verify_copy(&beside));
    match copied {
        Ok(report) => {
            put_in_place(&beside, to)?;
            Ok(report)
        }
        Err(error) => {
            let _ = fs::remove_file(&beside); // Half a copy is none.
            Err(error)
        }
    }
}

/// Removes what a copy to `to` left that was broken off.
pub(super) fn forget_half(to: &Path) {
    let _ = fs::remove_file(beside(to, "part")); // There is seldom one.
}

/// Whether a copy of so many bytes fits beside `to`.
pub(super) fn check_room(bytes: u64, reserve: u64, to: &Path) -> Result<(), CopyError> {
    const MIB: u64 = 1024 * 1024;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match super::disk::free_bytes(folder) {
        Some(free) if free < bytes.saturating_add(reserve) => {
            Err(CopyError::NoRoom { needed: bytes.div_ceil(MIB), free: free.saturating_sub(reserve) / MIB })
        }
        _ => Ok(()),
    }
}

fn copy_to(from: &Reader, to: &Path) -> Result<(), CopyError> {
    super::make_private(to)?;
    let database = Builder::new().set_cache_size(COPY_CACHE_BYTES).create(to).map_err(OpenError::from)?;
    let whole = |space: Space| -> Result<(Space, space::Rows<'_>), StorageFailure> {
        Ok((space, from.range(space, &[][..]..=&[0xff; 255][..])?))
    };
    let mut rows = Space::ALL.into_iter().map(whole);
    let mut table = rows.next().transpose()?;
    while table.is_some() {
        let transaction = database.begin_write().map_err(StorageFailure::from)?;
        {
            let mut tables = WriteTables::open(&transaction)?;
            let mut written = 0;
            while let Some((space, left)) = table.as_mut().filter(|_| written < ROWS_AT_ONCE) {
                match left.next() {
                    Some(row) => {
                        let (key, value) = row.map_err(StorageFailure::from)?;
                        tables.put(*space, key.value(), value.value())?;
                        written += 1;
                    }
                    None => table = rows.next().transpose()?,
                }
            }
        }
        transaction.commit().map_err(StorageFailure::from)?;
    }
    settle(&database)?;
    Ok(())
}

/// Makes a later opening quick.
fn settle(database: &Database) -> Result<(), StorageFailure> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    transaction.commit()?;
    Ok(())
}

/// Whether every page is as it was written: what the ledger does not cover, such as hashes of passwords, has no other proof.
fn check_pages(file: &Path) -> Result<(), CopyError> {
    let whole = super::undamaged(|| {
        let mut database = Builder::new().set_cache_size(COPY_CACHE_BYTES).open(file)?;
        Ok(database.check_integrity()?)
    })?;
    if whole { Ok(()) } else { Err(OpenError::Damaged.into()) }
}

fn verify_copy(file: &Path) -> Result<Report, CopyError> {
    super::undamaged(|| {
        let database = Builder::new().set_cache_size(COPY_CACHE_BYTES).open(file)?;
        space::check_format(&database)?;
        let reader = Reader::open(&database.begin_read().map_err(StorageFailure::from)?)?;
        Ok(verify::verify(&Snapshot::new(&reader))?)
    })
    .map_err(CopyError::from)
}

/// Puts a backup in place of the data at `to`, which no server may have. What is there is kept, if `force` lets it go.
pub(super) fn restore(
    from: &Path,
    to: &Path,
    force: bool,
    clock: &Clock,
    part: impl FnOnce(&Snapshot<'_, Reader>) -> Result<(), CopyError>,
) -> Result<Restored, CopyError> {
    // A device would be copied without end.
    if !from.is_file() {
        return Err(CopyError::Missing(from.to_owned()));
    }
    let occupied = to.exists();
    if occupied && !force {
        return Err(CopyError::WouldReplace(to.to_owned()));
    }
    // Held until the end: no server may start on it meanwhile, and none may have it now. What is damaged is held by nobody.
    let held = if occupied { hold(to)? } else { None };
    let last = held.as_ref().map(|held| part_from(held, part)).transpose()?.unwrap_or(Sequence::from_u64(0));
    let beside = beside(to, "restored");
    let prepared = prepare(from, &beside, to, last, clock);
    let report = prepared.inspect_err(|_| drop(fs::remove_file(&beside)))?;
    let kept = occupied.then(|| aside(to, clock));
    if let Some(kept) = &kept {
        // Two names for one file: a crash before the next step leaves everything where it was.
        fs::hard_link(to, kept).or_else(|_| fs::rename(to, kept))?;
    }
    put_in_place(&beside, to)?;
    Ok(Restored { report, kept })
}

/// Keeps servers away from data that is to be replaced. It may be damaged: that is what backups are for.
fn hold(file: &Path) -> Result<Option<Database>, CopyError> {
    let opened = super::undamaged(|| Ok(Builder::new().set_cache_size(COPY_CACHE_BYTES).open(file)?));
    match opened {
        Ok(database) => Ok(Some(database)),
        Err(error @ OpenError::InUse) => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "what is to be replaced cannot be opened; logs/audit.log may lack its last acts");
            Ok(None)
        }
    }
}

/// Lets `part` look at data that is to be replaced, and answers the last number that it gave out.
///
/// # Errors
/// Those of `part`. What is damaged cannot be looked at, and is no reason to keep it.
fn part_from(
    held: &Database,
    part: impl FnOnce(&Snapshot<'_, Reader>) -> Result<(), CopyError>,
) -> Result<Sequence, CopyError> {
    let looked = super::undamaged(|| {
        space::check_format(held)?;
        let rows = Reader::open(&held.begin_read().map_err(StorageFailure::from)?)?;
        let last = space::last_sequence(&rows)?;
        Ok(part(&Snapshot::new(&rows)).map(|()| last))
    });
    looked.unwrap_or_else(|error| {
        tracing::warn!(%error, "what is to be replaced cannot be read; logs/audit.log may lack its last acts");
        Ok(Sequence::from_u64(0))
    })
}

/// A verified copy of the backup beside its place, in which no session holds. The backup itself stays as it is: opening a
/// file may write to it.
fn prepare(from: &Path, beside: &Path, to: &Path, last: Sequence, clock: &Clock) -> Result<Report, CopyError> {
    let _ = fs::remove_file(beside); // Of a restore that was broken off.
    check_room(fs::metadata(from)?.len(), 0, to)?;
    super::make_private(beside)?;
    // Not with the mode of the backup.
    std::io::copy(&mut fs::File::open(from)?, &mut fs::OpenOptions::new().write(true).open(beside)?)?;
    let checked = check_pages(beside).and_then(|()| verify_copy(beside));
    let report = checked.map_err(|error| match error {
        CopyError::Open(error) => CopyError::BadBackup { file: from.to_owned(), error },
        other => other,
    })?;
    match report.findings.len() {
        0 => end_sessions(beside, last, clock).map(|()| report),
        findings => Err(CopyError::Unsound(findings)),
    }
}

/// Revokes every token from before now: what was revoked since the backup, nobody knows any more. What is replaced gave
/// out numbers up to `last`; they are not given out again, also where the clock went back.
fn end_sessions(file: &Path, last: Sequence, clock: &Clock) -> Result<(), CopyError> {
    let database = Builder::new().set_cache_size(COPY_CACHE_BYTES).open(file).map_err(OpenError::from)?;
    let last = last.max(space::prepare(&database, None)?); // The backup is what is kept of an older format.
    let now = last.next_at(clock.now());
    let mut transaction = database.begin_write().map_err(StorageFailure::from)?;
    transaction.set_quick_repair(true);
    {
        let mut tables = WriteTables::open(&transaction)?;
        for name in [key::META_LAST_SEQUENCE, key::META_TOKENS_FROM] {
            tables.put(Space::Meta, name, &Sequence::as_u64(now).to_be_bytes())?;
        }
    }
    transaction.commit().map_err(StorageFailure::from)?;
    Ok(())
}

/// Syncs a file and gives it its name, so that a power cut leaves the one or the other.
fn put_in_place(file: &Path, name: &Path) -> std::io::Result<()> {
    fs::File::open(file)?.sync_all()?;
    fs::rename(file, name)?;
    #[cfg(unix)]
    if let Some(folder) = name.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A file beside another.
fn beside(file: &Path, kind: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{kind}"));
    file.with_file_name(name)
}

/// A name for what was there before.
fn aside(file: &Path, clock: &Clock) -> PathBuf {
    let time = clock.now().to_string().replace([':', '-'], "").replace('.', "");
    beside(file, &format!("before-{time}"))
}

impl Disk {
    /// Whether a copy of the file fits beside `to`.
    pub(super) fn check_room_for_copy(&self, to: &Path) -> Result<(), CopyError> {
        check_room(self.file_bytes(), self.reserve_bytes(), to)
    }
}

#[cfg(test)]
mod tests;
