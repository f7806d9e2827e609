//! What is traded.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{Asset, AssetDetail, AssetList, Availability, Data};
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};
use cnop_core::money::{Figure, Number, Price};
use cnop_core::time::Timestamp;

use super::extract::{Parameters, Segment};
use super::json::Json;
use super::page::read_limit;
use super::problem::{ApiError, ApiResult};
use crate::market::{Listing, PriceBook, Quote};
use crate::state::App;
use crate::store::Refused;

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 250;

/// Lists assets with their prices.
///
/// By market capitalisation, the largest first. Parameters that are not known are ignored.
#[utoipa::path(
    get,
    path = "/api/v1/inventory/assets",
    tag = "market",
    params(
        ("active_only" = Option<bool>, Query, description = "Whether to leave out what may not be bought"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 250, description = "How many to answer at most"),
    ),
    responses((status = 200, description = "The assets", body = AssetList)),
)]
pub(super) async fn list_assets(State(app): State<Arc<App>>, query: Parameters) -> ApiResult<Json<AssetList>> {
    let (active_only, limit) = read_filter(query.form())?;
    let (board, now) = (app.book.board(), app.clock.now());
    let wanted = board.listings().iter().filter(|listing| listing.is_active || !active_only);
    Ok(Json(AssetList {
        data: wanted.take(limit as usize).map(|listing| listed_asset(listing, &app.book, now)).collect(),
        total_count: board.listings().len() as u64,
        active_count: board.listings().iter().filter(|listing| listing.is_active).count() as u64,
    }))
}

fn read_filter(mut form: Form<'_>) -> Result<(bool, u64), Vec<FieldError>> {
    let active_only = form.optional("active_only").unwrap_or(true);
    let limit = read_limit(&mut form, DEFAULT_LIMIT, MAX_LIMIT);
    form.finish(Some((active_only, limit)))
}

/// Shows everything known about an asset.
///
/// What is unknown is `null`, never 0.
#[utoipa::path(
    get,
    path = "/api/v1/inventory/assets/{asset_id}",
    tag = "market",
    params(
        ("asset_id" = AssetId, Path, description = "The asset's ticker, in any case"),
    ),
    responses((status = 200, description = "The asset", body = Data<AssetDetail>)),
)]
pub(super) async fn get_asset(State(app): State<Arc<App>>, segment: Segment) -> ApiResult<Json<Data<AssetDetail>>> {
    let asset_id = segment.asset_id()?;
    let board = app.book.board();
    let listing = board.get(asset_id).ok_or_else(|| asset_not_found(asset_id))?;
    Ok(Json(Data { data: detail(listing, &app.book, app.clock.now()) }))
}

/// No such asset is listed.
pub(super) fn asset_not_found(asset_id: AssetId) -> ApiError {
    Refused::AssetNotFound(asset_id).into()
}

/// A listing as the list shows it.
pub(super) fn listed_asset(listing: &Listing, book: &PriceBook, now: Timestamp) -> Asset {
    let (facts, quote) = (&listing.facts, listing.quote.as_ref());
    Asset {
        asset_id: facts.asset_id,
        name: facts.name.clone(),
        description: facts.description.clone(),
        category: facts.category.clone(),
        price_usd: quote.map(|quote| Number(quote.price)),
        is_active: listing.is_active,
        symbol: facts.asset_id.to_string(),
        image: facts.image.clone(),
        market_cap_rank: Some(facts.rank),
        price_change_percentage_24h: quote.and_then(change_percentage),
        market_cap: quote.zip(facts.circulating_supply).and_then(|(quote, supply)| market_cap(quote, supply)),
        total_volume_24h: quote.and_then(|quote| quote.volume_24h),
        price_updated_at: quote.map(|quote| quote.at),
        stale: quote.is_none_or(|quote| book.is_stale(quote, now)),
    }
}

