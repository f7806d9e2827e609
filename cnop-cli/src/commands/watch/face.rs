//! What events are shown on.

use cnop_core::api::Topic;
use cnop_core::client::StreamEvent;

use super::account::Standing;
use super::board::Board;
use super::lines::Lines;
use super::screen::Screen;
use super::terminal::{self, Signals};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::printer::Format;

/// A screen for a person who looks at it, lines for everybody else.
pub(super) enum Face {
    Screen { screen: Screen, board: Box<Board>, signals: Signals },
    Lines(Lines),
}

/// What a face wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// To be drawn: something changed, or a second passed.
    Draw,
    /// To step aside for the shell: Ctrl+Z.
    Suspend,
    /// To end: the terminal closes, nobody reads any more, or somebody asks for it.
    End,
}

impl Face {
    pub(super) fn open(context: &Context, topics: &[Topic]) -> Result<Self, Failure> {
        let printer = context.printer;
        if printer.format() != Format::Table || !terminal::can_redraw() {
            return Ok(Self::Lines(Lines::begin(printer)?));
        }
        let board = Box::new(Board::new(context.client.origin().to_string(), topics));
        Ok(Self::Screen { signals: Signals::listen()?, screen: Screen::open(printer)?, board })
    }

    /// Whether it shows how everything stands, and not only what changes.
    pub(super) fn wants_everything(&self) -> bool {
        matches!(self, Self::Screen { .. })
    }

    pub(super) fn tell(&mut self, event: StreamEvent) -> Result<(), Failure> {
        match self {
            Self::Screen { screen, board, .. } => {
                board.tell(event, clock::now());
                screen.has_changed();
                Ok(())
            }
            Self::Lines(lines) => lines.write(&event),
        }
    }

    pub(super) fn learn(&mut self, standing: Standing) {
        if let Self::Screen { screen, board, .. } = self {
            board.learn(standing);
            screen.has_changed();
        }
    }

    /// Returns when it wants something; dropped without harm.
    pub(super) async fn wish(&mut self) -> Wish {
        match self {
            Self::Screen { screen, signals, .. } => tokio::select! {
                biased;
                wish = signals.next() => wish,
                () = screen.is_due() => Wish::Draw,
            },
            Self::Lines(lines) => {
                lines.unread().await;
                Wish::End
            }
        }
    }

    pub(super) fn draw(&mut self) -> Result<(), Failure> {
        match self {
            Self::Screen { screen, board, .. } => screen.draw(board, clock::now()),
            Self::Lines(_) => Ok(()),
        }
    }

    /// Returns once the shell lets it go on.
    pub(super) fn suspend(&mut self) -> Result<(), Failure> {
        match self {
            Self::Screen { screen, .. } => screen.suspend(),
            Self::Lines(_) => Ok(()),
        }
    }
}
