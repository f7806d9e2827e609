//! Files and folders that only their owner may read from their first moment on, whole or not at all.
//!
//! What stands in them belongs to [`crate::session`] and [`crate::ticket`].

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes `folder` and what is missing above it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Waits until nobody else holds the lock at `path`, in a folder that is there. It ends with the returned file, or with
/// the process.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let file = private_file().create(true).truncate(false).open(path)?;
    file.lock().map(|()| file)
}

/// Puts a file of `bytes` in the place of whatever is at `path`, and returns it open. A reader finds the old one or the
/// new one; where it fails, the old one stays.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.{}.tmp", uuid::Uuid::now_v7().simple()));
    let written = write_new(&unfinished, bytes).and_then(|file| fs::rename(&unfinished, path).map(|()| file));
    written.inspect_err(|_| {
        // It may hold a secret. Where even this fails, the write's own error says more.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Makes sure that the names in `folder` outlive a power cut, as the files behind them do.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and its names are written with the files.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = private_file().create_new(true).open(path)?;
    file.write_all(bytes)?;
    // Without it a power cut could leave the new name on an empty file.
    file.sync_all().map(|()| file)
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
