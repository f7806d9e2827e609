//! The tables of the file, and one way to look into them from reading and from writing.

use std::ops::RangeInclusive;
use std::path::Path;

use cnop_core::ids::Sequence;
use redb::{
    AccessGuard, Database, Range, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable,
    ReadableTableMetadata, Table, TableDefinition, WriteTransaction,
};

use super::failure::{OpenError, StorageFailure};
use super::{codec, key, migrate};

/// What the engine sees of a row: bytes and bytes.
type Bytes = &'static [u8];

/// The format of keys and rows. It grows when old files need a migration; new row versions alone do not need one.
/// 2: limit orders, which a server of format 1 would overlook.
/// 3: the audit trail, and the place of every ledger row in it.
pub(super) const FORMAT: u32 = 3;

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// What belongs to a user and is touched by orders, clustered by user: see [`key`].
    Accounts,
    /// User number → profile and password hash. Apart, so that hot pages hold no cold rows.
    Users,
    /// Login name → user number.
    Names,
    /// Email address → user number.
    Emails,
    /// Token id → nothing: tokens that were revoked one by one.
    Revoked,
    /// Sequence → idempotency key, so that old keys are found by age.
    KeyAges,
    /// Singular values by name.
    Meta,
    /// User and sequence → what the matcher must know of an order that waits.
    OpenOrders,
    /// What is kept of a market whose prices come from outside: see [`super::candles`].
    Market,
    /// Sequence → who did what: see [`super::audit`].
    Audit,
    /// Sequence → the ledger row of that moment, whoever's.
    Activity,
    /// Client network → until when it may not log in.
    Blocks,
    /// Asset id → that an administrator has closed it for purchases.
    ClosedAssets,
    /// User → the last insight that a model wrote.
    Insights,
}

impl Space {
    /// Every table, in the order of the variants.
    pub(super) const ALL: [Self; 14] = [
        Self::Accounts,
        Self::Users,
        Self::Names,
        Self::Emails,
        Self::Revoked,
        Self::KeyAges,
        Self::Meta,
        Self::OpenOrders,
        Self::Market,
        Self::Audit,
        Self::Activity,
        Self::Blocks,
        Self::ClosedAssets,
        Self::Insights,
    ];

    pub(super) fn definition(self) -> TableDefinition<'static, Bytes, Bytes> {
        TableDefinition::new(match self {
            Self::Accounts => "accounts",
            Self::Users => "users",
            Self::Names => "names",
            Self::Emails => "emails",
            Self::Revoked => "revoked",
            Self::KeyAges => "key_ages",
            Self::Meta => "meta",
            Self::OpenOrders => "open_orders",
            Self::Market => "market",
            Self::Audit => "audit",
            Self::Activity => "activity",
            Self::Blocks => "blocks",
            Self::ClosedAssets => "closed_assets",
            Self::Insights => "insights",
        })
    }
}

/// Rows in the order of their keys; none of a table that the file does not have yet.
pub(crate) type Rows<'a> = std::iter::Flatten<std::option::IntoIter<Range<'a, Bytes, Bytes>>>;

/// Where rows can be looked up: a snapshot, or the state inside the writer's transaction.
pub(crate) trait Source {
    /// One row.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<AccessGuard<'_, Bytes>>, StorageFailure>;
    /// How many rows there are.
    fn count(&self, space: Space) -> Result<u64, StorageFailure>;
    /// Rows in the order of their keys.
    fn range(&self, space: Space, keys: RangeInclusive<&[u8]>) -> Result<Rows<'_>, StorageFailure>;
}

/// All tables of a snapshot, which lives as long as they do. A file of an older format lacks some.
pub(crate) struct Reader {
    tables: Vec<Option<ReadOnlyTable<Bytes, Bytes>>>,
}

impl Reader {
    pub(super) fn open(transaction: &ReadTransaction) -> Result<Self, StorageFailure> {
        let open = |space: Space| match transaction.open_table(space.definition()) {
            Ok(table) => Ok(Some(table)),
            Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(error.into()),
        };
        Ok(Self { tables: Space::ALL.into_iter().map(open).collect::<Result<_, StorageFailure>>()? })
    }
}

