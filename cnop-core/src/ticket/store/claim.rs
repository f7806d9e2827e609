//! An intent that is held: nobody else settles it meanwhile.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;

use super::{IntentError, IntentStore};
use crate::private;
use crate::ticket::Intent;

/// An intent on disk, with its lock. Dropped, it stays there for whoever settles it later.
#[derive(Debug)]
pub struct Claim {
    store: IntentStore,
    path: PathBuf,
    /// Never read again: its lock is what it is kept for.
    _locked: File,
    intent: Intent,
    was_left: bool,
}

impl Claim {
    pub(super) fn new(store: IntentStore, path: PathBuf, locked: File, intent: Intent, was_left: bool) -> Self {
        Self { store, path, _locked: locked, intent, was_left }
    }

    /// What it is about.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// Whether an earlier process left it behind, and may have sent it.
    pub fn was_left(&self) -> bool {
        self.was_left
    }

    /// Takes it from the disk: what became of it is known.
    ///
    /// # Errors
    /// [`IntentError::Io`]; then it is still there, and can be settled once more.
    pub fn forget(self) -> Result<(), IntentError> {
        let _folder = self.store.lock_folder()?;
        let removed = match fs::remove_file(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed.and_then(|()| private::sync_folder(&self.store.folder)),
        };
        removed.map_err(|source| self.store.failed(&self.path, source))
    }
}
