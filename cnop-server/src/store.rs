//! The one door to the data: a redb file behind a single writing thread.
//!
//! Above this module there are commands ([`Store::submit`]) and looks at a snapshot ([`Store::read`]); nobody sees a
//! transaction, and only `codec` knows how a row is written.
//! Read `writer` for how a commit comes about, `published` for what readers share of it, `key` for how rows lie,
//! `commands` for what each command decides.

mod activity;
mod audit;
mod backup;
mod candles;
mod changes;
pub(crate) mod codec;
pub(crate) mod commands;
mod disk;
mod failure;
mod history;
mod insights;
mod key;
mod migrate;
mod news;
mod operations;
mod order_record;
mod origin;
mod page;
mod published;
mod rows;
mod space;
mod verify;
mod view;
mod writer;

use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use redb::{Builder, ReadableDatabase};
use tokio::sync::{broadcast, watch};

pub(crate) use audit::{AuditDraft, AuditFilter, AuditRecord};
pub use backup::{CopyError, Restored};
pub(crate) use candles::{CandleKey, Recording, kept_ms};
pub(crate) use commands::{Command, Refused};
use disk::Disk;
pub use failure::OpenError;
pub use failure::StorageFailure;
pub(crate) use history::{OrderFilter, TransactionRecord};
pub(crate) use key::UserNumber;
use news::Newsroom;
pub(crate) use news::{Bulletin, Cash, News, What};
pub(crate) use order_record::{OrderKind, OrderRecord, TradeRecord};
pub(crate) use origin::Origin;
pub(crate) use page::{Cursor, MAX_OFFSET, PageRequest, PageStart};
use published::Published;
pub(crate) use rows::{Act, AdminAct, Block, KeptInsight, MarketSeed, Profile, Role, Waits};
use space::Reader;
pub(crate) use space::Source;
pub use verify::{Finding, Report};
pub(crate) use view::{Session, SessionError, Snapshot};
pub(crate) use writer::SubmitError;
pub(crate) use writer::WriterFigures;
use writer::{Batches, Writer};

use crate::clock::Clock;

/// Pages that redb keeps in memory: the working set of a large store, not the default of 1 GiB.
const CACHE_BYTES: usize = 128 * 1024 * 1024;

/// A copy to send.
pub(crate) struct Copied {
    /// The file.
    pub(crate) file: File,
    /// Its length.
    pub(crate) bytes: u64,
    /// What it holds.
    pub(crate) report: Report,
}

/// The data of one server. Clones share it.
#[derive(Clone)]
pub struct Store {
    published: Arc<Published>,
    newsroom: Newsroom,
    writer: Arc<Writer>,
    disk: Disk,
}

impl Store {
    /// Opens or creates the file and starts the writer.
    ///
    /// # Errors
    /// [`OpenError`] where another process has the file, or it cannot be used.
    pub fn open(file: &Path, clock: Clock) -> Result<Self, OpenError> {
        Self::open_with_reserve(file, clock, 0)
    }

