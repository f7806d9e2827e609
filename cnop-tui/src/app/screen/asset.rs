//! The page of one asset: its chart, its facts, what the user owns and did of it.

use cnop_core::api::{AssetDetail, Candle, Interval};
use cnop_core::asset_id::AssetId;

use crate::app::action::Action;
use crate::app::effect::{Ask, Effect, Question};
use crate::app::known::Known;
use crate::app::state::Step;
use crate::app::update::Turn;

/// The page.
#[derive(Debug)]
pub(crate) struct AssetPage {
    pub(crate) asset_id: AssetId,
    pub(crate) interval: Interval,
    pub(crate) detail: Known<Box<AssetDetail>>,
    pub(crate) candles: Known<Vec<Candle>>,
}

impl AssetPage {
    pub(crate) fn of(asset_id: AssetId) -> Self {
        Self { asset_id, interval: Interval::H1, detail: Known::default(), candles: Known::default() }
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        match action {
            Action::Back => return Step::CloseAsset,
            Action::Left => self.change_interval(-1, turn),
            Action::Right => self.change_interval(1, turn),
            Action::Favourite => turn.toggle_favourite(self.asset_id),
            _ => return Step::Ignored,
        }
        Step::Done
    }

    fn change_interval(&mut self, by: isize, turn: &mut Turn<'_>) {
        let at = Interval::ALL.iter().position(|interval| *interval == self.interval).unwrap_or_default();
        let Some(interval) = at.checked_add_signed(by).and_then(|at| Interval::ALL.get(at)) else { return };
        self.interval = *interval;
        self.candles.clear();
        self.ask_candles(turn);
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        let generation = turn.data.next_generation();
        self.detail.ask(generation);
        turn.effects.push(Effect::Ask(Ask { generation, question: Question::Asset(self.asset_id) }));
        turn.data.wallet.fills.clear();
        turn.ask(Question::Fills(self.asset_id));
        self.ask_candles(turn);
    }

    fn ask_candles(&mut self, turn: &mut Turn<'_>) {
        let generation = turn.data.next_generation();
        self.candles.ask(generation);
        let question = Question::Candles(self.asset_id, self.interval);
        turn.effects.push(Effect::Ask(Ask { generation, question }));
    }
}
