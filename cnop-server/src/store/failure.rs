//! What can go wrong with the file itself.

/// The store cannot be read or written. Nobody can mend this from outside: it is logged and answered with a 500 or 503.
#[derive(Debug, thiserror::Error)]
pub enum StorageFailure {
    /// The engine failed.
    #[error("the database failed: {0}")]
    Engine(#[from] redb::Error),
    /// A row is not what this version can read.
    #[error("a row of {what} cannot be read: {reason}")]
    Row {
        /// What kind of row.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A row that must exist does not.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// Lets `?` take the engine's many error types.
macro_rules! engine_errors {
    ($($error:ident),+) => {$(
        impl From<redb::$error> for StorageFailure {
            fn from(error: redb::$error) -> Self {
                Self::Engine(error.into())
            }
        }
    )+};
}
engine_errors!(StorageError, TableError, TransactionError, CommitError);

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("the data folder is in use by another cnop-server; stop it, or choose another folder with --data-dir")]
    InUse,
    /// It was written by a newer version.
    #[error(
        "the data was written by a newer version of cnop-server (format {found}, this one knows {known}); upgrade the server"
    )]
    TooNew {
        /// The format of the file.
        found: u32,
        /// The newest format this version knows.
        known: u32,
    },
    /// It is of an older version, and cannot be brought to that of now.
    #[error("the data is of an older version and was left as it is: a copy is kept before it is changed, and {0}")]
    NotMigrated(String),
    /// The file is not a database, or the disk failed.
    #[error("the database file cannot be opened: {0}")]
    Database(redb::DatabaseError),
    /// The engine met something that cannot be and panicked.
    #[error("the database file is damaged; do not use it, and restore a backup that is whole")]
    Damaged,
    /// It opened, but cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageFailure),
    /// The system gave no file or no thread.
    #[error("the database cannot be opened: {0}")]
    System(#[from] std::io::Error),
}

impl StorageFailure {
    /// Whether only the one row is at fault, and everything else can go on.
    pub(crate) fn is_of_one_row(&self) -> bool {
        matches!(self, Self::Row { .. } | Self::Missing(_))
    }
}

impl From<redb::DatabaseError> for OpenError {
    fn from(error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse,
            redb::DatabaseError::Storage(redb::StorageError::Corrupted(_)) => Self::Damaged,
            other => Self::Database(other),
        }
    }
}
