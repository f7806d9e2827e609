//! What a model says about the portfolio.

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::state::Step;
use crate::app::update::Turn;

#[derive(Debug, Default)]
pub(crate) struct InsightsScreen {
    /// Lines of the text that are above the window; the view stops at the last.
    pub(crate) first: u16,
}

/// Lines that PgUp and PgDn go.
const PAGE: u16 = 10;
/// A text beyond this is not scrolled further.
const MAX_LINES: u16 = 1_000;

impl InsightsScreen {
    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let first = self.first;
        match action {
            Action::Up => self.first = first.saturating_sub(1),
            Action::Down => self.first = (first + 1).min(MAX_LINES),
            Action::PageUp => self.first = first.saturating_sub(PAGE),
            Action::PageDown => self.first = (first + PAGE).min(MAX_LINES),
            Action::First => self.first = 0,
            Action::Refresh if !turn.data.wallet.insight.is_asked() => {
                turn.ask(Question::Insight { refresh: true });
            }
            _ => return Step::Ignored,
        }
        Step::Done
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        let insight = &turn.data.wallet.insight;
        if insight.get().is_none() && !insight.is_asked() {
            turn.ask(Question::Insight { refresh: false });
        }
    }
}
