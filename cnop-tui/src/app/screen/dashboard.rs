//! Everything at a glance.

use cnop_core::asset_id::AssetId;

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::picker::Picker;
use crate::app::screen::asset::Pane;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;
use cnop_core::api::Asset;

/// The movers of the day: the one that is chosen.
#[derive(Debug, Default)]
pub(crate) struct Dashboard {
    pub(crate) picker: Picker,
}

/// Movers that are shown.
const MOVERS: usize = 12;

impl Dashboard {
    /// The assets that moved most within a day, either way.
    pub(crate) fn movers(data: &Data) -> Vec<&Asset> {
        let mut assets: Vec<_> = data.market.assets.get().into_iter().flatten().collect();
        let moved = |asset: &Asset| asset.price_change_percentage_24h.map_or(0.0, |change| change.to_f64().abs());
        assets.sort_by(|one, other| moved(other).total_cmp(&moved(one)));
        assets.truncate(MOVERS);
        assets
    }

    pub(crate) fn chosen(&self, data: &Data) -> Option<AssetId> {
        let movers = Self::movers(data);
        self.picker.row(movers.len()).map(|row| movers[row].asset_id)
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        if self.picker.act(action, Self::movers(turn.data).len()) {
            return Step::Done;
        }
        match (action, self.chosen(turn.data)) {
            (Action::Open, Some(asset_id)) => Step::OpenAsset(asset_id, Pane::Chart),
            _ => Step::Ignored,
        }
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        turn.ask(Question::Recent);
    }
}
