//! What waits for one reader, in bounds: a reader that stands still holds its place and these bytes, no more.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::mpsc;

/// Events that wait for a reader: minutes of ticks, or a burst of orders.
const MAX_EVENTS: usize = 256;
/// Bytes that wait for a reader, but for one event that is longer by itself. A minute of ticks of thirty assets, or ten
/// of 250: readers with filters of their own share no bytes.
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// The hub's end.
pub(super) struct Queue {
    events: mpsc::Sender<Bytes>,
    waiting: Arc<AtomicUsize>,
}

/// The reader's end: first what it begins with.
#[derive(Debug)]
pub(super) struct Events {
    backlog: VecDeque<Bytes>,
    events: mpsc::Receiver<Bytes>,
    waiting: Arc<AtomicUsize>,
}

/// There is no room, or nobody there.
pub(super) struct NotTaken;

impl Queue {
    /// Both ends of a queue that begins with `backlog`.
    pub(super) fn new(backlog: VecDeque<Bytes>) -> (Self, Events) {
        let (sender, receiver) = mpsc::channel(MAX_EVENTS);
        let waiting = Arc::new(AtomicUsize::new(backlog.iter().map(Bytes::len).sum()));
        let queue = Self { events: sender, waiting: Arc::clone(&waiting) };
        (queue, Events { backlog, events: receiver, waiting })
    }

    /// Adds an event where it fits.
    pub(super) fn push(&self, event: Bytes) -> Result<(), NotTaken> {
        let waiting = self.waiting.load(Ordering::Relaxed);
        if waiting > 0 && waiting + event.len() > MAX_BYTES {
            return Err(NotTaken);
        }
        self.push_any(event)
    }

    /// Adds an event of any length.
    pub(super) fn push_any(&self, event: Bytes) -> Result<(), NotTaken> {
        let length = event.len();
        self.waiting.fetch_add(length, Ordering::Relaxed); // Before the reader can take it away.
        self.events.try_send(event).map_err(|_| {
            self.waiting.fetch_sub(length, Ordering::Relaxed);
            NotTaken
        })
    }

    /// Whether the reader has caught up so far that `count` more events are not at once too many again.
    pub(super) fn has_room(&self, count: usize) -> bool {
        self.events.capacity() >= count && self.waiting.load(Ordering::Relaxed) <= MAX_BYTES / 2
    }
}

impl Events {
    /// The next event; `None` once the hub has taken the place away and all were taken.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let next = match self.backlog.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None => self.events.poll_recv(context),
        };
        if let Poll::Ready(Some(event)) = &next {
            self.waiting.fetch_sub(event.len(), Ordering::Relaxed);
        }
        next
    }
}

#[cfg(test)]
impl Events {
    /// The next event that waits already.
    pub(super) fn try_next(&mut self) -> Option<Bytes> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        if let Poll::Ready(event) = self.poll_next(&mut context) { event } else { None }
    }

    /// Whether the place was taken away.
    pub(super) fn is_closed(&self) -> bool {
        self.events.is_closed()
    }
}
