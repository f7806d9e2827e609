//! All assets and their prices, as the server told them and the stream keeps them.

use std::collections::{HashMap, VecDeque};

use cnop_core::api::{Asset, AssetList, Prices};
use cnop_core::asset_id::AssetId;
use cnop_core::client::ClientError;
use cnop_core::money::Price;
use cnop_core::time::Timestamp;

use super::known::{Generation, Known};

/// Prices of an asset that are remembered for its sparkline.
const SPARK_POINTS: usize = 120;

/// The market as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Market {
    pub(crate) assets: Known<Vec<Asset>>,
    seen: HashMap<AssetId, Seen>,
    /// When the last prices came, by the market's own time.
    pub(crate) told_at: Option<Timestamp>,
}

/// What was seen of one asset since the start.
#[derive(Debug, Default)]
struct Seen {
    points: VecDeque<Price>,
    /// Whether the last price was above the one before it.
    rose: Option<bool>,
}

impl Market {
    /// One asset.
    pub(crate) fn asset(&self, asset_id: AssetId) -> Option<&Asset> {
        self.assets.get()?.iter().find(|asset| asset.asset_id == asset_id)
    }

    /// Its price; an old one is one too.
    pub(crate) fn price(&self, asset_id: AssetId) -> Option<Price> {
        self.asset(asset_id)?.price_usd.map(|price| price.0)
    }

    /// Its prices since the start, oldest first.
    pub(crate) fn spark(&self, asset_id: AssetId) -> impl Iterator<Item = Price> + '_ {
        self.seen.get(&asset_id).into_iter().flat_map(|seen| seen.points.iter().copied())
    }

    /// Whether its last move was up; `None` where it has not moved yet.
    pub(crate) fn rose(&self, asset_id: AssetId) -> Option<bool> {
        self.seen.get(&asset_id)?.rose
    }

    /// Whether there are prices and all of them are old.
    pub(crate) fn is_stale(&self) -> bool {
        self.assets.get().is_some_and(|assets| !assets.is_empty() && assets.iter().all(|asset| asset.stale))
    }

    pub(crate) fn take(&mut self, generation: Generation, answer: Result<AssetList, ClientError>, now: Timestamp) {
        if self.assets.take(generation, answer.map(|list| list.data), now) {
            let prices: Vec<_> = self.assets.get().into_iter().flatten().filter_map(priced).collect();
            prices.into_iter().for_each(|(asset_id, price)| self.see(asset_id, price));
        }
    }

    /// Takes in what the stream tells. An asset that is not known yet is left to the next list.
    pub(crate) fn tell(&mut self, prices: &Prices) {
        self.told_at = Some(prices.time);
        for update in &prices.prices {
            let Some(assets) = self.assets.get_mut() else { return };
            let Some(asset) = assets.iter_mut().find(|asset| asset.asset_id == update.asset_id) else { continue };
            asset.price_usd = update.price_usd;
            asset.price_change_percentage_24h = update.price_change_percentage_24h;
            asset.stale = update.stale;
            // A price that only grew old was not seen anew.
            if !update.stale {
                asset.price_updated_at = Some(prices.time);
            }
            if let Some(price) = update.price_usd {
                self.see(update.asset_id, price.0);
            }
        }
    }

    fn see(&mut self, asset_id: AssetId, price: Price) {
        let seen = self.seen.entry(asset_id).or_default();
        match seen.points.back() {
            Some(last) if *last == price => return,
            Some(last) => seen.rose = Some(price > *last),
            None => {}
        }
        if seen.points.len() == SPARK_POINTS {
            seen.points.pop_front();
        }
        seen.points.push_back(price);
    }
}

fn priced(asset: &Asset) -> Option<(AssetId, Price)> {
    Some((asset.asset_id, asset.price_usd?.0))
}
