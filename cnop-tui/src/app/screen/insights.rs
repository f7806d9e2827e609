//! What a model says about the portfolio.

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::state::Step;
use crate::app::update::Turn;

#[derive(Debug, Default)]
pub(crate) struct InsightsScreen;

impl InsightsScreen {
    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        if action == Action::Refresh && !turn.data.wallet.insight.is_asked() {
            turn.ask(Question::Insight { refresh: true });
            return Step::Done;
        }
        Step::Ignored
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        let insight = &turn.data.wallet.insight;
        if insight.get().is_none() && !insight.is_asked() {
            turn.ask(Question::Insight { refresh: false });
        }
    }
}
