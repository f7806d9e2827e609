//! Threads that hash passwords and nothing else, behind everybody else: a hash takes some 20 ms of a core, and whoever
//! trades is not to wait for whoever logs in.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// How far they stand behind: a fifth of the others' share or so, where there is not enough for all.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 7;

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They end once this is dropped.
pub(super) struct Hashers {
    // Held for a send, never across an await.
    jobs: Mutex<Sender<Job>>,
}

impl Hashers {
    /// So many threads.
    ///
    /// # Panics
    /// Where the system gives none.
    pub(super) fn start(count: usize) -> Self {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..count {
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name("password-hash".to_owned());
            thread.spawn(move || work(&waiting)).expect("the system gives a thread at the start");
        }
        Self { jobs: Mutex::new(jobs) }
    }

    /// Lets one of them do something.
    pub(super) fn run(&self, job: impl FnOnce() + Send + 'static) {
        let sent = self.jobs.lock().expect("no holder panics").send(Box::new(job));
        sent.expect("the threads live as long as this");
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    stand_behind();
    loop {
        // Held while it waits: whoever comes next takes the next job.
        let job = waiting.lock().expect("no holder panics").recv();
        match job {
            // One that panics is its caller's to tell of; the thread goes on.
            Ok(job) => drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(job))),
            Err(_) => return,
        }
    }
}

/// Linux has a priority for each thread. Where it cannot be set, hashing is as any other work.
fn stand_behind() {
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
    }
}
