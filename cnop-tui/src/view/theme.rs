//! What colours mean. Where there are none, bold, dim and reversed say the same, and a sign or an arrow stands beside.

use ratatui::style::{Color, Modifier, Style};

use crate::app::state::{Data, Theme as Choice};

/// A style for each role.
#[derive(Debug, Clone)]
pub(super) struct Theme {
    pub(super) text: Style,
    /// What matters less: labels, ages, hints.
    pub(super) dim: Style,
    /// What one looks for: titles, the screen that is seen.
    pub(super) accent: Style,
    pub(super) up: Style,
    pub(super) down: Style,
    /// What needs attention.
    pub(super) warn: Style,
    /// What is wrong.
    pub(super) bad: Style,
    /// What went well.
    pub(super) good: Style,
    /// The chosen row.
    pub(super) chosen: Style,
    /// The chosen one of a few words: a screen, an interval, a filter.
    pub(super) here: Style,
    pub(super) border: Style,
}

impl Theme {
    pub(super) fn of(data: &Data) -> Self {
        if !data.setup.colour {
            return Self::plain();
        }
        match data.preferences.theme {
            Choice::Dark => Self::coloured(Color::Gray, Color::DarkGray, Color::Cyan, Color::Yellow),
            Choice::Light => Self::coloured(Color::Black, Color::DarkGray, Color::Blue, Color::Magenta),
        }
    }

    fn coloured(text: Color, dim: Color, accent: Color, warn: Color) -> Self {
        let style = |colour| Style::new().fg(colour);
        Self {
            text: style(text),
            dim: style(dim),
            accent: style(accent).add_modifier(Modifier::BOLD),
            up: style(Color::Green),
            down: style(Color::Red),
            warn: style(warn),
            bad: style(Color::Red).add_modifier(Modifier::BOLD),
            good: style(Color::Green).add_modifier(Modifier::BOLD),
            chosen: style(text).add_modifier(Modifier::REVERSED),
            here: style(accent).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            border: style(dim),
        }
    }

    fn plain() -> Self {
        let (plain, bold, dim) =
            (Style::new(), Style::new().add_modifier(Modifier::BOLD), Style::new().add_modifier(Modifier::DIM));
        Self {
            text: plain,
            dim,
            accent: bold,
            up: bold,
            down: dim,
            warn: bold,
            bad: bold,
            good: bold,
            chosen: Style::new().add_modifier(Modifier::REVERSED),
            here: Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED),
            border: dim,
        }
    }

    /// For something that went up or down; `None` where it did neither.
    pub(super) fn moved(&self, rose: Option<bool>) -> Style {
        match rose {
            Some(true) => self.up,
            Some(false) => self.down,
            None => self.text,
        }
    }
}
