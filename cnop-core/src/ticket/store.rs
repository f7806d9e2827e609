//! Intents on disk: one file each, in a folder a profile, there before anything is sent and gone once all is known.
//!
//! A file is locked for as long as its movement is under way: a lock ends with its process, so an unlocked file is one
//! that somebody left behind. A second lock, the folder's, is held for moments only, while files are made, looked
//! through and removed: between finding a file and locking it nobody else can take it away.

mod claim;
mod error;

pub use claim::Claim;
pub use error::IntentError;

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use data_encoding::BASE32HEX_NOPAD;

use super::Intent;
use crate::config::{self, NoHome, ProfileName};
use crate::ids::IdempotencyKey;
use crate::private;
use crate::time::Timestamp;

/// Far more than an intent needs: what is longer is none.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// The longest key that names its file as it is; the file systems in use take names of 255 bytes.
const PLAIN_KEY_MAX: usize = 64;

/// A file that was found.
#[derive(Debug)]
pub enum Left {
    /// Whoever wrote it is gone. It is held for whoever found it, and can be settled.
    Behind(Claim),
    /// Another process is at it.
    InFlight(Box<Intent>),
    /// It cannot be read, and so not be settled.
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// The intents of one profile.
#[derive(Debug, Clone)]
pub struct IntentStore {
    folder: PathBuf,
}

impl IntentStore {
    /// The user's own, below [`config::state_dir`].
    ///
    /// # Errors
    /// [`NoHome`].
    pub fn of_user(profile: &ProfileName) -> Result<Self, NoHome> {
        Ok(Self::at(config::state_dir()?.join("intents").join(profile.as_str())))
    }

    /// One in `folder`, which is made when something is first kept.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Writes `intent` down, durably, and holds it until the claim is dropped. One that repeats what an earlier process
    /// left behind takes it over.
    ///
    /// # Errors
    /// [`IntentError`]; then nothing may be sent.
    pub fn claim(&self, intent: Intent, now: Timestamp) -> Result<Claim, IntentError> {
        private::make_folder(&self.folder).map_err(|source| self.failed(&self.folder, source))?;
        let _folder = self.lock_folder()?;
        let path = self.path(&intent.key);
        if path.try_exists().map_err(|source| self.failed(&path, source))? {
            return self.take_over(path, &intent, now);
        }
        self.sweep();
        let json = serde_json::to_vec_pretty(&intent).expect("an intent is made of texts");
        let kept = private::replace(&path, &json).and_then(|file| {
            file.lock()?;
            private::sync_folder(&self.folder)?;
            Ok(file)
        });
        let file = kept.map_err(|source| self.failed(&path, source))?;
        Ok(Claim::new(self.clone(), path, file, intent, false))
    }

    fn take_over(&self, path: PathBuf, intent: &Intent, now: Timestamp) -> Result<Claim, IntentError> {
        let left = match self.look_at(path) {
            Left::Behind(claim) => claim,
            Left::InFlight(other) if other.is_repeated_by(intent) => return Err(IntentError::InFlight(other)),
            Left::InFlight(other) => return Err(IntentError::KeyTaken(other)),
            Left::Damaged { path, .. } => return Err(IntentError::Damaged { path }),
        };
        match left.intent() {
            other if !other.is_repeated_by(intent) => Err(IntentError::KeyTaken(Box::new(other.clone()))),
            other if other.is_too_old(now) => Err(IntentError::TooOld(Box::new(other.clone()))),
            _ => Ok(left),
        }
    }

    /// Everything that is not known to be over, oldest first. What was left behind is held until it is dropped.
    ///
    /// # Errors
    /// [`IntentError::Io`].
    pub fn left(&self) -> Result<Vec<Left>, IntentError> {
        if self.paths()?.is_empty() {
            return Ok(Vec::new()); // Looking makes no folder.
        }
        let _folder = self.lock_folder()?;
        let mut left: Vec<_> = self.paths()?.into_iter().map(|path| self.look_at(path)).collect();
        left.sort_by_key(|left| left.intent().map(|intent| intent.created_at));
        Ok(left)
    }

    /// How many files there are, without a look into them.
    ///
    /// # Errors
    /// [`IntentError::Io`].
    pub fn count(&self) -> Result<usize, IntentError> {
        self.paths().map(|paths| paths.len())
    }

    fn paths(&self) -> Result<Vec<PathBuf>, IntentError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect()),
        };
        let mut paths: Vec<PathBuf> = entries.map_err(|source| self.failed(&self.folder, source))?;
        paths.retain(|path| is_intent_file(path));
        Ok(paths)
    }

    /// The folder's lock is held meanwhile.
    fn look_at(&self, path: PathBuf) -> Left {
        match open(&path) {
            Ok((Held::ByUs(file), intent)) => Left::Behind(Claim::new(self.clone(), path, file, intent, true)),
            Ok((Held::ByOther, intent)) => Left::InFlight(Box::new(intent)),
            Err(error) => Left::Damaged { path, reason: error.to_string() },
        }
    }

    /// Removes what crashes left half written: whoever is still writing holds the folder's lock. At best; it disturbs
    /// nobody.
    fn sweep(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|kind| kind == "tmp"))
        {
            let _ = fs::remove_file(path);
        }
    }

    fn lock_folder(&self) -> Result<File, IntentError> {
        let path = self.folder.join(".lock");
        private::lock(&path).map_err(|source| self.failed(&path, source))
    }

    fn failed(&self, path: &Path, source: io::Error) -> IntentError {
        IntentError::Io { path: path.to_owned(), source }
    }

    fn path(&self, key: &IdempotencyKey) -> PathBuf {
        self.folder.join(file_name(key))
    }
}

impl Left {
    /// What it is about, where that can be read.
    pub fn intent(&self) -> Option<&Intent> {
        match self {
            Self::Behind(claim) => Some(claim.intent()),
            Self::InFlight(intent) => Some(intent),
            Self::Damaged { .. } => None,
        }
    }
}

/// Who holds a file's lock.
enum Held {
    ByUs(File),
    ByOther,
}

fn open(path: &Path) -> io::Result<(Held, Intent)> {
    let file = fs::OpenOptions::new().read(true).write(true).open(path)?;
    let mut json = Vec::new();
    (&file).take(MAX_FILE_BYTES).read_to_end(&mut json)?;
    let intent: Intent = serde_json::from_slice(&json).map_err(io::Error::from)?;
    match file.try_lock() {
        Ok(()) => Ok((Held::ByUs(file), intent)),
        Err(TryLockError::WouldBlock) => Ok((Held::ByOther, intent)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Files whose names begin with a dot are locks, and what a crash left half written: nothing was sent for those.
fn is_intent_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.ends_with(".json") && !name.starts_with('.')
}

/// A key may be any text that a script likes, such as `../a`, or two that differ in their case alone.
fn file_name(key: &IdempotencyKey) -> String {
    let text = key.as_str();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if text.len() <= PLAIN_KEY_MAX && text.bytes().all(plain) {
        format!("{text}.json")
    } else {
        format!("={}.json", BASE32HEX_NOPAD.encode(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests;
