//! The audit trail as JSON lines in `logs/audit.log`, for whoever collects logs.
//!
//! The file follows the table: it is written from what is on disk, in its order, and a start goes on after the last line
//! that is whole. So no entry is ever dropped, whatever happens between a commit and its line. A line is an entry of
//! `GET /admin/audit`. A file of an earlier day is put aside under its date and kept as long as the trail.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use fs_err::{self as fs, File, OpenOptions};
use jiff::civil::Date;
use serde::Deserialize;

use crate::clock::Clock;
use crate::http::audit_entry;
use crate::store::{AuditRecord, StorageFailure, Store};

const CURRENT: &str = "audit.log";
/// Where the mirror has come to: files may be taken away by whoever collects them.
const POSITION: &str = ".audit-position";
/// The longest line: names, sentences and ids that are each bounded.
const MAX_LINE_BYTES: u64 = 16 * 1024;
/// A disk that takes nothing is tried again after this; nothing is lost meanwhile.
const RETRY: std::time::Duration = std::time::Duration::from_secs(5);

/// Writes the mirror.
#[derive(Clone)]
pub(crate) struct Mirror {
    folder: PathBuf,
    last: Sequence,
    /// The day of the current file's lines.
    day: Option<Date>,
    /// Whether it is to stop where it is; the next start goes on.
    ending: Arc<AtomicBool>,
}

impl Mirror {
    /// A mirror in `folder` that goes on where the last one ended.
    ///
    /// # Errors
    /// Where the folder cannot be read or written.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let current = folder.join(CURRENT);
        mend(&current)?;
        let mut last = last_line(&current)?;
        let day = last.map(|last| last.time().day());
        if last.is_none() {
            // Put aside, perhaps by somebody else's rotation.
            let aside = asides(folder)?.last().map(|(_, path)| last_line(path)).transpose()?.flatten();
            let noted = fs::read_to_string(folder.join(POSITION)).ok().and_then(|text| text.trim().parse().ok());
            last = aside.max(noted);
        }
        Ok(Self { folder: folder.to_owned(), last: last.unwrap_or(Sequence::from_u64(0)), day, ending: Arc::default() })
    }

    /// Finds out anew where to go on: another copy of this mirror has written.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        *self = Self::open(&self.folder)?;
        Ok(())
    }

    /// Makes every copy of this mirror stop after what it writes now.
    pub(crate) fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Follows the trail for ever, and deletes files that are older than `keep_days`. The caller aborts it.
    pub(crate) async fn run(mut self, store: Store, clock: Clock, keep_days: i64) {
        let (mut audited, mut forgotten) = (store.audited(), None);
        loop {
            audited.borrow_and_update();
            match tokio::task::block_in_place(|| self.catch_up(&store)) {
                Ok(()) => {
                    let today = Some(clock.now().day());
                    if forgotten != today {
                        self.forget(clock.now(), keep_days);
                        forgotten = today;
                    }
                    if audited.changed().await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "logs/audit.log cannot be written; it goes on where it stopped once it can");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Writes everything that the store's trail has and the file has not.
    ///
    /// # Errors
    /// Where the store cannot be read or the file not be written; what was not written is still to come.
    pub(crate) fn catch_up(&mut self, store: &Store) -> io::Result<()> {
        self.follow(|last| store.read(|view| view.audit_after(last)))
    }

    /// The same of the entries after a given one, wherever they are read, some at a time.
    ///
    /// # Errors
    /// As [`Mirror::catch_up`].
    pub(crate) fn follow(
        &mut self,
        entries_after: impl Fn(Sequence) -> Result<Vec<AuditRecord>, StorageFailure>,
    ) -> io::Result<()> {
        while !self.ending.load(Ordering::Relaxed) {
            let entries = entries_after(self.last).map_err(io::Error::other)?;
            let Some(newest) = entries.last().map(|entry| entry.sequence) else { return Ok(()) };
            let mut rest = entries.as_slice();
            while let Some(first) = rest.first() {
                let day = first.sequence.time().day();
                let (of_day, later) = rest.split_at(rest.partition_point(|entry| entry.sequence.time().day() <= day));
                self.write(day, of_day)?;
                rest = later;
            }
            self.last = newest;
        }
        Ok(())
    }

    fn write(&mut self, day: Date, entries: &[AuditRecord]) -> io::Result<()> {
        if let Some(before) = self.day.filter(|before| *before != day) {
            put_aside(&self.folder, before)?;
            self.day = None; // It is done, also where what follows fails.
        }
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, &audit_entry(entry)).map_err(io::Error::other)?;
            lines.push(b'\n');
        }
        // Opened each time: somebody else may have put the file aside.
        let path = self.folder.join(CURRENT);
        let mut file = private().append(true).open(&path)?;
        let length = file.metadata()?.len();
        if let Err(error) = file.write_all(&lines).and_then(|()| file.sync_data()) {
            let _ = file.set_len(length); // Half of it would be written twice.
            return Err(error);
        }
        self.day = Some(day);
        if let Some(newest) = entries.last() {
            self.last = newest.sequence;
            let _ = self.note_position(newest.sequence); // The last line says it too.
        }
        Ok(())
    }

    /// In one step: half a position would be none.
    fn note_position(&self, at: Sequence) -> io::Result<()> {
        let beside = self.folder.join(format!("{POSITION}.new"));
        private().write(true).truncate(true).open(&beside)?.write_all(at.to_string().as_bytes())?;
        fs::rename(beside, self.folder.join(POSITION))
    }

    /// Deletes files that are older than the trail.
    fn forget(&self, now: Timestamp, keep_days: i64) {
        let oldest = now.plus_millis(-keep_days * Timestamp::DAY_MS).day();
        let old = asides(&self.folder).unwrap_or_default().into_iter().filter(|(day, _)| *day < oldest);
        old.for_each(|(_, path)| drop(fs::remove_file(path))); // It is tried again.
    }
}

