//! The terminal: taken, and given back in every way in which a program can end.

use std::cell::RefCell;
use std::io::{self, Write, stdout};
use std::panic;
use std::rc::Rc;

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{Command, execute, queue};
use ratatui::Frame;
use ratatui::backend::CrosstermBackend;

/// The status of a program that panicked.
const PANICKED: i32 = 101;

/// A terminal that is ours. Dropping it gives it back.
pub(super) struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<Page>>,
    page: Page,
}

/// What a draw comes to, until all of it is written at once.
#[derive(Debug, Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Terminal {
    /// Takes the terminal, and sees to it that a panic gives it back before it says anything.
    pub(super) fn enter() -> io::Result<Self> {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            tracing::error!("{panic}");
            report(panic);
            // Here, since a task's panic would not end the loop, which would draw on.
            std::process::exit(PANICKED);
        }));
        take()?;
        let page = Page::default();
        let inner = ratatui::Terminal::new(CrosstermBackend::new(page.clone())).inspect_err(|_| give_back())?;
        Ok(Self { inner, page })
    }

    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        terminal::size()
    }

    /// Draws so that a terminal that knows how to shows nothing half done. Where nothing changed, nothing is written.
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.inner.draw(view)?;
        let drawn = self.page.0.take();
        // Whatever changed is gone to first (CSI row ; column H). Else there are only the resets after every draw.
        if !drawn.contains(&b'H') {
            return Ok(());
        }
        let mut out = stdout().lock();
        out.write_all(ansi(BeginSynchronizedUpdate).as_bytes())?;
        out.write_all(&drawn)?;
        out.write_all(ansi(EndSynchronizedUpdate).as_bytes())?;
        out.flush()
    }

    /// Forgets what is on the screen: the next draw draws all of it.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        // Ratatui's own way asks the terminal where its cursor is, and the answer would come among the keys.
        self.inner = ratatui::Terminal::new(CrosstermBackend::new(self.page.clone()))?;
        queue!(self.page, Clear(ClearType::All))
    }

    /// Gives the terminal to the shell until somebody says `fg`. Whether there is such a shell: the first process of a
    /// session has none, and nobody could wake it.
    pub(super) fn suspend(&mut self) -> io::Result<bool> {
        if rustix::process::getsid(None)? == rustix::process::getpgrp() {
            return Ok(false);
        }
        give_back();
        // Not SIGTSTP, which is listened to: this one stops the process at once.
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        take()?;
        Ok(true)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// What a terminal is told for a command.
fn ansi(command: impl Command) -> String {
    let mut text = String::new();
    command.write_ansi(&mut text).expect("a string takes anything");
    text
}

fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste)
}

/// As much of it as still works: the terminal may be gone.
fn give_back() {
    let _ = execute!(
        stdout(),
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        Show
    );
    let _ = terminal::disable_raw_mode();
}
