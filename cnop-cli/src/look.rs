//! What an output stream can show: how wide it is, and whether in colours.
//!
//! Colours are for people at a terminal that can do them, and never against their wish: `--no-color`,
//! `NO_COLOR` (<https://no-color.org>), `TERM=dumb`.

use std::env;
use std::ffi::OsStr;

use anstyle::{AnsiColor, Style};
use console::Term;

/// A narrower terminal is one that does not know its width, such as that of a container: it is taken as endless.
const NARROWEST: u16 = 20;

/// How a stream shows text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// Its columns; `None` where there is no end to a line.
    pub(crate) width: Option<u16>,
    /// Whether it shows colours.
    pub(crate) colour: bool,
}

impl Look {
    /// Of standard output at this moment; without colours where they are not `wanted`.
    pub(crate) fn of_stdout(wanted: bool) -> Self {
        Self::of(&Term::stdout(), wanted)
    }

    /// Of standard error at this moment.
    pub(crate) fn of_stderr(wanted: bool) -> Self {
        Self::of(&Term::stderr(), wanted)
    }

    fn of(term: &Term, wanted: bool) -> Self {
        if !term.is_term() {
            return Self { width: None, colour: false };
        }
        let width = term.size_checked().map(|(_, columns)| columns).filter(|columns| *columns >= NARROWEST);
        let colour = wanted && can_colour(env::var_os("NO_COLOR").as_deref(), env::var_os("TERM").as_deref());
        Self { width, colour }
    }

    /// `text` in `style` where there are colours.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// What went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What may go wrong.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What to do next.
pub(crate) const HINT: Style = AnsiColor::Green.on_default();

/// An empty `NO_COLOR` counts as none, as its page says.
fn can_colour(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty) && term.is_some_and(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_need_a_terminal_that_can_and_nobody_who_minds() {
        let check =
            |no_color: Option<&str>, term: Option<&str>| can_colour(no_color.map(OsStr::new), term.map(OsStr::new));
        assert!(check(None, Some("xterm-256color")));
        assert!(check(Some(""), Some("xterm")));
        assert!(!check(Some("1"), Some("xterm")));
        assert!(!check(Some("0"), Some("xterm")), "whatever its value");
        assert!(!check(None, Some("dumb")));
        assert!(!check(None, None));
    }

    #[test]
    fn paint_needs_colours() {
        let look = |colour| Look { width: None, colour };
        assert_eq!(look(false).paint(ERROR, "error:"), "error:");
        assert_eq!(look(true).paint(ERROR, "error:"), "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m");
    }
}
