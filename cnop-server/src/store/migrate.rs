//! Brings a file of an older format to that of now, and keeps a copy of it as it was.
//!
//! Rows carry versions of their own and need no migration; the format grows when a table is added that older files must
//! fill. Each step is done in bounded transactions that can be done again, and the format is written last: a crash in
//! between begins anew.

use std::path::{Path, PathBuf};

use cnop_core::ids::Sequence;
use redb::{Builder, Database, ReadableDatabase};

use super::activity::{Activity, ActivityKind};
use super::backup;
use super::codec::decode;
use super::failure::{OpenError, StorageFailure};
use super::key::{self, Kind};
use super::rows::{FillRow, LimitOrderRow};
use super::space::{FORMAT, Reader, Source, Space, WriteTables};

/// Copies of one format beside each other: somebody went back and forth.
const MAX_COPIES: u32 = 9;
/// Rows of one transaction.
const ROWS_AT_ONCE: usize = 16_384;

/// Migrates `database` from the format `from`. A copy is kept beside the file that `keep` names.
pub(super) fn migrate(database: &Database, keep: Option<&Path>, from: u32) -> Result<(), OpenError> {
    let reader = Reader::open(&database.begin_read().map_err(StorageFailure::from)?)?;
    if let Some(file) = keep {
        keep_copy(file, from, &reader)?;
    }
    list_activity(database, &reader)?;
    let mut transaction = database.begin_write().map_err(StorageFailure::from)?;
    transaction.set_quick_repair(true);
    WriteTables::open(&transaction)?.put(Space::Meta, key::META_FORMAT, &FORMAT.to_be_bytes())?;
    transaction.commit().map_err(StorageFailure::from)?;
    tracing::info!(format = FORMAT, "the data is of the newest format");
    Ok(())
}

fn keep_copy(file: &Path, from: u32, reader: &Reader) -> Result<(), OpenError> {
    let Some(kept) = place_for_copy(file, from, reader)? else { return Ok(()) };
    tracing::info!(from, to = FORMAT, kept = %kept.display(), "the data is of an older format; keeping a copy of it");
    let bytes = std::fs::metadata(file)?.len();
    backup::forget_half(&kept); // A migration that was broken off left it, and nobody else has this data.
    let copied = backup::check_room(bytes, 0, &kept).and_then(|()| backup::copy(reader, &kept));
    copied.map_err(|error| OpenError::NotMigrated(error.to_string()))?;
    Ok(())
}

/// Where to keep the copy; `None` where a migration that was broken off has kept one of this very data.
fn place_for_copy(file: &Path, from: u32, reader: &Reader) -> Result<Option<PathBuf>, OpenError> {
    let last = last_sequence(reader)?;
    for number in 1..=MAX_COPIES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let kept = file.with_extension(format!("format-{from}{suffix}.redb"));
        if !kept.exists() {
            return Ok(Some(kept));
        }
        let of_now = Builder::new().open(&kept).ok().and_then(|copy| {
            let copy = Reader::open(&copy.begin_read().ok()?).ok()?;
            Some(last_sequence(&copy).ok()? == last)
        });
        if of_now == Some(true) {
            return Ok(None);
        }
    }
    Err(OpenError::NotMigrated(format!("there are {MAX_COPIES} copies already; move some away")))
}

fn last_sequence(reader: &Reader) -> Result<Option<Vec<u8>>, StorageFailure> {
    Ok(reader.get(Space::Meta, key::META_LAST_SEQUENCE)?.map(|row| row.value().to_vec()))
}

/// To format 3: gives every ledger row its place in the audit trail.
fn list_activity(database: &Database, reader: &Reader) -> Result<(), StorageFailure> {
    let mut rows = reader.range(Space::Accounts, &[][..]..=&[0xff; 255][..])?.peekable();
    while rows.peek().is_some() {
        let transaction = database.begin_write()?;
        {
            let mut tables = WriteTables::open(&transaction)?;
            for row in rows.by_ref().take(ROWS_AT_ONCE) {
                let (key, value) = row?;
                for (at, activity) in activities(key.value(), value.value())? {
                    tables.put(Space::Activity, &key::age(at), &activity.to_bytes())?;
                }
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

/// What a row of the accounts tells: nothing, that something happened, or that and how it ended.
fn activities(key: &[u8], value: &[u8]) -> Result<Vec<(Sequence, Activity)>, StorageFailure> {
    let Some((user, kind, sequence)) = key::history_of(key) else { return Ok(vec![]) };
    let happened = |at, kind| (at, Activity { user, kind });
    Ok(match kind {
        Kind::Order => vec![happened(sequence, ActivityKind::MarketOrder)],
        Kind::CashMove => vec![happened(sequence, ActivityKind::CashMove)],
        Kind::Fill => vec![happened(sequence, ActivityKind::Fill(decode::<FillRow>(value)?.order))],
        Kind::LimitOrder => {
            let order = decode::<LimitOrderRow>(value)?.order();
            // An execution has a row of its own.
            let end = order.state.ended_at().filter(|_| order.execution().is_none());
            let end = end.map(|at| happened(at, ActivityKind::End(sequence)));
            std::iter::once(happened(sequence, ActivityKind::LimitOrder)).chain(end).collect()
        }
        Kind::Access | Kind::Account | Kind::Idempotency => vec![],
    })
}
