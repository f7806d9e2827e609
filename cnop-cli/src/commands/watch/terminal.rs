//! What a page needs of the terminal: a silent keyboard, and word of its size, Ctrl+Z and its end.

use std::env;

use console::Term;

pub(super) use self::system::{Keyboard, Signals, stop_here};

/// Whether somebody looks at a terminal that can take back what it shows.
pub(super) fn can_redraw() -> bool {
    Term::stdout().is_term() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

#[cfg(unix)]
mod system {
    use std::io;

    use rustix::process::{Signal as Number, getpid, kill_process};
    use rustix::termios::{LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::super::face::Wish;
    use crate::failure::Failure;

    /// Keys show nothing until it is dropped, and what was typed is thrown away then: it was not meant for the shell.
    /// Ctrl+C and Ctrl+Z stay what they are.
    pub(in super::super) struct Keyboard(Option<Termios>);

    impl Keyboard {
        /// At best: without a keyboard there is nothing to silence.
        pub(in super::super) fn silence() -> Self {
            let stdin = io::stdin();
            let Ok(modes) = tcgetattr(&stdin) else { return Self(None) };
            let mut silent = modes.clone();
            silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON;
            let is_silent = tcsetattr(&stdin, OptionalActions::Now, &silent).is_ok();
            Self(is_silent.then_some(modes))
        }
    }

    impl Drop for Keyboard {
        fn drop(&mut self) {
            if let Some(modes) = self.0.take() {
                let _ = tcflush(io::stdin(), QueueSelector::IFlush);
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
            }
        }
    }

    /// What the system says beside Ctrl+C.
    pub(in super::super) struct Signals {
        resized: Signal,
        suspended: Signal,
        terminated: Signal,
        hung_up: Signal,
    }

    impl Signals {
        pub(in super::super) fn listen() -> Result<Self, Failure> {
            let listen = |kind| signal(kind).map_err(Failure::System);
            Ok(Self {
                resized: listen(SignalKind::window_change())?,
                suspended: listen(SignalKind::from_raw(Number::TSTP.as_raw()))?,
                terminated: listen(SignalKind::terminate())?,
                hung_up: listen(SignalKind::hangup())?,
            })
        }

        pub(in super::super) async fn next(&mut self) -> Wish {
            tokio::select! {
                _ = self.terminated.recv() => Wish::End,
                _ = self.hung_up.recv() => Wish::End,
                _ = self.suspended.recv() => Wish::Suspend,
                _ = self.resized.recv() => Wish::Draw,
            }
        }
    }

    /// Stops this process, as Ctrl+Z would have; returns once the shell lets it go on.
    pub(in super::super) fn stop_here() {
        let _ = kill_process(getpid(), Number::STOP);
    }
}

#[cfg(not(unix))]
mod system {
    use super::super::face::Wish;
    use crate::failure::Failure;

    /// There is nothing to do here on this system.
    pub(in super::super) struct Keyboard;

    impl Keyboard {
        pub(in super::super) fn silence() -> Self {
            Self
        }
    }

    /// This system has Ctrl+C only.
    pub(in super::super) struct Signals;

    impl Signals {
        pub(in super::super) fn listen() -> Result<Self, Failure> {
            Ok(Self)
        }

        pub(in super::super) async fn next(&mut self) -> Wish {
            std::future::pending().await
        }
    }

    /// There is no Ctrl+Z here.
    pub(in super::super) fn stop_here() {}
}
