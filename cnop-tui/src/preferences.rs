//! What a person likes, on disk: a small JSON file beside the configuration.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::app::state::Preferences;

/// What is kept there; the usual where nothing is. One that cannot be read is put aside, not overwritten.
pub(crate) fn load(path: &Path) -> Preferences {
    let Ok(text) = fs::read_to_string(path) else { return Preferences::default() };
    serde_json::from_str(&text).unwrap_or_else(|error| {
        let aside = path.with_extension("json.broken");
        tracing::warn!("{} cannot be read and is now {}: {error}", path.display(), aside.display());
        let _ = fs::rename(path, aside); // It will be overwritten then, as was said.
        Preferences::default()
    })
}

/// Keeps what a person likes; of several at once, the newest.
#[derive(Debug)]
pub(crate) struct Keeper {
    path: PathBuf,
    asked: AtomicU64,
    // Held while the file is written: two never write at once.
    kept: Mutex<u64>,
}

impl Keeper {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, asked: AtomicU64::new(0), kept: Mutex::new(0) }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Which of all it is that is asked for now.
    pub(crate) fn number(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes it, whole or not at all, unless a newer one is there.
    pub(crate) fn keep(&self, number: u64, liked: &Preferences) -> io::Result<()> {
        let mut kept = self.kept.lock().expect("no holder panics");
        if number < *kept {
            return Ok(());
        }
        write(&self.path, liked)?;
        *kept = number;
        Ok(())
    }
}

fn write(path: &Path, liked: &Preferences) -> io::Result<()> {
    let text = serde_json::to_string_pretty(liked)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("new");
    fs::write(&beside, text)?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::Theme;

    #[test]
    fn the_newest_is_kept_and_a_broken_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cnop/tui.json");
        assert_eq!(load(&path), Preferences::default());
        let keeper = Keeper::new(path.clone());
        let (first, second) = (keeper.number(), keeper.number());
        let light = Preferences { theme: Theme::Light, ..Preferences::default() };
        keeper.keep(second, &light).unwrap();
        keeper.keep(first, &Preferences::default()).unwrap();
        assert_eq!(load(&path), light);
        fs::write(&path, "{ \"theme\": 5").unwrap();
        assert_eq!(load(&path), Preferences::default());
        assert!(path.with_extension("json.broken").exists());
    }
}