    /// The same, and takes nothing in while less than `reserve_bytes` are free on its disk.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with_reserve(file: &Path, clock: Clock, reserve_bytes: u64) -> Result<Self, OpenError> {
        make_private(file)?;
        let (database, last) = undamaged(|| {
            let database = Builder::new().set_cache_size(CACHE_BYTES).create(file)?;
            let last = space::prepare(&database, Some(file))?;
            Ok((Arc::new(database), last))
        })?;
        clock.not_before(last.time());
        let published = Arc::new(Published::new(Arc::clone(&database))?);
        let newsroom = Newsroom::new();
        let disk = Disk::new(file, reserve_bytes);
        disk.forget_leftovers(); // Whoever has the file is the only one that copies it.
        let batches = Batches::new(database, Arc::clone(&published), newsroom.clone(), clock, disk.clone(), last);
        Ok(Self { published, newsroom, writer: Arc::new(Writer::start(batches)?), disk })
    }

    /// Decides a command against the newest state and makes its changes durable. The answer means it is on disk.
    ///
    /// # Errors
    /// The command's refusal, or [`SubmitError`]'s reasons why it was not taken.
    pub(crate) async fn submit<C: Command>(&self, command: C) -> Result<C::Answer, SubmitError> {
        self.writer.enqueue(command)?.await
    }

    /// Queues a command at once; what is queued in order is decided in order. The answer is that of [`Store::submit`].
    ///
    /// # Errors
    /// [`SubmitError`] where it was not taken in.
    pub(crate) fn enqueue<C: Command>(
        &self,
        command: C,
    ) -> Result<impl Future<Output = Result<C::Answer, SubmitError>> + Send + use<C>, SubmitError> {
        self.writer.enqueue(command)
    }

    /// Looks at one consistent snapshot, which holds every commit that was answered. The closure keeps it from living
    /// across an `.await`: a held one makes the file grow.
    ///
    /// # Errors
    /// Whatever `look` answers, or [`StorageFailure`] where the file cannot be read.
    pub(crate) fn read<T, E: From<StorageFailure>>(
        &self,
        look: impl FnOnce(&Snapshot<'_, Reader>) -> Result<T, E>,
    ) -> Result<T, E> {
        look(&Snapshot::new(&*self.published.reader()))
    }

    /// Everything committed from now on, a commit at a time. Whoever looks at the store after this call and then
    /// listens has missed nothing.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Bulletin> {
        self.newsroom.listen()
    }

    /// Is changed by every commit that lets the audit trail grow.
    pub(crate) fn audited(&self) -> watch::Receiver<()> {
        self.newsroom.audited()
    }

    /// Recomputes every account from its history, on a snapshot of now.
    ///
    /// # Errors
    /// [`StorageFailure`] where the file cannot be read.
    pub fn verify(&self) -> Result<Report, StorageFailure> {
        self.read(verify::verify)
    }

    /// The same for a file that no server has. Nothing is created or changed.
    ///
    /// # Errors
    /// [`OpenError`] where a server has the file, or it cannot be read.
    pub fn verify_file(file: &Path) -> Result<Report, OpenError> {
        undamaged(|| {
            let database = Builder::new().set_cache_size(CACHE_BYTES).open(file)?;
            space::check_format(&database)?;
            let reader = Reader::open(&database.begin_read().map_err(StorageFailure::from)?)?;
            Ok(verify::verify(&Snapshot::new(&reader))?)
        })
    }

    /// Copies everything, as it is at this moment, into a new file, and verifies the copy.
    ///
    /// # Errors
    /// [`CopyError`] where there is no copy.
    pub fn backup(&self, to: &Path) -> Result<Report, CopyError> {
        self.disk.check_room_for_copy(to)?;
        backup::copy(&self.published.reader(), to)
    }

    /// Copies everything to a file that is gone once it is closed. One at a time.
    ///
    /// # Errors
    /// [`CopyError`] where there is no copy.
    pub(crate) fn backup_to_send(&self) -> Result<Copied, CopyError> {
        let to = self.disk.beside("sending");
        self.disk.forget_leftovers();
        let report = self.backup(&to)?;
        let file = File::open(&to)?;
        std::fs::remove_file(&to)?;
        Ok(Copied { bytes: file.metadata()?.len(), file, report })
    }

    /// Puts a backup in place of the data at `to`, after verifying it; with `force` also where there is data, which is
    /// kept beside it. All sessions end. `part` has the last look at data that is replaced, unless it is damaged,
    /// and may refuse to let it go.
    ///
    /// # Errors
    /// [`CopyError`], and nothing is changed.
    pub(crate) fn restore(
        from: &Path,
        to: &Path,
        force: bool,
        clock: &Clock,
        part: impl FnOnce(&Snapshot<'_, Reader>) -> Result<(), CopyError>,
    ) -> Result<Restored, CopyError> {
        backup::restore(from, to, force, clock, part)
    }

    /// Completes once the writer cannot go on, with the reason.
    pub(crate) async fn failed(&self) -> String {
        self.writer.failed().await
    }

    /// Whether commands are being taken.
    pub(crate) fn is_writable(&self) -> bool {
        self.writer.is_running() && self.has_room()
    }

    /// Whether its disk has room for more.
    pub(crate) fn has_room(&self) -> bool {
        self.disk.has_room()
    }

    /// Bytes that are free beside the file.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        self.disk.free_bytes()
    }

    /// Bytes of the file.
    pub(crate) fn file_bytes(&self) -> u64 {
        self.disk.file_bytes()
    }

    /// How busy the writer is.
    pub(crate) fn writer_figures(&self) -> WriterFigures {
        self.writer.figures()
    }

    /// Lets the writer finish what waits, then ends it.
    pub(crate) fn close(&self) {
        self.writer.close();
    }
}

thread_local! {
    /// Whether a panic of this thread is taken for damage, and told as such.
    static LOOKING_AT_DAMAGE: Cell<bool> = const { Cell::new(false) };
}

/// Lets panics that are taken for damage be told by whoever looks, and not as panics.
pub(crate) fn keep_damage_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !LOOKING_AT_DAMAGE.get() {
            usual(panic);
        }
    }));
}

/// The engine panics on some damage, where an operator needs a sentence.
fn undamaged<T>(look: impl FnOnce() -> Result<T, OpenError>) -> Result<T, OpenError> {
    let before = LOOKING_AT_DAMAGE.replace(true);
    let looked = catch_unwind(AssertUnwindSafe(look));
    LOOKING_AT_DAMAGE.set(before);
    looked.unwrap_or(Err(OpenError::Damaged))
}

/// Makes a file that only its owner can read, if there is none: it will hold password hashes.
fn make_private(file: &Path) -> std::io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}
