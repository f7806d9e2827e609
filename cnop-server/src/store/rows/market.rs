//! Rows of what came from outside: a candle, and the last that was seen of an asset.

use std::sync::Arc;

use cnop_core::asset_id::AssetId;
use cnop_core::money::{Figure, Price};
use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::market::{Bar, Facts, Listing, Quote};
use crate::store::codec::{Row, unreadable};
use crate::store::failure::StorageFailure;

/// A candle, but for what its key says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CandleRow {
    pub(crate) open: Price,
    pub(crate) high: Price,
    pub(crate) low: Price,
    pub(crate) close: Price,
    pub(crate) volume: Option<u64>,
}

impl Row for CandleRow {
    const WHAT: &'static str = "candle";
}

impl From<Bar> for CandleRow {
    fn from(bar: Bar) -> Self {
        let Bar { open, high, low, close, volume } = bar;
        Self { open, high, low, close, volume }
    }
}

impl From<CandleRow> for Bar {
    fn from(row: CandleRow) -> Self {
        let CandleRow { open, high, low, close, volume } = row;
        Self { open, high, low, close, volume }
    }
}

/// An asset as it was last seen. Figures are text: their digits are what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListingRow {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) category: String,
    pub(crate) image: Option<String>,
    pub(crate) provider_id: Option<String>,
    pub(crate) rank: u32,
    pub(crate) circulating_supply: Option<String>,
    pub(crate) total_supply: Option<String>,
    pub(crate) max_supply: Option<String>,
    pub(crate) all_time_high: Option<(String, Timestamp)>,
    pub(crate) all_time_low: Option<(String, Timestamp)>,
    pub(crate) is_active: bool,
    pub(crate) quote: Option<QuoteRow>,
}

/// The price of a [`ListingRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QuoteRow {
    pub(crate) price: Price,
    pub(crate) at: Timestamp,
    pub(crate) day_ago: Option<Price>,
    pub(crate) week_ago: Option<Price>,
    pub(crate) month_ago: Option<Price>,
    pub(crate) day_range: Option<(Price, Price)>,
    pub(crate) volume_24h: Option<String>,
}

impl Row for ListingRow {
    const WHAT: &'static str = "listing";
}

impl From<&Listing> for ListingRow {
    fn from(listing: &Listing) -> Self {
        let facts = Facts::clone(&listing.facts);
        let text = |figure: Option<Figure>| figure.map(|figure| figure.to_string());
        let seen = |seen: Option<(Figure, Timestamp)>| seen.map(|(figure, at)| (figure.to_string(), at));
        Self {
            name: facts.name,
            description: facts.description,
            category: facts.category,
            image: facts.image,
            provider_id: facts.provider_id,
            rank: facts.rank,
            circulating_supply: text(facts.circulating_supply),
            total_supply: text(facts.total_supply),
            max_supply: text(facts.max_supply),
            all_time_high: seen(facts.all_time_high),
            all_time_low: seen(facts.all_time_low),
            is_active: listing.is_active,
            quote: listing.quote.as_ref().map(|quote| QuoteRow {
                price: quote.price,
                at: quote.at,
                day_ago: quote.day_ago,
                week_ago: quote.week_ago,
                month_ago: quote.month_ago,
                day_range: quote.day_range,
                volume_24h: text(quote.volume_24h),
            }),
        }
    }
}

impl ListingRow {
    /// The listing.
    ///
    /// # Errors
    /// [`StorageFailure`] where a figure is none.
    pub(crate) fn listing(self, asset_id: AssetId) -> Result<Listing, StorageFailure> {
        let facts = Facts {
            asset_id,
            name: self.name,
            description: self.description,
            category: self.category,
            image: self.image,
            provider_id: self.provider_id,
            rank: self.rank,
            circulating_supply: figure(self.circulating_supply)?,
            total_supply: figure(self.total_supply)?,
            max_supply: figure(self.max_supply)?,
            all_time_high: extreme(self.all_time_high)?,
            all_time_low: extreme(self.all_time_low)?,
        };
        let quote = self.quote.map(QuoteRow::quote).transpose()?;
        Ok(Listing { facts: Arc::new(facts), is_active: self.is_active, quote })
    }
}

impl QuoteRow {
    fn quote(self) -> Result<Quote, StorageFailure> {
        Ok(Quote {
            price: self.price,
            at: self.at,
            day_ago: self.day_ago,
            week_ago: self.week_ago,
            month_ago: self.month_ago,
            day_range: self.day_range,
            records: None,
            volume_24h: figure(self.volume_24h)?,
        })
    }
}

fn figure(text: Option<String>) -> Result<Option<Figure>, StorageFailure> {
    text.map(|text| text.parse().map_err(|_| unreadable(ListingRow::WHAT, format!("{text:?} is no figure"))))
        .transpose()
}

fn extreme(seen: Option<(String, Timestamp)>) -> Result<Option<(Figure, Timestamp)>, StorageFailure> {
    let Some((text, at)) = seen else { return Ok(None) };
    Ok(figure(Some(text))?.map(|figure| (figure, at)))
}
