//! `cnop buy`, `cnop sell`: the only commands that ask before they act.

use clap::{ArgGroup, Args};
use cnop_core::api::{AssetDetail, Data, Order, OrderRequest};
use cnop_core::asset_id::AssetId;
use cnop_core::client::Client;
use cnop_core::money::{OrderQuantity, Price, TransferAmount};
use cnop_core::order::{BuySize, NewOrder, OrderType, Side};
use cnop_core::time::Timestamp;

use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::moves::Move;
use crate::prompt;
use crate::table::facts;

/// What to buy, and how much.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("size").required(true).args(["quantity", "usd"]),
    override_usage = "cnop buy [OPTIONS] <ID> <QUANTITY>\n       cnop buy [OPTIONS] <ID> --usd <AMOUNT>",
    after_help = "\
Shows the price, its age and the estimated cost, and asks. Without a terminal, --yes is needed.

Examples:
  cnop buy BTC 0.05
  cnop buy BTC --usd 500
  cnop buy BTC 0.05 --yes --output json"
)]
pub(crate) struct BuyArgs {
    /// The asset's ticker, such as BTC
    id: AssetId,
    /// How much of it: at least 0.001, at most 8 decimals
    #[arg(allow_negative_numbers = true)] // So that the quantity's own words refuse them.
    quantity: Option<OrderQuantity>,
    /// In place of a quantity: the most to spend, in US dollars
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    usd: Option<TransferAmount>,
}

/// What to sell, and how much.
#[derive(Debug, Args)]
#[command(after_help = "\
Shows the price, its age and the estimated proceeds, and asks. Without a terminal, --yes is needed.

Examples:
  cnop sell BTC 0.02
  cnop sell BTC 0.02 --yes")]
pub(crate) struct SellArgs {
    /// The asset's ticker, such as BTC
    id: AssetId,
    /// How much of it: at least 0.001, at most 8 decimals
    #[arg(allow_negative_numbers = true)]
    quantity: OrderQuantity,
}

/// Buys at the market price.
pub(crate) async fn buy(context: &Context, args: &BuyArgs) -> Result<(), Failure> {
    let size = args.quantity.map(BuySize::Quantity).or(args.usd.map(BuySize::Amount));
    let size = size.expect("clap refuses a purchase of neither");
    place(context, NewOrder::MarketBuy { asset_id: args.id, size }).await
}

/// Sells at the market price.
pub(crate) async fn sell(context: &Context, args: &SellArgs) -> Result<(), Failure> {
    place(context, NewOrder::MarketSell { asset_id: args.id, quantity: args.quantity }).await
}

async fn place(context: &Context, order: NewOrder) -> Result<(), Failure> {
    if !context.assume_yes {
        prompt::require_person("`--yes` places the order without asking")?;
    }
    let client = context.logged_in().await?.client;
    if !context.assume_yes {
        let asset = client.asset(order.asset_id()).await?;
        context.printer.note(&review(&order, &asset, clock::now()));
        prompt::confirm(&context.printer, "Place this order?").await?;
    }
    let placed = send(context, &client, &order).await?;
    context.printer.answer(&placed, describe)
}

async fn send(context: &Context, client: &Client, order: &NewOrder) -> Result<Order, Failure> {
    let what = match order {
        NewOrder::MarketBuy { .. } => "purchase",
        NewOrder::MarketSell { .. } => "sale",
    };
    let request = request(order);
    let movement = Move { client, printer: &context.printer, what };
    movement.perform_as(async |key| client.place_order(&request, key).await, |body: Data<Order>| body.data).await
}

/// The order as the route takes it.
pub(crate) fn request(order: &NewOrder) -> OrderRequest {
    let (side, quantity, amount_usd) = match order {
        NewOrder::MarketBuy { size: BuySize::Quantity(quantity), .. } => (Side::Buy, Some(*quantity), None),
        NewOrder::MarketBuy { size: BuySize::Amount(amount), .. } => (Side::Buy, None, Some(*amount)),
        NewOrder::MarketSell { quantity, .. } => (Side::Sell, Some(*quantity), None),
    };
    OrderRequest { order_type: side.market(), asset_id: order.asset_id(), quantity, amount_usd }
}

/// What is about to happen, at the price of this moment; the order takes the price of the next.
fn review(order: &NewOrder, asset: &AssetDetail, now: Timestamp) -> String {
    let price = asset.price_usd.map(|price| price.0);
    let age = or_unknown(asset.price_updated_at, |seen| format::age(seen, now));
    let now = or_unknown(price, |price| format!("{} ({age})", format::price(price)));
    let [size, estimate] = estimates(order, price);
    let side = if matches!(order, NewOrder::MarketBuy { .. }) { "Buy" } else { "Sell" };
    let what = format!("{side} {} ({}) at the market price", asset.asset_id, asset.name);
    facts([("Order", what), size, ("Price now", now), estimate])
}

fn estimates(order: &NewOrder, price: Option<Price>) -> [(&'static str, String); 2] {
    match order {
        NewOrder::MarketBuy { size: BuySize::Quantity(quantity), .. } => [
            ("Quantity", quantity.to_string()),
            ("Estimated cost", or_unknown(price, |price| format::usd(price.cost_rounded_up(quantity.get())))),
        ],
        NewOrder::MarketBuy { size: BuySize::Amount(amount), .. } => [
            ("Spend at most", format::usd(amount.get())),
            (
                "Estimated quantity",
                or_unknown(price.and_then(|price| price.quantity_for(amount.get())), |quantity| quantity.to_string()),
            ),
        ],
        NewOrder::MarketSell { quantity, .. } => [
            ("Quantity", quantity.to_string()),
            ("Estimated proceeds", or_unknown(price, |price| format::usd(price.value_rounded_down(quantity.get())))),
        ],
    }
}

/// What an executed order did.
pub(crate) fn describe(order: &Order) -> String {
    let verb = match order.order_type {
        OrderType::MarketBuy | OrderType::LimitBuy => "Bought",
        OrderType::MarketSell | OrderType::LimitSell => "Sold",
    };
    let Order { quantity, asset_id, order_id, .. } = order;
    let price = or_unknown(order.price, format::price);
    let total = or_unknown(order.total_amount, format::usd);
    format!("{verb} {quantity} {asset_id} at {price} for {total}. Order {order_id}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(order: NewOrder, price: Option<&str>, expected: [(&str, &str); 2]) {
        let found = estimates(&order, price.map(|price| price.parse().unwrap()));
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn a_review_estimates_what_the_order_leaves_open() {
        let asset_id = "BTC".parse().unwrap();
        let quantity = "0.05".parse().unwrap();
        let buy = NewOrder::MarketBuy { asset_id, size: BuySize::Quantity(quantity) };
        let spend = NewOrder::MarketBuy { asset_id, size: BuySize::Amount("500".parse().unwrap()) };
        let sell = NewOrder::MarketSell { asset_id, quantity };
        check(buy, Some("84110.40"), [("Quantity", "0.05"), ("Estimated cost", "$4,205.52")]);
        check(buy, None, [("Quantity", "0.05"), ("Estimated cost", "-")]);
        check(spend, Some("30000"), [("Spend at most", "$500.00"), ("Estimated quantity", "0.01666666")]);
        check(sell, Some("84110.40"), [("Quantity", "0.05"), ("Estimated proceeds", "$4,205.52")]);
    }
}
