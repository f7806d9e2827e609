//! The newest committed state, ready to be looked at.
//!
//! Opening a snapshot and its tables costs more than a look into it, so the writer does that once a commit, and everybody
//! in between shares it. A snapshot lives until the commit after it: the engine can use its freed pages again one commit
//! later than otherwise, and the file does not grow by that.

use std::sync::Arc;

use arc_swap::ArcSwap;
use redb::{Database, ReadableDatabase};

use super::failure::StorageFailure;
use super::space::Reader;

/// Where the writer puts each new state, and readers find it.
pub(super) struct Published {
    database: Arc<Database>,
    newest: ArcSwap<Reader>,
}

impl Published {
    /// The state that a file was opened with.
    pub(super) fn new(database: Arc<Database>) -> Result<Self, StorageFailure> {
        let newest = ArcSwap::from(newest(&database)?);
        Ok(Self { database, newest })
    }

    /// Shows readers what was committed. Done before anybody is told of the commit: they must find it.
    pub(super) fn renew(&self) -> Result<(), StorageFailure> {
        self.newest.store(newest(&self.database)?);
        Ok(())
    }

    /// The state of now.
    pub(super) fn reader(&self) -> Arc<Reader> {
        self.newest.load_full()
    }
}

fn newest(database: &Database) -> Result<Arc<Reader>, StorageFailure> {
    Ok(Arc::new(Reader::open(&database.begin_read()?)?))
}
