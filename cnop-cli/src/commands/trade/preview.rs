//! What an order would do at the price of this moment, looked up and shown.

mod dry_run;
mod limit;

pub(super) use dry_run::DryRun;

use cnop_core::client::{Client, OrderFilter, Page};
use cnop_core::order::{BuySize, NewOrder, Side};
use cnop_core::ticket::{Figures, Means, Preview, Quote};

use crate::cell::Cell;
use crate::clock;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::printer::Printer;
use crate::view::{Fact, View, data, fact, shown};

/// Asks for the price and for what stands behind the order.
pub(super) async fn load(client: &Client, order: NewOrder) -> Result<Preview, Failure> {
    let (filter, newest) = (OrderFilter::default(), Page { limit: Some(1), ..Page::default() });
    let asset_id = order.asset_id();
    let (asset, balance, assets, orders) = tokio::try_join!(
        client.asset(asset_id),
        client.balance(),
        client.asset_balances(),
        client.orders(&filter, &newest),
    )?;
    let means = Means::of(asset_id, &balance, &assets, orders.data.into_iter().next());
    Ok(Preview::of(order, Quote::of(&asset), &means, clock::now()))
}

/// What is about to happen. The order takes the price of the next moment.
pub(super) fn view(preview: &Preview) -> View {
    let Preview { order, quote, .. } = preview;
    let side = if order.side() == Side::Buy { "Buy" } else { "Sell" };
    let what = format!("{side} {} ({}) {}", quote.asset_id, quote.name, limit::bound(preview));
    let mut facts = vec![
        shown("Order", Cell::text(what)),
        data("order_type", Cell::text(order.order_type())),
        data("asset_id", Cell::text(quote.asset_id)),
    ];
    facts.extend(size(order));
    facts.extend(price(quote));
    facts.extend(limit::shown_facts(preview));
    facts.extend(estimate(preview));
    facts.extend(afterwards(preview));
    facts.extend(limit::records(preview));
    View::facts(facts)
}

fn size(order: &NewOrder) -> [Fact; 2] {
    match order {
        NewOrder::MarketBuy { size: BuySize::Quantity(quantity), .. } | NewOrder::MarketSell { quantity, .. } => {
            [fact("Quantity", "quantity", Cell::text(quantity)), data("amount_usd", Cell::nothing())]
        }
        NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms) => {
            [fact("Quantity", "quantity", Cell::text(terms.quantity)), data("amount_usd", Cell::nothing())]
        }
        NewOrder::MarketBuy { size: BuySize::Amount(amount), .. } => {
            [data("quantity", Cell::nothing()), fact("Spend at most", "amount_usd", Cell::usd(amount.get()))]
        }
    }
}

fn price(quote: &Quote) -> [Fact; 4] {
    let age = or_unknown(quote.seen_at, |seen| format::age(seen, clock::now()));
    let now = or_unknown(quote.price, |price| format!("{} ({age})", format::price(price)));
    [
        shown("Price now", Cell::text(now)),
        data("price", Cell::maybe(quote.price, Cell::price)),
        data("price_updated_at", Cell::maybe(quote.seen_at, Cell::time)),
        data("stale", Cell::yes_no(quote.stale)),
    ]
}

/// What the order leaves open.
fn estimate(preview: &Preview) -> [Fact; 2] {
    let quantity = Cell::maybe(preview.figures, |figures| Cell::quantity(figures.quantity));
    let total = Cell::maybe(preview.figures, |figures| Cell::usd(figures.total));
    match preview.order {
        NewOrder::MarketBuy { size: BuySize::Quantity(_), .. } => {
            [data("estimated_quantity", quantity), fact("Estimated cost", "estimated_total", total)]
        }
        NewOrder::MarketBuy { size: BuySize::Amount(_), .. } => {
            [fact("Estimated quantity", "estimated_quantity", quantity), data("estimated_total", total)]
        }
        // What a purchase costs at the most is what it holds.
        NewOrder::LimitBuy(_) => [data("estimated_quantity", quantity), data("estimated_total", total)],
        NewOrder::LimitSell(_) => {
            [data("estimated_quantity", quantity), fact("Proceeds at least", "estimated_total", total)]
        }
        NewOrder::MarketSell { .. } => {
            [data("estimated_quantity", quantity), fact("Estimated proceeds", "estimated_total", total)]
        }
    }
}

fn afterwards(preview: &Preview) -> [Fact; 2] {
    let id = preview.quote.asset_id;
    let figures: Option<Figures> = preview.figures;
    let position = figures.and_then(|figures| figures.position_after);
    [
        fact("Cash after", "cash_after", Cell::maybe(figures.and_then(|figures| figures.cash_after), Cell::usd)),
        fact(
            "Position after",
            "position_after",
            Cell::maybe(position, |owned| Cell::of(format!("{owned} {id}"), owned)),
        ),
    ]
}

/// Says what speaks against it, before the person is asked.
pub(super) fn warn(printer: &Printer, preview: &Preview) {
    if let Some(obstacle) = &preview.obstacle {
        printer.warn(format_args!("this would be refused now: {obstacle}"));
    }
    warn_of_the_unusual(printer, preview);
}

/// Says what is unusual about it.
pub(super) fn warn_of_the_unusual(printer: &Printer, preview: &Preview) {
    for warning in &preview.warnings {
        printer.warn(warning);
    }
}