/// Gives the current file the name of its day; what has that name already stays.
fn put_aside(folder: &Path, day: Date) -> io::Result<()> {
    let names = (1..).map(|number| match number {
        1 => format!("audit-{day}.log"),
        number => format!("audit-{day}.{number}.log"),
    });
    let free = names.map(|name| folder.join(name)).find(|path| !path.exists());
    let aside = free.expect("numbers have no end");
    match fs::rename(folder.join(CURRENT), aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Files that were put aside, the oldest first.
fn asides(folder: &Path) -> io::Result<Vec<(Date, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let day = name.strip_prefix("audit-").and_then(|name| name.strip_suffix(".log"));
        let day = day.map(|day| day.split_once('.').map_or(day, |(day, _)| day));
        found.extend(day.and_then(|day| day.parse().ok()).map(|day| (day, path.clone())));
    }
    found.sort_unstable();
    Ok(found)
}

/// Cuts off a line that a power cut left half written.
fn mend(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let (tail, begin) = tail(&mut file)?;
    let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    file.set_len(begin + whole as u64)
}

/// The end of a file, and where it begins in it.
fn tail(file: &mut File) -> io::Result<(Vec<u8>, u64)> {
    let begin = file.metadata()?.len().saturating_sub(2 * MAX_LINE_BYTES);
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((bytes, begin))
}

/// The entry of the last line; `None` of an empty file or none.
fn last_line(path: &Path) -> io::Result<Option<Sequence>> {
    #[derive(Deserialize)]
    struct Line {
        id: String,
    }
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let (tail, _) = tail(&mut file)?;
    let line = tail.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty());
    let line = line.and_then(|line| serde_json::from_slice::<Line>(line).ok());
    Ok(line.and_then(|line| line.id.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_aside_before_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let day: Date = "2026-02-15".parse().unwrap();
        let current = folder.path().join(CURRENT);
        for text in ["first", "second", "third"] {
            fs::write(&current, text).unwrap();
            put_aside(folder.path(), day).unwrap();
        }
        put_aside(folder.path(), day).unwrap(); // There is nothing to put aside.
        let found: Vec<_> = asides(folder.path())
            .unwrap()
            .into_iter()
            .map(|(of, path)| (of, fs::read_to_string(path).unwrap()))
            .collect();
        assert!(found.iter().all(|(of, _)| *of == day));
        let mut texts: Vec<_> = found.into_iter().map(|(_, text)| text).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["first", "second", "third"]);
    }

    #[test]
    fn a_line_that_was_broken_off_is_cut_and_the_one_before_is_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CURRENT);
        let id = Sequence::from_u64(7);
        fs::write(&path, format!("{{\"id\":\"{id}\"}}\n{{\"id\":\"bro")).unwrap();
        mend(&path).unwrap();
        assert_eq!(last_line(&path).unwrap(), Some(id));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
        mend(&folder.path().join("nothing")).unwrap();
    }
}