fn detail(listing: &Listing, book: &PriceBook, now: Timestamp) -> AssetDetail {
    let summary = listed_asset(listing, book, now);
    let (facts, quote) = (&listing.facts, listing.quote.as_ref());
    let high = all_time(facts.all_time_high, quote.and_then(record_high), |seen, fact| seen > fact);
    let low = all_time(facts.all_time_low, quote.and_then(record_low), |seen, fact| seen < fact);
    AssetDetail {
        asset_id: summary.asset_id,
        name: summary.name,
        description: summary.description,
        category: summary.category,
        price_usd: summary.price_usd,
        is_active: summary.is_active,
        symbol: summary.symbol,
        image: summary.image,
        market_cap_rank: summary.market_cap_rank,
        price_change_percentage_24h: summary.price_change_percentage_24h,
        market_cap: summary.market_cap,
        total_volume_24h: summary.total_volume_24h,
        price_updated_at: summary.price_updated_at,
        stale: summary.stale,
        availability_status: if listing.is_active { Availability::Available } else { Availability::Unavailable },
        price_change_24h: quote.and_then(change_since_yesterday),
        price_change_percentage_7d: quote.and_then(|quote| percent_since(quote, quote.week_ago)),
        price_change_percentage_30d: quote.and_then(|quote| percent_since(quote, quote.month_ago)),
        high_24h: quote.and_then(|quote| Some(figure(quote.day_range?.1))),
        low_24h: quote.and_then(|quote| Some(figure(quote.day_range?.0))),
        circulating_supply: facts.circulating_supply,
        total_supply: facts.total_supply,
        max_supply: facts.max_supply,
        ath: high.map(|(price, _)| price),
        ath_change_percentage: quote.zip(high).and_then(|(quote, (price, _))| percent_from(price.to_f64(), quote)),
        ath_date: high.map(|(_, when)| when),
        atl: low.map(|(price, _)| price),
        atl_change_percentage: quote.zip(low).and_then(|(quote, (price, _))| percent_from(price.to_f64(), quote)),
        atl_date: low.map(|(_, when)| when),
        last_updated: summary.price_updated_at,
    }
}

/// Percentages and sums of market data are for looking at: floats will do, rounded at the edge.
fn to_f64(price: Price) -> f64 {
    figure(price).to_f64()
}

fn figure(price: Price) -> Figure {
    price.to_string().parse().expect("a price is a decimal of at most 19 digits")
}

/// Percent against 24 hours ago.
pub(crate) fn change_percentage(quote: &Quote) -> Option<Figure> {
    percent_since(quote, quote.day_ago)
}

fn percent_since(quote: &Quote, earlier: Option<Price>) -> Option<Figure> {
    percent_from(to_f64(earlier?), quote)
}

fn percent_from(earlier: f64, quote: &Quote) -> Option<Figure> {
    Figure::from_f64((to_f64(quote.price) / earlier - 1.0) * 100.0, 4)
}

fn change_since_yesterday(quote: &Quote) -> Option<Figure> {
    let units = quote.price.units() - quote.day_ago?.units();
    Figure::from_units(units, Price::DECIMALS)
}

fn market_cap(quote: &Quote, supply: Figure) -> Option<Figure> {
    Figure::from_f64(to_f64(quote.price) * supply.to_f64(), 0)
}

/// A price and when it was seen.
type Seen = (Figure, Timestamp);

fn record_high(quote: &Quote) -> Option<Seen> {
    let [_, (price, when)] = quote.records?;
    Some((figure(price), when))
}

fn record_low(quote: &Quote) -> Option<Seen> {
    let [(price, when), _] = quote.records?;
    Some((figure(price), when))
}

/// A fact of the past, unless the market has gone beyond it since.
fn all_time(fact: Option<Seen>, seen: Option<Seen>, beyond: fn(Figure, Figure) -> bool) -> Option<Seen> {
    match (fact, seen) {
        (Some(fact), Some(seen)) if beyond(seen.0, fact.0) => Some(seen),
        (fact, _) => fact,
    }
}
