//! A screen that is redrawn in place, on the terminal's other page; the shell's own page comes back untouched.
//!
//! Beside the printer this is what writes to stdout: what a page needs is no answer and no line of one.

use std::io::{self, Write};
use std::time::Duration;

use cnop_core::time::Timestamp;
use console::Term;
use tokio::time::{Instant, sleep_until};

use super::board::Board;
use super::terminal::Keyboard;
use crate::failure::Failure;
use crate::look::Look;
use crate::printer::Printer;

/// How soon after one drawing the next may follow: four a second.
const SETTLES: Duration = Duration::from_millis(250);

/// Ages are in seconds, so nothing has to be drawn more often where nothing changes.
const AGES: Duration = Duration::from_secs(1);

// xterm's control sequences, which every terminal of this century has; the synchronized output of those that know it
// (<https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036>) keeps half a page from being seen.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
const BEGIN: &str = "\x1b[?2026h\x1b[H";
const END: &str = "\x1b[J\x1b[?2026l";
const CLEAR_LINE: &str = "\x1b[2K";

/// The page, for as long as it is held.
pub(super) struct Screen {
    printer: Printer,
    keyboard: Option<Keyboard>,
    drawn_at: Instant,
    due_at: Instant,
    last: Vec<String>,
}

impl Screen {
    pub(super) fn open(printer: Printer) -> Result<Self, Failure> {
        let now = Instant::now();
        let mut screen = Self { printer, keyboard: None, drawn_at: now, due_at: now, last: Vec::new() };
        screen.enter()?;
        Ok(screen)
    }

    /// Something is to be shown, soon.
    pub(super) fn has_changed(&mut self) {
        self.due_at = self.due_at.min(self.drawn_at + SETTLES);
    }

    /// Returns when it should be drawn.
    pub(super) async fn is_due(&self) {
        sleep_until(self.due_at).await;
    }

    pub(super) fn draw(&mut self, board: &Board, now: Timestamp) -> Result<(), Failure> {
        // Asked each time: the window may be another one by now.
        let (height, _) = Term::stdout().size();
        let lines = board.lines(now, self.look(), usize::from(height));
        let page: Vec<_> = lines.iter().map(|line| format!("{CLEAR_LINE}{line}")).collect();
        write(&format!("{BEGIN}{}{END}", page.join("\r\n")))?;
        self.last = if board.was_live() { lines } else { Vec::new() };
        self.drawn_at = Instant::now();
        self.due_at = self.drawn_at + AGES;
        Ok(())
    }

    /// Gives the terminal to the shell until that lets this process go on.
    pub(super) fn suspend(&mut self) -> Result<(), Failure> {
        self.leave()?;
        super::terminal::stop_here();
        self.enter()?;
        self.due_at = Instant::now();
        Ok(())
    }

    fn look(&self) -> Look {
        self.printer.stdout_look()
    }

    fn enter(&mut self) -> Result<(), Failure> {
        self.keyboard = Some(Keyboard::silence());
        write(ENTER)
    }

    fn leave(&mut self) -> Result<(), Failure> {
        self.keyboard = None;
        write(LEAVE)
    }
}

impl Drop for Screen {
    /// What was seen last stays, above the next prompt. Nobody is left to tell that the terminal is gone.
    fn drop(&mut self) {
        let _ = self.leave();
        if !self.last.is_empty() {
            let _ = write(&format!("{}\n", self.last.join("\n")));
        }
    }
}

fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Failure::System)
}
