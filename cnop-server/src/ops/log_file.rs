//! Where lines of the log go: they are gathered in memory and written by a thread of their own, many at once.
//!
//! A line costs whoever logs it no more than its copy: a thread that is woken for each would cost more than the requests
//! that it tells of. What a disk or a reader does not take in time is dropped and counted; nothing waits for either here.

use std::io::{self, Write};
use std::mem;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::Thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines are gathered for so long: what a crash can take with it.
const GATHER: Duration = Duration::from_millis(50);
/// A stop waits so long for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);
/// Bytes that may wait for the disk.
const MAX_WAITING: usize = 8 * 1024 * 1024;

/// Where lines are gathered. Clones share it.
#[derive(Clone)]
pub(super) struct LogFile(Arc<Shared>);

struct Shared {
    // Held for a copy, never across a write.
    gathered: Mutex<Gathered>,
    changed: Condvar,
}

struct Gathered {
    bytes: Vec<u8>,
    requests: Budget,
    events: Budget,
    dropped: u64,
    closed: bool,
}

/// How it is said that so many lines were lost.
pub(super) type Told = fn(u64) -> String;

/// What a line tells of. Requests have most of a day's bytes: strangers send them, and must neither fill the disk nor keep
/// out what the server has to say itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request.
    Request,
    /// Anything else.
    Event,
}

/// Bytes that may still be taken on a day.
struct Budget {
    a_day: u64,
    left: u64,
    day: i64,
    used_up: bool,
}

impl Budget {
    fn new(a_day: u64) -> Self {
        Self { a_day, left: a_day, day: 0, used_up: false }
    }

    /// Whether so many more may be taken, and where not, whether that is the first time on this day.
    fn take(&mut self, bytes: usize, day: i64) -> Taken {
        if day != self.day {
            (self.left, self.day, self.used_up) = (self.a_day, day, false);
        }
        match self.left.checked_sub(bytes as u64) {
            Some(left) => {
                self.left = left;
                Taken::Yes
            }
            None => {
                self.left = 0;
                if std::mem::replace(&mut self.used_up, true) { Taken::No } else { Taken::NoMore }
            }
        }
    }
}

/// Whether a line was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is going to be written.
    Yes,
    /// It was the first one of its day that was too many.
    NoMore,
    /// It is dropped, and counted.
    No,
}

/// Writes what is left when it is dropped, unless nobody takes it.
pub(crate) struct LogGuard {
    file: LogFile,
    /// Closed at the end of the thread.
    end: Receiver<()>,
    thread: Thread,
}

impl LogFile {
    /// Starts the thread that writes to `file`, so many bytes a day at most: an eighth of them for events.
    pub(super) fn start(
        file: impl Write + Send + 'static,
        bytes_a_day: u64,
        told: Told,
    ) -> io::Result<(Self, LogGuard)> {
        let events = bytes_a_day / 8;
        let gathered = Gathered {
            bytes: Vec::new(),
            requests: Budget::new(bytes_a_day - events),
            events: Budget::new(events),
            dropped: 0,
            closed: false,
        };
        let shared = Shared { gathered: Mutex::new(gathered), changed: Condvar::new() };
        let log = Self(Arc::new(shared));
        let writing = log.clone();
        let (ending, end) = channel();
        let thread = std::thread::Builder::new().name("log-file".to_owned()).spawn(move || {
            writing.write_to(file, told);
            drop(ending);
        })?;
        Ok((log.clone(), LogGuard { file: log, end, thread: thread.thread().clone() }))
    }

    fn write_to(&self, mut file: impl Write, told: Told) {
        let (mut batch, mut lost, mut broken) = (Vec::new(), 0, false);
        loop {
            let (dropped, closed) = self.take(&mut batch);
            lost += dropped;
            if !batch.is_empty() {
                let told = if lost > 0 { told(lost) } else { String::new() };
                // The last line may have been broken off.
                let begin = if broken { "\n" } else { "" };
                let written = file
                    .write_all(begin.as_bytes())
                    .and_then(|()| file.write_all(told.as_bytes()))
                    .and_then(|()| file.write_all(&batch));
                let written = written.and_then(|()| file.flush());
                broken = written.is_err();
                lost = match written {
                    Ok(()) => 0,
                    Err(_) => lost + lines(&batch), // There is nowhere to say so but here, later.
                };
                batch.clear();
            }
            if closed {
                return;
            }
            std::thread::park_timeout(GATHER);
        }
    }

