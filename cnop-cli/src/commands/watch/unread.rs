//! Whether anybody still reads stdout.

use std::future::pending;

use tokio::sync::oneshot::{self, Receiver};

/// Tells once whoever read stdout has gone.
pub(super) struct Unread(Option<Receiver<()>>);

impl Unread {
    /// Watches from now on, on a thread of its own that ends with the process.
    pub(super) fn watch() -> Self {
        let (sender, receiver) = oneshot::channel();
        std::thread::spawn(move || {
            if reader_is_gone() {
                let _ = sender.send(()); // The watch may be over.
            }
        });
        Self(Some(receiver))
    }

    /// Completes once nobody reads. Dropped without harm.
    pub(super) async fn wait(&mut self) {
        let told = match &mut self.0 {
            Some(receiver) => receiver.await.is_ok(),
            None => false,
        };
        // It tells once.
        self.0 = None;
        if !told {
            // Nobody can tell: the next write will.
            pending::<()>().await;
        }
    }
}

/// Waits until the other end of the pipe is closed; nothing else is asked for, so nothing else wakes it.
#[cfg(unix)]
fn reader_is_gone() -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdout = std::io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    loop {
        match poll(&mut watched, None) {
            Ok(_) => return watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(not(unix))]
fn reader_is_gone() -> bool {
    false
}
