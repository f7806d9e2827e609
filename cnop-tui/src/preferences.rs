//! What a person likes, on disk: a small JSON file beside the configuration.

use std::fs;
use std::io;
use std::path::Path;

use crate::app::state::Preferences;

/// What is kept there; the usual where nothing is, or nothing that can be read.
pub(crate) fn load(path: &Path) -> Preferences {
    fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Keeps it, whole or not at all.
pub(crate) fn save(path: &Path, liked: &Preferences) -> io::Result<()> {
    let text = serde_json::to_string_pretty(liked)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("new");
    fs::write(&beside, text)?;
    fs::rename(beside, path)
}
