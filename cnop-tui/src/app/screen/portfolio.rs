//! What is owned.

use cnop_core::asset_id::AssetId;

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::picker::Picker;
use crate::app::screen::asset::Pane;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;
use crate::app::wallet::Position;

#[derive(Debug, Default)]
pub(crate) struct PortfolioScreen {
    pub(crate) picker: Picker<AssetId>,
}

impl PortfolioScreen {
    /// Holdings, the largest first.
    pub(crate) fn rows(data: &Data) -> Vec<Position> {
        let mut rows = data.wallet.positions(&data.market);
        rows.sort_by_key(|position| std::cmp::Reverse(position.value));
        rows
    }

    /// The rows by their assets.
    pub(crate) fn keys(data: &Data) -> Vec<AssetId> {
        Self::rows(data).into_iter().map(|position| position.asset_id).collect()
    }

    pub(crate) fn chosen(&self, data: &Data) -> Option<AssetId> {
        self.picker.chosen(&Self::keys(data))
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        if self.picker.act(action, &Self::keys(turn.data)) {
            return Step::Done;
        }
        match (action, self.chosen(turn.data)) {
            // What was bought and sold of it.
            (Action::Open, Some(asset_id)) => Step::OpenAsset(asset_id, Pane::Fills),
            _ => Step::Ignored,
        }
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        turn.ask(Question::Portfolio);
        turn.ask(Question::Holdings);
    }
}
