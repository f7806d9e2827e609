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
    pub(crate) picker: Picker<AssetId>,
}

/// Movers that are shown.
const MOVERS: usize = 12;

impl Dashboard {
    /// The assets that moved most within a day, either way.
    pub(crate) fn movers(data: &Data) -> Vec<&Asset> {
        let moved = |asset: &Asset| asset.price_change_percentage_24h.map_or(0.0, |change| change.to_f64().abs());
        let assets = data.market.assets.get().into_iter().flatten();
        let mut assets: Vec<_> = assets.map(|asset| (moved(asset), asset)).collect();
        assets.sort_by(|one, other| other.0.total_cmp(&one.0));
        assets.into_iter().take(MOVERS).map(|(_, asset)| asset).collect()
    }

    /// The rows of the list of movers.
    pub(crate) fn keys(data: &Data) -> Vec<AssetId> {
        Self::movers(data).into_iter().map(|asset| asset.asset_id).collect()
    }

    pub(crate) fn chosen(&self, data: &Data) -> Option<AssetId> {
        self.picker.chosen(&Self::keys(data))
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        if self.picker.act(action, &Self::keys(turn.data)) {
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
