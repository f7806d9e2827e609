//! Why an intent is not on disk, or must not be sent.

use std::io;
use std::path::PathBuf;

use crate::config::NoHome;
use crate::ticket::Intent;

/// Why an intent could not be written down, found or forgotten.
#[derive(Debug, thiserror::Error)]
pub enum IntentError {
    /// The key is another request's, of which it is not known yet what became.
    #[error("the key {} belongs to a {} that is not settled yet", .0.key, .0.movement)]
    KeyTaken(Box<Intent>),
    /// The same request is under way under the same key.
    #[error("the {} under the key {} is still being placed by another command", .0.movement.noun(), .0.key)]
    InFlight(Box<Intent>),
    /// The same request was left behind so long ago that the server may not know its key any more.
    #[error(
        "a {} under the key {} was left unfinished at {}, and the server may have forgotten the key since",
        .0.movement.noun(), .0.key, .0.created_at
    )]
    TooOld(Box<Intent>),
    /// The file of this key holds something else.
    #[error("{} is not an intent", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody says where files belong.
    #[error(transparent)]
    NoHome(#[from] NoHome),
}
