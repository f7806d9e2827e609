//! The disk that the file lies on.

use std::path::{Path, PathBuf};

/// A file and the room beside it.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    file: PathBuf,
    reserve_bytes: u64,
}

impl Disk {
    /// A file beside which so much is to stay free.
    pub(super) fn new(file: &Path, reserve_bytes: u64) -> Self {
        Self { file: file.to_owned(), reserve_bytes }
    }

    /// Whether there is room to write: a commit that fails half way ends the process.
    pub(super) fn has_room(&self) -> bool {
        // What cannot be asked, a commit will tell.
        self.reserve_bytes == 0 || self.free_bytes().is_none_or(|free| free >= self.reserve_bytes)
    }

    /// Bytes that this process may still use.
    pub(super) fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.file)
    }

    /// Bytes of the file.
    pub(super) fn file_bytes(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |metadata| metadata.len())
    }

    /// The name of a file beside it.
    pub(super) fn beside(&self, kind: &str) -> PathBuf {
        let mut name = self.file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{kind}"));
        self.file.with_file_name(name)
    }

    /// Removes what a process that was killed left: copies that were to be sent or put in place.
    pub(super) fn forget_leftovers(&self) {
        for kind in ["sending", "sending.part", "restored"] {
            let _ = std::fs::remove_file(self.beside(kind)); // There is seldom one.
        }
    }

    /// Bytes that are to stay free.
    pub(super) fn reserve_bytes(&self) -> u64 {
        self.reserve_bytes
    }
}

/// Bytes that this process may still use of the disk that holds a path; `None` where the system does not say.
#[cfg(unix)]
pub(super) fn free_bytes(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Other systems are not asked: there a commit tells.
#[cfg(not(unix))]
pub(super) fn free_bytes(_path: &Path) -> Option<u64> {
    None
}
