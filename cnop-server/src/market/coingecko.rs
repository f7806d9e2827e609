//! Prices of CoinGecko's `/coins/markets`: the 250 largest coins, once a minute.
//!
//! See <https://docs.coingecko.com/reference/coins-markets>. An answer is taken whole or not at all. A ticker belongs to
//! the coin that had it first, here and in the store: a holding never turns into another coin because somebody's coin of
//! the same name has grown. In one answer, the higher rank comes first.

mod answer;
mod fetch;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use cnop_core::asset_id::AssetId;
use cnop_core::money::{Figure, Price};
use cnop_core::time::Timestamp;

use super::book::{Board, Facts, Listing, Quote};
use super::catalog::catalog;
use super::provider::{Look, Next, Provider};
use crate::outside::Trouble;
use answer::{Coin, read_answer};
pub(crate) use fetch::DEFAULT_URL;
pub(super) use fetch::Service;

/// Assets that are kept in the list: those of the newest answer, and those that were in one before.
const MAX_LISTED: usize = 2_000;
/// A coin is as old as the answer, unless it is so much older than the answer's newest.
const USUAL_LAG_MS: i64 = 600_000;

/// CoinGecko and what it said last.
pub(super) struct Coingecko {
    service: Service,
    interval: Duration,
    board: Board,
    /// Categories and descriptions that an answer does not have, by name.
    known: HashMap<AssetId, Facts>,
    /// How many coins of the last answer could not be listed.
    left_out: Option<usize>,
}

impl Coingecko {
    /// Begins with what was seen before.
    ///
    /// # Errors
    /// Where the bundled table is not well formed.
    pub(super) fn new(service: Service, interval: Duration, before: Vec<Listing>) -> anyhow::Result<Self> {
        let known = catalog()?.into_iter().map(|entry| (entry.facts.asset_id, entry.facts)).collect();
        Ok(Self { service, interval, board: Board::new(before), known, left_out: None })
    }

    /// The newest board.
    pub(super) fn board(&self) -> Board {
        self.board.clone()
    }

    /// The board after an answer that came at `now`.
    fn merged(&mut self, mut coins: Vec<Coin>, now: Timestamp) -> Board {
        coins.sort_by_key(|coin| coin.market_cap_rank.unwrap_or(u32::MAX));
        // One of the future would make all the others old.
        let is_past = |seen: &Timestamp| seen.as_millis() - now.as_millis() <= USUAL_LAG_MS;
        let newest = coins.iter().filter_map(|coin| coin.last_updated).filter(is_past).max();
        let owners: HashMap<AssetId, &Facts> =
            self.board.listings().iter().map(|listing| (listing.facts.asset_id, &*listing.facts)).collect();
        let (mut listings, mut taken) = (Vec::new(), HashSet::new());
        for coin in &coins {
            let Ok(asset_id) = coin.symbol.parse::<AssetId>() else { continue };
            let is_owner = owners.get(&asset_id).is_none_or(|facts| facts.provider_id.as_ref() == Some(&coin.id));
            let Some(quote) = quote(coin, newest, now).filter(|_| is_owner) else { continue };
            if taken.insert(asset_id) {
                let rank =
                    coin.market_cap_rank.unwrap_or_else(|| u32::try_from(listings.len() + 1).unwrap_or(u32::MAX));
                let facts = Arc::new(self.facts(coin, asset_id, rank));
                listings.push(Listing { facts, is_active: true, quote: Some(quote) });
            }
        }
        self.tell_left_out(coins.len() - listings.len());
        let fallen = self.board.listings().iter().filter(|listing| !taken.contains(&listing.facts.asset_id)).cloned();
        listings.extend(fallen);
        listings.truncate(MAX_LISTED);
        Board::new(listings)
    }

    /// One line when it changes, not one a minute.
    fn tell_left_out(&mut self, left_out: usize) {
        if self.left_out != Some(left_out) && left_out > 0 {
            tracing::info!("{left_out} coins are not listed: their ticker is another's or none, or they have no price");
        }
        self.left_out = Some(left_out);
    }

    fn facts(&self, coin: &Coin, asset_id: AssetId, rank: u32) -> Facts {
        // Of the same name: another coin may have the ticker.
        let known = self.known.get(&asset_id).filter(|known| known.name.eq_ignore_ascii_case(&coin.name));
        Facts {
            asset_id,
            name: coin.name.clone(),
            description: known.map(|known| known.description.clone()).unwrap_or_default(),
            category: known.map_or_else(|| "unknown".to_owned(), |known| known.category.clone()),
            image: coin.image.clone(),
            provider_id: Some(coin.id.clone()),
            rank,
            circulating_supply: coin.circulating_supply,
            total_supply: coin.total_supply,
            max_supply: coin.max_supply,
            all_time_high: coin.ath.zip(coin.ath_date),
            all_time_low: coin.atl.zip(coin.atl_date),
        }
    }
}

impl Provider for Coingecko {
    const NAME: &'static str = "coingecko";

    fn interval(&self) -> Duration {
        self.interval
    }

    async fn look(&mut self, now: Timestamp) -> Result<Look, Trouble> {
        let text = self.service.fetch(now).await?;
        let coins = read_answer(&text)?;
        self.board = self.merged(coins, now);
        Ok(Look { board: self.board(), next: Next::Interval })
    }
}

/// A coin's price and what surrounds it; `None` where it has none that can be traded at.
fn quote(coin: &Coin, newest: Option<Timestamp>, now: Timestamp) -> Option<Quote> {
    let price = tradable(coin.current_price?)?;
    let behind = newest.zip(coin.last_updated).map_or(0, |(newest, seen)| newest.as_millis() - seen.as_millis());
    let ago = |percentage: Option<Figure>| {
        let factor = 1.0 + percentage?.to_f64() / 100.0;
        tradable(Figure::from_f64(figure(price).to_f64() / factor, Price::DECIMALS)?)
    };
    Some(Quote {
        price,
        at: if behind > USUAL_LAG_MS { now.plus_millis(-behind) } else { now },
        day_ago: ago(coin.price_change_percentage_24h),
        week_ago: ago(coin.price_change_percentage_7d_in_currency),
        month_ago: ago(coin.price_change_percentage_30d_in_currency),
        day_range: coin.low_24h.and_then(tradable).zip(coin.high_24h.and_then(tradable)),
        records: None,
        volume_24h: coin.total_volume,
    })
}

/// A figure as a price, rounded half to even at the 12th decimal where it has more; `None` outside a price's range.
fn tradable(figure: Figure) -> Option<Price> {
    let text = figure.to_string();
    text.parse().ok().or_else(|| Figure::from_f64(figure.to_f64(), Price::DECIMALS)?.to_string().parse().ok())
}

fn figure(price: Price) -> Figure {
    price.to_string().parse().expect("a price is a decimal of at most 19 digits")
}

#[cfg(test)]
mod tests;