    /// Waits for lines, or the end, and takes them in exchange for an empty buffer.
    fn take(&self, batch: &mut Vec<u8>) -> (u64, bool) {
        let gathered = self.0.gathered.lock().expect("no holder panics");
        let idle = |gathered: &mut Gathered| gathered.bytes.is_empty() && !gathered.closed;
        let mut gathered = self.0.changed.wait_while(gathered, idle).expect("no holder panics");
        mem::swap(&mut gathered.bytes, batch);
        (mem::take(&mut gathered.dropped), gathered.closed)
    }

    /// Takes a line in, on a day, counted from some other.
    pub(super) fn add(&self, kind: Kind, line: &[u8], day: i64) -> Taken {
        let mut gathered = self.0.gathered.lock().expect("no holder panics");
        let budget = match kind {
            Kind::Request => &mut gathered.requests,
            Kind::Event => &mut gathered.events,
        };
        let taken = budget.take(line.len(), day);
        if taken != Taken::Yes || gathered.bytes.len() + line.len() > MAX_WAITING {
            gathered.dropped += 1;
            return if taken == Taken::Yes { Taken::No } else { taken };
        }
        let first = gathered.bytes.is_empty();
        gathered.bytes.extend_from_slice(line);
        if first {
            self.0.changed.notify_one();
        }
        Taken::Yes
    }
}

fn lines(batch: &[u8]) -> u64 {
    batch.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// For whoever writes events as they come.
impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Each write is a whole line.
impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.add(Kind::Event, line, 0);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.file.0.gathered.lock().expect("no holder panics").closed = true;
        self.file.0.changed.notify_one();
        self.thread.unpark();
        let _ = self.end.recv_timeout(LAST_LINES); // It has said what it could, or its reader has stopped.
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that others look into, and that may be slow.
    #[derive(Clone, Default)]
    struct Shelf(Arc<Mutex<Vec<u8>>>);

    impl Write for Shelf {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(lines: u64) -> String {
        format!("{lines} lines were dropped")
    }

    #[test]
    fn every_line_is_written_in_order_by_the_end() {
        let shelf = Shelf::default();
        let (log, guard) = LogFile::start(shelf.clone(), u64::MAX, told).unwrap();
        let lines: Vec<_> = (0..10_000).map(|number| format!("line {number}\n")).collect();
        lines.iter().for_each(|line| assert_eq!(log.add(Kind::Request, line.as_bytes(), 1), Taken::Yes));
        drop(guard);
        assert_eq!(String::from_utf8(shelf.0.lock().unwrap().clone()).unwrap(), lines.concat());
    }

    #[test]
    fn requests_use_up_their_part_of_a_day_and_no_event() {
        let shelf = Shelf::default();
        let (log, guard) = LogFile::start(shelf.clone(), 800, told).unwrap();
        let line = b"a line of twenty byt";
        let taken: Vec<_> = (0..100).map(|_| log.add(Kind::Request, line, 1)).collect();
        assert_eq!(taken[..36], [&[Taken::Yes; 35][..], &[Taken::NoMore]].concat());
        assert!(taken[36..].iter().all(|taken| *taken == Taken::No), "it is said once");
        assert_eq!(log.add(Kind::Event, line, 1), Taken::Yes);
        assert_eq!(log.add(Kind::Request, line, 2), Taken::Yes, "another day");
        drop(guard);
        let text = String::from_utf8(shelf.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.matches("a line of").count(), 37);
        assert!(text.contains("65 lines were dropped"), "{text}");
    }

    #[test]
    fn what_a_slow_disk_does_not_take_is_dropped_and_told() {
        let shelf = Shelf::default();
        let disk = shelf.0.lock().unwrap();
        let (log, guard) = LogFile::start(shelf.clone(), u64::MAX, told).unwrap();
        let line = vec![b'x'; 1024 * 1024];
        (0..40).for_each(|_| {
            log.add(Kind::Event, &line, 1);
        });
        drop(disk);
        drop(guard);
        let text = String::from_utf8(shelf.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("lines were dropped"), "{}", text.len());
        assert!(text.len() < 30 * 1024 * 1024);
    }
}
