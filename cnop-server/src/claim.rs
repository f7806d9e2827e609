//! One process a data folder.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::store::OpenError;

/// Says that a data folder is used, until it is dropped. The database has a lock of its own; this one also holds where
/// there is none yet, or a damaged one.
#[derive(Debug)]
pub(crate) struct Claim {
    _folder: Option<File>,
}

impl Claim {
    /// Claims a folder.
    ///
    /// # Errors
    /// [`OpenError::InUse`] where another process has it.
    pub(crate) fn of(folder: &Path) -> Result<Self, OpenError> {
        // Not every system opens folders, and not every file system locks them: there the database's lock has to do.
        let Ok(file) = File::open(folder) else { return Ok(Self { _folder: None }) };
        match file.try_lock() {
            Ok(()) => Ok(Self { _folder: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => {
                tracing::debug!(%error, "the data folder cannot be locked");
                Ok(Self { _folder: None })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_claimed_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let claim = Claim::of(folder.path()).unwrap();
        assert!(matches!(Claim::of(folder.path()), Err(OpenError::InUse)));
        drop(claim);
        drop(Claim::of(folder.path()).unwrap());
        assert!(Claim::of(&folder.path().join("nothing")).is_ok(), "there is nothing to share");
    }
}
