//! All assets: sorted, searched, the favourites first.

use std::cmp::Ordering;

use cnop_core::api::Asset;
use cnop_core::asset_id::AssetId;
use frizbee::{Config, Matcher};

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::field::Field;
use crate::app::key::Key;
use crate::app::picker::Picker;
use crate::app::screen::asset::Pane;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;

/// What a person is doing there.
#[derive(Debug, Default)]
pub(crate) struct MarketScreen {
    pub(crate) sort: Column,
    pub(crate) is_reversed: bool,
    /// What is searched for; it stays when the typing is over.
    pub(crate) search: Field,
    is_typing: bool,
    picker: Picker<AssetId>,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Column {
    #[default]
    Rank,
    Asset,
    Name,
    Price,
    Day,
    Volume,
    Cap,
}

impl Column {
    pub(crate) const ALL: [Self; 7] =
        [Self::Rank, Self::Asset, Self::Name, Self::Price, Self::Day, Self::Volume, Self::Cap];

    fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }
}

impl MarketScreen {
    pub(crate) fn is_typing(&self) -> bool {
        self.is_typing
    }

    /// The list as it is seen.
    pub(crate) fn rows<'a>(&self, data: &'a Data) -> Vec<&'a Asset> {
        let Some(assets) = data.market.assets.get() else { return Vec::new() };
        let search = self.search.text().trim();
        if !search.is_empty() {
            return found(search, assets);
        }
        // Figures are read once, not with every comparison.
        let mut rows: Vec<_> = assets.iter().map(|asset| (self.figure(asset), asset)).collect();
        rows.sort_by(|one, other| self.compare(*one, *other));
        rows.sort_by_key(|(_, asset)| !data.preferences.favourites.contains(&asset.asset_id));
        rows.into_iter().map(|(_, asset)| asset).collect()
    }

    /// What the list is sorted by, where it is a figure.
    fn figure(&self, asset: &Asset) -> Option<f64> {
        match self.sort {
            Column::Rank => asset.market_cap_rank.map(|rank| -f64::from(rank)),
            Column::Asset | Column::Name => None,
            Column::Price => asset.price_usd.map(|price| price.0.units() as f64),
            Column::Day => asset.price_change_percentage_24h.map(|change| change.to_f64()),
            Column::Volume => asset.total_volume_24h.map(|volume| volume.to_f64()),
            Column::Cap => asset.market_cap.map(|cap| cap.to_f64()),
        }
    }

    fn compare(&self, one: (Option<f64>, &Asset), other: (Option<f64>, &Asset)) -> Ordering {
        let order = match self.sort {
            Column::Asset => one.1.asset_id.as_str().cmp(other.1.asset_id.as_str()),
            Column::Name => one.1.name.cmp(&other.1.name),
            // The largest first; what is unknown last, also the other way round.
            _ => match (one.0, other.0) {
                (Some(one), Some(other)) => other.total_cmp(&one),
                (one, other) => return other.is_some().cmp(&one.is_some()),
            },
        };
        if self.is_reversed { order.reverse() } else { order }
    }

    fn keys(&self, data: &Data) -> Vec<AssetId> {
        self.rows(data).into_iter().map(|asset| asset.asset_id).collect()
    }

    /// The row of the chosen asset.
    pub(crate) fn row(&self, rows: &[&Asset]) -> Option<usize> {
        let keys: Vec<_> = rows.iter().map(|asset| asset.asset_id).collect();
        self.picker.row(&keys)
    }

    pub(crate) fn chosen(&self, data: &Data) -> Option<AssetId> {
        self.picker.chosen(&self.keys(data))
    }

    pub(crate) fn choose(&mut self, row: usize, data: &Data) {
        self.picker.choose(row, &self.keys(data));
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.search.paste(text);
        self.picker = Picker::default();
    }

    /// Enter keeps what was found, Escape takes the search away.
    pub(crate) fn type_key(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match key {
            Key::Escape => {
                self.search.set("");
                self.is_typing = false;
            }
            Key::Enter => {
                self.keep(turn.data);
                self.is_typing = false;
            }
            Key::Up => drop(self.moved(Action::Up, turn.data)),
            Key::Down => drop(self.moved(Action::Down, turn.data)),
            key if self.search.press(key) => self.picker = Picker::default(),
            _ => return Step::Ignored,
        }
        Step::Done
    }

    fn moved(&mut self, action: Action, data: &Data) -> bool {
        let keys = self.keys(data);
        self.picker.act(action, &keys)
    }

    /// What is chosen stays so when the list changes.
    fn keep(&mut self, data: &Data) {
        let keys = self.keys(data);
        if let Some(row) = self.picker.row(&keys) {
            self.picker.choose(row, &keys);
        }
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        if self.moved(action, turn.data) {
            return Step::Done;
        }
        match action {
            Action::Search => self.is_typing = true,
            Action::SortNext => self.sort = self.sort.next(),
            Action::SortReverse => self.is_reversed = !self.is_reversed,
            Action::Favourite => self.toggle_favourite(turn),
            Action::Open => {
                let chosen = self.chosen(turn.data);
                return chosen.map_or(Step::Done, |asset_id| Step::OpenAsset(asset_id, Pane::Chart));
            }
            Action::Back if !self.search.text().is_empty() => {
                self.keep(turn.data);
                self.search.set("");
            }
            _ => return Step::Ignored,
        }
        Step::Done
    }

    fn toggle_favourite(&mut self, turn: &mut Turn<'_>) {
        let Some(asset_id) = self.chosen(turn.data) else { return };
        self.keep(turn.data);
        turn.toggle_favourite(asset_id);
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        if turn.data.market.assets.get().is_none() {
            turn.ask(Question::Assets);
        }
    }
}

/// What fits, the best first: tickers and names alike.
fn found<'a>(search: &str, assets: &'a [Asset]) -> Vec<&'a Asset> {
    let texts: Vec<_> = assets.iter().map(|asset| format!("{} {}", asset.asset_id, asset.name)).collect();
    let mut matches = Matcher::new(search, &Config::default()).match_list(&texts);
    let is_ticker = |index: u32| assets[index as usize].asset_id.as_str().eq_ignore_ascii_case(search);
    matches.sort_by_key(|found| !is_ticker(found.index));
    matches.iter().map(|found| &assets[found.index as usize]).collect()
}
