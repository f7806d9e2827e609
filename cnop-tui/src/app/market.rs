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
    /// Where each asset stands among them.
    places: HashMap<AssetId, usize>,
    seen: HashMap<AssetId, Seen>,
    /// How far this machine's clock is ahead of the server's.
    ahead_ms: i64,
}

/// Clocks that differ by less are taken for equal: an answer takes a while too.
const SAME_CLOCK_MS: i64 = 2 * Timestamp::SECOND_MS;
/// A price that is older says how old it is, where the server is not heard.
const FRESH_MS: i64 = 10 * Timestamp::SECOND_MS;
/// The same where it is, which tells of every change and of prices that it no longer trusts. One that did not change is
/// seen anew when all assets are asked for, every minute.
const UNCHANGED_MS: i64 = 150 * Timestamp::SECOND_MS;

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
        self.assets.get()?.get(*self.places.get(&asset_id)?)
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

    /// The server's clock says `theirs` at this moment: ages are measured by one clock.
    pub(crate) fn set_clock(&mut self, theirs: Timestamp, now: Timestamp) {
        let ahead_ms = now.as_millis() - theirs.as_millis();
        self.ahead_ms = if ahead_ms.abs() < SAME_CLOCK_MS { 0 } else { ahead_ms };
    }

    /// A moment of the server's clock, by this machine's.
    pub(crate) fn local(&self, theirs: Timestamp) -> Timestamp {
        theirs.plus_millis(self.ahead_ms)
    }

    /// When the price of an asset was seen, by this machine's clock.
    pub(crate) fn seen_at(&self, asset: &Asset) -> Option<Timestamp> {
        asset.price_updated_at.map(|at| self.local(at))
    }

    /// When the price was seen, where that is long ago.
    pub(crate) fn old_since(&self, asset: &Asset, is_live: bool, now: Timestamp) -> Option<Timestamp> {
        let is_old = asset.stale || self.old_from(asset, is_live).is_some_and(|at| now >= at);
        self.seen_at(asset).filter(|_| is_old)
    }

    /// From when on its price is old, if it does not change.
    pub(crate) fn old_from(&self, asset: &Asset, is_live: bool) -> Option<Timestamp> {
        self.seen_at(asset).map(|at| at.plus_millis(if is_live { UNCHANGED_MS } else { FRESH_MS }))
    }

    pub(crate) fn take(&mut self, generation: Generation, answer: Result<AssetList, ClientError>, now: Timestamp) {
        let answer = answer.map(|list| self.with_newer_prices(list.data));
        if self.assets.take(generation, answer, now) {
            let ids = self.assets.get().into_iter().flatten().map(|asset| asset.asset_id);
            self.places = ids.enumerate().map(|(place, asset_id)| (asset_id, place)).collect();
            let prices: Vec<_> = self.assets.get().into_iter().flatten().filter_map(priced).collect();
            prices.into_iter().for_each(|(asset_id, price)| self.see(asset_id, price));
        }
    }

    /// The same assets, with the prices that were told since they were asked for.
    fn with_newer_prices(&self, mut assets: Vec<Asset>) -> Vec<Asset> {
        for asset in &mut assets {
            if let Some(known) =
                self.asset(asset.asset_id).filter(|known| known.price_updated_at >= asset.price_updated_at)
            {
                asset.price_usd = known.price_usd;
                asset.price_change_percentage_24h = known.price_change_percentage_24h;
                asset.price_updated_at = known.price_updated_at;
                asset.stale = known.stale;
            }
        }
        assets
    }

    /// Takes in what the stream tells. An asset that is not known yet is left to the next list.
    pub(crate) fn tell(&mut self, prices: &Prices) {
        for update in &prices.prices {
            let Some(assets) = self.assets.get_mut() else { return };
            let place = self.places.get(&update.asset_id);
            let Some(asset) = place.and_then(|place| assets.get_mut(*place)) else { continue };
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
