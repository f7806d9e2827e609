//! That something is going on, for people at a terminal: on stderr, gone without a trace when it is over.

mod spinner;

pub(crate) use spinner::watched;

use std::env;
use std::io::{self, IsTerminal};
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

/// How often it is drawn in a second at most, and how often a spinner turns.
const DRAWS_PER_SECOND: u8 = 20;
const TURN: Duration = Duration::from_millis(100);

/// Columns that stay free: room for the `^C` that a terminal itself writes.
const MARGIN: u16 = 4;

/// A bar of `total` steps.
pub(crate) fn bar(total: u32, quiet: bool) -> ProgressBar {
    if !is_seen(quiet) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(u64::from(total)), target());
    let bar = bar.with_style(style("{spinner} {bar:12} {pos}/{len} {wide_msg}"));
    bar.enable_steady_tick(TURN);
    bar
}

/// A dumb terminal cannot take back what was drawn.
fn is_seen(quiet: bool) -> bool {
    !quiet && io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well formed")
}

fn target() -> ProgressDrawTarget {
    ProgressDrawTarget::term_like_with_hz(Box::new(Margined(Term::buffered_stderr())), DRAWS_PER_SECOND)
}

/// A terminal that says it is a little narrower than it is. A bar fills its line with blanks, and a `^C` behind the last
/// of them would begin a new line, from which the bar could not be taken back.
#[derive(Debug)]
struct Margined(Term);

impl TermLike for Margined {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(MARGIN).max(1)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