impl Source for Reader {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<AccessGuard<'_, Bytes>>, StorageFailure> {
        let Some(table) = &self.tables[space as usize] else { return Ok(None) };
        Ok(table.get(key)?)
    }

    fn count(&self, space: Space) -> Result<u64, StorageFailure> {
        self.tables[space as usize].as_ref().map_or(Ok(0), |table| Ok(table.len()?))
    }

    fn range(&self, space: Space, keys: RangeInclusive<&[u8]>) -> Result<Rows<'_>, StorageFailure> {
        let rows = self.tables[space as usize].as_ref().map(|table| table.range::<&[u8]>(keys)).transpose()?;
        Ok(rows.into_iter().flatten())
    }
}

/// All tables inside the writer's transaction. They must be dropped before it commits.
pub(super) struct WriteTables<'t> {
    tables: Vec<Table<'t, Bytes, Bytes>>,
}

impl<'t> WriteTables<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction) -> Result<Self, StorageFailure> {
        let open = |space: Space| Ok(transaction.open_table(space.definition())?);
        Ok(Self { tables: Space::ALL.into_iter().map(open).collect::<Result<_, StorageFailure>>()? })
    }

    pub(super) fn put(&mut self, space: Space, key: &[u8], value: &[u8]) -> Result<(), StorageFailure> {
        self.tables[space as usize].insert(key, value)?;
        Ok(())
    }

    pub(super) fn remove(&mut self, space: Space, key: &[u8]) -> Result<(), StorageFailure> {
        self.tables[space as usize].remove(key)?;
        Ok(())
    }
}

impl Source for WriteTables<'_> {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<AccessGuard<'_, Bytes>>, StorageFailure> {
        Ok(self.tables[space as usize].get(key)?)
    }

    fn count(&self, space: Space) -> Result<u64, StorageFailure> {
        Ok(self.tables[space as usize].len()?)
    }

    fn range(&self, space: Space, keys: RangeInclusive<&[u8]>) -> Result<Rows<'_>, StorageFailure> {
        Ok(Some(self.tables[space as usize].range::<&[u8]>(keys)?).into_iter().flatten())
    }
}

/// Creates the tables that a new file lacks, brings an older one to the format of now, refuses a newer, and answers the
/// last number given out. A file that is complete is not written: a commit would undo the quick repair that the last one
/// prepared. A copy of an older one is kept beside the file that is named.
pub(super) fn prepare(database: &Database, keep: Option<&Path>) -> Result<Sequence, OpenError> {
    match check_format(database)? {
        Some(FORMAT) => {}
        None => {
            let mut transaction = database.begin_write().map_err(StorageFailure::from)?;
            transaction.set_quick_repair(true);
            WriteTables::open(&transaction)?.put(Space::Meta, key::META_FORMAT, &FORMAT.to_be_bytes())?;
            transaction.commit().map_err(StorageFailure::from)?;
        }
        Some(older) => migrate::migrate(database, keep, older)?,
    }
    let reader = Reader::open(&database.begin_read().map_err(StorageFailure::from)?)?;
    Ok(last_sequence(&reader)?)
}

/// The last number given out.
pub(super) fn last_sequence(rows: &Reader) -> Result<Sequence, StorageFailure> {
    let last = rows.get(Space::Meta, key::META_LAST_SEQUENCE)?;
    last.map_or(Ok(Sequence::from_u64(0)), |row| codec::sequence(row.value()))
}

/// The format of a file, `None` for a new one. Looks before anything is written: a newer file stays untouched.
pub(super) fn check_format(database: &Database) -> Result<Option<u32>, OpenError> {
    let transaction = database.begin_read().map_err(StorageFailure::from)?;
    let table = match transaction.open_table(Space::Meta.definition()) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(StorageFailure::from(error).into()),
    };
    let row = table.get(key::META_FORMAT).map_err(StorageFailure::from)?;
    let found = row.map(|row| codec::number(row.value())).transpose()?;
    match found {
        Some(found) if found > FORMAT => Err(OpenError::TooNew { found, known: FORMAT }),
        found => Ok(found),
    }
}
