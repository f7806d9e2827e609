//! The file of the log: lines are gathered in memory and written by a thread of their own, many at once.
//!
//! A line costs whoever logs it no more than its copy: a thread that is woken for each would cost more than the requests
//! that it tells of. What a disk does not take in time is dropped and counted; nothing waits for a disk here.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Lines are gathered for so long: what a crash can take with it.
const GATHER: Duration = Duration::from_millis(50);
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

#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
    dropped: u64,
    closed: bool,
}

/// Writes what is left when it is dropped.
pub(crate) struct LogGuard {
    file: LogFile,
    thread: Option<JoinHandle<()>>,
}

impl LogFile {
    /// Starts the thread that writes to `file`.
    pub(super) fn start(file: impl Write + Send + 'static) -> io::Result<(Self, LogGuard)> {
        let shared = Shared { gathered: Mutex::default(), changed: Condvar::new() };
        let log = Self(Arc::new(shared));
        let writing = log.clone();
        let thread = std::thread::Builder::new().name("log-file".to_owned()).spawn(move || writing.write_to(file))?;
        Ok((log.clone(), LogGuard { file: log, thread: Some(thread) }))
    }

    fn write_to(&self, mut file: impl Write) {
        let mut batch = Vec::new();
        loop {
            let (dropped, closed) = self.take(&mut batch);
            let told = if dropped > 0 { file.write_all(told(dropped).as_bytes()) } else { Ok(()) };
            let _ = told.and_then(|()| file.write_all(&batch)).and_then(|()| file.flush()); // There is nowhere to say so.
            batch.clear();
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

    /// Takes a line in.
    pub(super) fn add(&self, line: &[u8]) {
        let mut gathered = self.0.gathered.lock().expect("no holder panics");
        if gathered.bytes.len() + line.len() > MAX_WAITING {
            gathered.dropped += 1;
            return;
        }
        let first = gathered.bytes.is_empty();
        gathered.bytes.extend_from_slice(line);
        if first {
            self.0.changed.notify_one();
        }
    }
}

fn told(dropped: u64) -> String {
    format!(
        "{{\"level\":\"WARN\",\"service\":\"cnop-server\",\"message\":\"{dropped} lines were dropped: the disk is too slow\"}}\n"
    )
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.file.0.gathered.lock().expect("no holder panics").closed = true;
        self.file.0.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join(); // It has said what it could.
        }
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

    #[test]
    fn every_line_is_written_in_order_by_the_end() {
        let shelf = Shelf::default();
        let (log, guard) = LogFile::start(shelf.clone()).unwrap();
        let lines: Vec<_> = (0..10_000).map(|number| format!("line {number}\n")).collect();
        lines.iter().for_each(|line| log.add(line.as_bytes()));
        drop(guard);
        assert_eq!(String::from_utf8(shelf.0.lock().unwrap().clone()).unwrap(), lines.concat());
    }

    #[test]
    fn what_a_slow_disk_does_not_take_is_dropped_and_told() {
        let shelf = Shelf::default();
        let disk = shelf.0.lock().unwrap();
        let (log, guard) = LogFile::start(shelf.clone()).unwrap();
        let line = vec![b'x'; 1024 * 1024];
        (0..40).for_each(|_| log.add(&line));
        drop(disk);
        drop(guard);
        let text = String::from_utf8(shelf.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("lines were dropped"), "{}", text.len());
        assert!(text.len() < 30 * 1024 * 1024);
    }
}
