//! `--dry-run --output json`.

use cnop_core::api::{Code, OrderRequest};
use cnop_core::asset_id::AssetId;
use cnop_core::money::{OrderQuantity, Percent, Price, Quantity, TransferAmount, Usd};
use cnop_core::order::{OrderType, Side};
use cnop_core::ticket::Preview;
use cnop_core::time::Timestamp;
use serde::Serialize;

use super::limit;
use crate::clock;

/// Every figure is exact, and `null` where it cannot be told.
#[derive(Debug, Serialize)]
pub(in crate::commands::trade) struct DryRun {
    order_type: OrderType,
    asset_id: AssetId,
    quantity: Option<OrderQuantity>,
    amount_usd: Option<TransferAmount>,
    price: Option<Price>,
    price_updated_at: Option<Timestamp>,
    price_age_ms: Option<i64>,
    stale: bool,
    estimated_quantity: Option<Quantity>,
    estimated_total: Option<Usd>,
    cash_after: Option<Usd>,
    position_after: Option<Quantity>,
    limit_price: Option<Price>,
    limit_distance: Option<Percent>,
    held_amount: Option<Usd>,
    held_quantity: Option<OrderQuantity>,
    expires_at: Option<Timestamp>,
    warnings: Vec<Remark<&'static str>>,
    refusal: Option<Remark<Code>>,
}

/// A name for programs, and a sentence.
#[derive(Debug, Serialize)]
struct Remark<C> {
    code: C,
    message: String,
}

impl DryRun {
    /// `preview` for programs.
    pub(in crate::commands::trade) fn of(preview: &Preview) -> Self {
        let OrderRequest { order_type, asset_id, quantity, amount_usd, price: limit_price, .. } =
            OrderRequest::from(&preview.order);
        let (quote, figures) = (&preview.quote, preview.figures);
        let warnings = preview.warnings.iter();
        let (terms, now) = (preview.order.limit(), clock::now());
        let held = |side: Side| terms.filter(|_| preview.order.side() == side);
        Self {
            order_type,
            asset_id,
            quantity,
            amount_usd,
            price: quote.price,
            price_updated_at: quote.seen_at,
            price_age_ms: quote.age_ms(now),
            stale: quote.stale,
            estimated_quantity: figures.map(|figures| figures.quantity),
            estimated_total: figures.map(|figures| figures.total),
            cash_after: figures.and_then(|figures| figures.cash_after),
            position_after: figures.and_then(|figures| figures.position_after),
            limit_price,
            limit_distance: preview.distance(),
            held_amount: held(Side::Buy).and(figures).map(|figures| figures.total),
            held_quantity: held(Side::Sell).map(|terms| terms.quantity),
            expires_at: terms.map(|terms| limit::expires_at(terms, now)),
            warnings: warnings.map(|warning| Remark { code: warning.code(), message: warning.to_string() }).collect(),
            refusal: preview.obstacle.map(|obstacle| Remark { code: obstacle.code(), message: obstacle.to_string() }),
        }
    }
}
