//! The single thread that writes.
//!
//! Commands arrive on a bounded queue. The thread takes what waits (no timer: a batch forms while the last commit runs),
//! decides each against the state inside **one** transaction, writes its changes, commits once, and only then answers all.
//! A refused command has written nothing, so it spoils nothing for the rest of its batch.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use cnop_core::ids::Sequence;
use redb::{Database, Durability, WriteTransaction};
use tokio::sync::{mpsc, oneshot, watch};

use super::changes::Changes;
use super::commands::{Command, Interrupted, Refused, Stamp};
use super::disk::Disk;
use super::failure::StorageFailure;
use super::key;
use super::news::{News, Newsroom};
use super::published::Published;
use super::space::{Space, WriteTables};
use super::view::Snapshot;
use crate::clock::Clock;

/// Commands that may wait: a tenth of a second of work. Beyond it the caller is told at once.
const QUEUE_LENGTH: usize = 1_500;
/// Commands in one commit: large enough that the sync does not count, small enough to keep the first one's wait short.
const BATCH_LENGTH: usize = 512;

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SubmitError {
    /// It was decided, and the answer is no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Too many wait already; nothing was taken in.
    #[error("too many commands wait")]
    Overloaded,
    /// The store is closing; nothing was taken in.
    #[error("the store is closing")]
    Closing,
    /// The writer has ended; nothing was taken in.
    #[error("the store takes no commands")]
    Unavailable,
    /// The disk has no room; nothing was tried.
    #[error("the disk is full, or has no more room than its reserve")]
    NoRoom,
    /// A row that it needs cannot be read; nothing was changed.
    #[error(transparent)]
    Unreadable(StorageFailure),
    /// It was taken in, and the commit failed: nobody knows whether it is on disk until the file is opened again.
    #[error("the commit failed")]
    Lost,
}

/// A command on its way: decided once, answered once.
trait Job: Send {
    /// Decides; keeps the answer for later. The changes are empty where it was refused.
    fn decide(&mut self, view: &Snapshot<'_, WriteTables<'_>>, stamp: Stamp) -> Result<Changes, StorageFailure>;
    /// Hands out the answer that was decided.
    fn answer(self: Box<Self>);
    /// Hands out that nobody knows whether it was written.
    fn fail(self: Box<Self>);
    /// Hands out that nothing was tried, for want of room.
    fn turn_away(self: Box<Self>);
}

struct Pending<C: Command> {
    command: C,
    decided: Option<Result<C::Answer, SubmitError>>,
    reply: oneshot::Sender<Result<C::Answer, SubmitError>>,
}

impl<C: Command> Job for Pending<C> {
    fn decide(&mut self, view: &Snapshot<'_, WriteTables<'_>>, stamp: Stamp) -> Result<Changes, StorageFailure> {
        let (changes, decided) = match self.command.decide(view, stamp) {
            Ok((changes, answer)) => (changes, Ok(answer)),
            Err(Interrupted::Refused(refused)) => (Changes::none(), Err(SubmitError::Refused(refused))),
            // One user's bad row must not stop everybody: nothing is written yet.
            Err(Interrupted::Failed(failure)) if failure.is_of_one_row() => {
                (Changes::none(), Err(SubmitError::Unreadable(failure)))
            }
            Err(Interrupted::Failed(failure)) => return Err(failure),
        };
        self.decided = Some(decided);
        Ok(changes)
    }

    fn answer(self: Box<Self>) {
        let _ = self.reply.send(self.decided.unwrap_or(Err(SubmitError::Lost))); // The caller may have hung up; the commit stands.
    }

    fn fail(self: Box<Self>) {
        let _ = self.reply.send(Err(SubmitError::Lost));
    }

    fn turn_away(self: Box<Self>) {
        let _ = self.reply.send(Err(SubmitError::NoRoom));
    }
}

/// The handle of the writing thread.
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failure: watch::Receiver<Option<String>>,
    done: Arc<Done>,
}

/// What the thread has done, for whoever looks.
#[derive(Debug, Default)]
struct Done {
    commits: AtomicU64,
    batch_size: AtomicUsize,
}

