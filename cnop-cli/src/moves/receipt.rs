//! What is said about money that moved.

use cnop_core::api::{ClaimAnswer, MoneyMoved, Order};
use cnop_core::money::Usd;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_core::ticket::{Movement, Receipt};

use crate::cell::Cell;
use crate::commands::orders;
use crate::format::{self, or_unknown};
use crate::text::one_line;
use crate::view::{Fact, View, data};
use crate::wording;

/// The receipt of `movement`, for everybody.
pub(super) fn view(movement: &Movement, receipt: &Receipt) -> View {
    let view = View::sentence(sentence(movement, receipt));
    match receipt {
        Receipt::Order(order) => view.with_record(orders::record(order)),
        Receipt::Moved(moved) => view.with_record(transfer(movement, moved)),
        Receipt::Claimed(claimed) => view.with_record(claim(claimed)),
    }
}

/// The same in a line.
pub(super) fn sentence(movement: &Movement, receipt: &Receipt) -> String {
    match receipt {
        Receipt::Order(order) => describe(order),
        Receipt::Moved(moved) => {
            let verb = if matches!(movement, Movement::Withdrawal(_)) { "Withdrew" } else { "Deposited" };
            format!("{verb} {}. Transaction {}.", format::usd(amount(movement)), moved.transaction_id)
        }
        // The amount stands first, whatever the wish says.
        Receipt::Claimed(claimed) => format!("{}: {}", format::signed_usd(claimed.amount), one_line(&claimed.message)),
    }
}

/// What an order did, or what it waits for.
pub(crate) fn describe(order: &Order) -> String {
    match order.status {
        OrderStatus::Completed => executed(order),
        OrderStatus::Queued => {
            let until = order.expires_at.map(|moment| format!(" until {} (UTC)", format::time(moment)));
            let until = until.unwrap_or_default();
            format!("Waiting: {}{until}. Order {}.", wording::of_order(order), order.order_id)
        }
        OrderStatus::Cancelled => over("Cancelled", order),
        OrderStatus::Expired => over("Expired", order),
        OrderStatus::Failed => over("Failed", order),
        status => over(&format!("In state {status}"), order),
    }
}

fn over(how: &str, order: &Order) -> String {
    format!("{how}: {}. Order {}.", wording::of_order(order), order.order_id)
}

fn executed(order: &Order) -> String {
    let verb = match order.order_type {
        OrderType::MarketBuy | OrderType::LimitBuy => "Bought",
        OrderType::MarketSell | OrderType::LimitSell => "Sold",
    };
    let Order { quantity, asset_id, order_id, .. } = order;
    let price = or_unknown(order.price, format::price);
    let total = or_unknown(order.total_amount, format::usd);
    format!("{verb} {quantity} {asset_id} at {price} for {total}. Order {order_id}.")
}

fn transfer(movement: &Movement, moved: &MoneyMoved) -> [Fact; 3] {
    [
        data("amount", Cell::usd(amount(movement))),
        data("transaction_id", Cell::text(moved.transaction_id)),
        data("timestamp", Cell::time(moved.timestamp)),
    ]
}

fn claim(claimed: &ClaimAnswer) -> [Fact; 4] {
    [
        data("amount", Cell::usd(claimed.amount)),
        data("got_red_pocket", Cell::yes_no(claimed.got_red_pocket)),
        data("timestamp", Cell::time(claimed.timestamp)),
        data("message", Cell::text(one_line(&claimed.message))),
    ]
}

/// The answer to a transfer does not repeat its amount.
fn amount(movement: &Movement) -> Usd {
    match movement {
        Movement::Deposit(amount) | Movement::Withdrawal(amount) => amount.get(),
        Movement::Order(_) | Movement::Claim { .. } => Usd::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_what_moved_and_its_entry() {
        let moved = r#"{"success":true,"message":"m","transaction_id":"txn_38GBM72QC0000","timestamp":"2026-02-15T08:00:00.000Z"}"#;
        let moved = Receipt::Moved(serde_json::from_str(moved).unwrap());
        let amount = "1250.5".parse().unwrap();
        for (movement, expected) in [
            (Movement::Deposit(amount), "Deposited $1,250.50. Transaction txn_38GBM72QC0000."),
            (Movement::Withdrawal(amount), "Withdrew $1,250.50. Transaction txn_38GBM72QC0000."),
        ] {
            assert_eq!(sentence(&movement, &moved), expected);
        }
    }

    #[test]
    fn an_order_with_a_limit_tells_what_it_waits_for_and_how_it_ended() {
        let limit = |order_type: &str, status: &str, price: &str, total: &str| {
            let json = format!(
                r#"{{"order_id":"order_38GBM6DAO0000","order_type":"{order_type}","asset_id":"BTC","quantity":"0.05",
                    "price":{price},"status":"{status}","total_amount":{total},"created_at":"2026-02-15T08:00:00.000Z",
                    "limit_price":"60000","executed_at":null,"expires_at":"2026-02-22T08:00:00.000Z","held_amount":null}}"#
            );
            describe(&serde_json::from_str(&json).unwrap())
        };
        let waits = |order_type: &str, status: &str| limit(order_type, status, "null", "null");
        let buy = "buy 0.05 BTC at $60,000.00 or less";
        let order = "Order order_38GBM6DAO0000.";
        assert_eq!(waits("limit_buy", "queued"), format!("Waiting: {buy} until 2026-02-22 08:00:00 (UTC). {order}"));
        assert_eq!(
            waits("limit_sell", "cancelled"),
            format!("Cancelled: sell 0.05 BTC at $60,000.00 or more. {order}")
        );
        assert_eq!(waits("limit_buy", "expired"), format!("Expired: {buy}. {order}"));
        assert_eq!(waits("limit_buy", "failed"), format!("Failed: {buy}. {order}"));
        assert_eq!(waits("limit_buy", "triggered"), format!("In state triggered: {buy}. {order}"));
        let bought = limit("limit_buy", "completed", "\"59000.5\"", "\"2950.025\"");
        assert_eq!(bought, format!("Bought 0.05 BTC at $59,000.50 for $2,950.025. {order}"));
    }

    #[test]
    fn a_wish_cannot_hide_the_amount() {
        let claimed = r#"{"success":true,"message":"Gong\nxi","amount":"8.88","got_red_pocket":false,"timestamp":"2026-02-15T08:00:00.000Z"}"#;
        let claimed = Receipt::Claimed(serde_json::from_str(claimed).unwrap());
        assert_eq!(sentence(&Movement::Claim { phrase: "x".to_owned() }, &claimed), "+$8.88: Gong xi");
    }
}
