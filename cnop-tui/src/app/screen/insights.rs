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
/// What was heard longer ago may have been before a trade.
const ASKED_ANEW_MS: i64 = 60_000;
/// Columns of the narrowest window: what its text would fill.
const NARROWEST: usize = 56;

/// Lines that a text takes at the most.
fn most_lines(summary: &str) -> u16 {
    let lines = summary.lines().map(|line| line.len() / NARROWEST + 1).sum::<usize>();
    lines.min(usize::from(u16::MAX)) as u16
}

impl InsightsScreen {
    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let first = self.first;
        let last = turn.data.wallet.insight.get().map_or(0, |insight| most_lines(&insight.summary));
        match action {
            Action::Up => self.first = first.saturating_sub(1),
            Action::Down => self.first = (first + 1).min(last),
            Action::PageUp => self.first = first.saturating_sub(PAGE),
            Action::PageDown => self.first = (first + PAGE).min(last),
            Action::First => self.first = 0,
            Action::Refresh if !turn.data.wallet.insight.is_asked() => {
                turn.ask(Question::Insight { refresh: true });
            }
            _ => return Step::Ignored,
        }
        Step::Done
    }

    /// Asks anew after a while: the server answers the same as long as the portfolio is much the same.
    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        let insight = &turn.data.wallet.insight;
        let is_new = insight.at().is_some_and(|at| turn.now.as_millis() - at.as_millis() < ASKED_ANEW_MS);
        if !is_new && !insight.is_asked() {
            turn.ask(Question::Insight { refresh: false });
        }
    }
}
