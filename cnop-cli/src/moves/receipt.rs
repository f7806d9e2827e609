//! What is said about money that moved.

use cnop_core::api::{ClaimAnswer, MoneyMoved, Order};
use cnop_core::money::Usd;
use cnop_core::order::OrderType;
use cnop_core::ticket::{Movement, Receipt};

use crate::cell::Cell;
use crate::commands::orders;
use crate::format::{self, or_unknown};
use crate::text::one_line;
use crate::view::{Fact, View, data};

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
    fn a_wish_cannot_hide_the_amount() {
        let claimed = r#"{"success":true,"message":"Gong\nxi","amount":"8.88","got_red_pocket":false,"timestamp":"2026-02-15T08:00:00.000Z"}"#;
        let claimed = Receipt::Claimed(serde_json::from_str(claimed).unwrap());
        assert_eq!(sentence(&Movement::Claim { phrase: "x".to_owned() }, &claimed), "+$8.88: Gong xi");
    }
}