/// How busy the writer is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriterFigures {
    /// Commands that wait.
    pub(crate) queue_depth: usize,
    /// Commands in the last commit.
    pub(crate) batch_size: usize,
    /// Commits since the start.
    pub(crate) commits: u64,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(batches: Batches) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE_LENGTH);
        let (failed, failure) = watch::channel(None);
        let done = Arc::clone(&batches.done);
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || {
            if let Err(reason) = batches.run(jobs) {
                failed.send_replace(Some(reason));
            }
        })?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), failure, done })
    }

    /// Queues a command now; what is queued in order is decided in order. The answer comes with its commit.
    pub(super) fn enqueue<C: Command>(
        &self,
        command: C,
    ) -> Result<impl Future<Output = Result<C::Answer, SubmitError>> + Send + use<C>, SubmitError> {
        let (reply, answer) = oneshot::channel();
        // The lock is held for a clone of the sender, never across an await.
        let queue = self.queue.lock().expect("no holder panics").clone().ok_or(SubmitError::Closing)?;
        queue.try_send(Box::new(Pending { command, decided: None, reply })).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SubmitError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => SubmitError::Unavailable,
        })?;
        Ok(async { answer.await.unwrap_or(Err(SubmitError::Lost)) })
    }

    /// How busy it is.
    pub(super) fn figures(&self) -> WriterFigures {
        let queue = self.queue.lock().expect("no holder panics");
        WriterFigures {
            queue_depth: queue.as_ref().map_or(0, |queue| queue.max_capacity() - queue.capacity()),
            batch_size: self.done.batch_size.load(Ordering::Relaxed),
            commits: self.done.commits.load(Ordering::Relaxed),
        }
    }

    /// Whether the thread takes commands.
    pub(super) fn is_running(&self) -> bool {
        self.queue.lock().expect("no holder panics").as_ref().is_some_and(|queue| !queue.is_closed())
    }

    /// Whether nobody has closed the queue. A thread that ends without that has panicked.
    fn is_open(&self) -> bool {
        self.queue.lock().expect("no holder panics").is_some()
    }

    /// Completes with the reason once the thread cannot go on; never after a normal end.
    pub(super) async fn failed(&self) -> String {
        let mut failure = self.failure.clone();
        let reason = failure.wait_for(Option::is_some).await.ok().and_then(|reason| reason.clone());
        match reason {
            Some(reason) => reason,
            None if self.is_open() => "the writer panicked".to_owned(),
            None => std::future::pending().await,
        }
    }

    /// Closes the queue, lets what waits be committed, and joins the thread.
    pub(super) fn close(&self) {
        drop(self.queue.lock().expect("no holder panics").take());
        if let Some(thread) = self.thread.lock().expect("no holder panics").take() {
            let _ = thread.join(); // A panic was reported by `failed`.
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// What is to be told of a commit.
#[derive(Default)]
struct Told {
    news: Vec<News>,
    audited: bool,
}

/// What the thread owns.
pub(super) struct Batches {
    database: Arc<Database>,
    published: Arc<Published>,
    newsroom: Newsroom,
    clock: Clock,
    disk: Disk,
    last: Sequence,
    done: Arc<Done>,
}

impl Batches {
    /// Of a file. `last` is the last number of the sequence that it has given out.
    pub(super) fn new(
        database: Arc<Database>,
        published: Arc<Published>,
        newsroom: Newsroom,
        clock: Clock,
        disk: Disk,
        last: Sequence,
    ) -> Self {
        Self { database, published, newsroom, clock, disk, last, done: Arc::default() }
    }

    /// Works until the queue is closed and empty. `Err` holds why nothing can be written any more.
    fn run(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) -> Result<(), String> {
        let mut batch = Vec::with_capacity(BATCH_LENGTH);
        while jobs.blocking_recv_many(&mut batch, BATCH_LENGTH) > 0 {
            if !self.disk.has_room() {
                batch.drain(..).for_each(Job::turn_away);
                continue;
            }
            match self.commit(&mut batch) {
                Ok(()) => batch.drain(..).for_each(Job::answer),
                Err(failure) => {
                    batch.drain(..).for_each(Job::fail);
                    return Err(failure.to_string());
                }
            }
        }
        Ok(())
    }

    /// One transaction for the whole batch; none is left behind where nothing changed.
    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StorageFailure> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate).expect("no savepoint was touched");
        transaction.set_quick_repair(true); // A reopen after a kill is instant, for a tenth of the write speed.
        match self.decide_and_write(&transaction, batch)? {
            Some(Told { news, audited }) => {
                transaction.commit()?;
                self.done.commits.fetch_add(1, Ordering::Relaxed);
                self.done.batch_size.store(batch.len(), Ordering::Relaxed);
                self.published.renew()?;
                self.newsroom.tell(news);
                if audited {
                    self.newsroom.tell_audited();
                }
            }
            None => transaction.abort()?,
        }
        Ok(())
    }

    /// What is to be told once it is committed; `None` where nothing changed.
    fn decide_and_write(
        &mut self,
        transaction: &WriteTransaction,
        batch: &mut [Box<dyn Job>],
    ) -> Result<Option<Told>, StorageFailure> {
        let mut tables = WriteTables::open(transaction)?;
        let (mut changed, mut told) = (false, Told::default());
        for job in batch {
            self.last = self.last.next_at(self.clock.now());
            let mut changes = job.decide(&Snapshot::new(&tables), Stamp::new(self.last))?;
            changes.write(&mut tables)?;
            changed |= !changes.is_empty();
            told.audited |= changes.is_audited();
            told.news.append(&mut changes.take_news());
        }
        if changed {
            tables.put(Space::Meta, key::META_LAST_SEQUENCE, &self.last.as_u64().to_be_bytes())?;
        }
        Ok(changed.then_some(told))
    }
}

#[cfg(test)]
mod tests;
