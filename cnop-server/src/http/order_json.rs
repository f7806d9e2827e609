//! The JSON of orders, written in one go.
//!
//! A page holds up to a hundred. Field by field, as derived, they took a third of such a request's time; a test holds
//! this form to the derived one.

use cnop_core::api::Order;
use cnop_core::short_text::ToShortText;

use super::json_text::{push_optional, push_string, short};

/// About the longest order.
const ORDER_BYTES: usize = 384;

/// A page of orders, as `OrderPage` would be; each is made when its turn comes, and copied nowhere.
pub(super) fn page_json(orders: impl ExactSizeIterator<Item = Order>, next_cursor: Option<&str>) -> String {
    let mut json = String::with_capacity(ORDER_BYTES * (orders.len() + 1));
    json.push_str(r#"{"data":["#);
    for (index, order) in orders.enumerate() {
        json.push_str(if index > 0 { "," } else { "" });
        push_order(&mut json, &order);
    }
    json.push_str(if next_cursor.is_some() { r#"],"has_more":true"# } else { r#"],"has_more":false"# });
    json.push_str(r#","next_cursor":"#);
    push_string(&mut json, next_cursor);
    json.push('}');
    json
}

fn push_order(json: &mut String, order: &Order) {
    let created_at = order.created_at.short_text();
    // A market order is executed as it is created: half of all times need no digits of their own.
    let executed_at = order.executed_at.map(|at| if at == order.created_at { created_at } else { at.short_text() });
    // Each begins by closing the string before it: fewer and longer pieces.
    let mut text = |name: &str, value: &str| {
        json.push_str(name);
        json.push_str(value);
    };
    text(r#"{"order_id":""#, &order.order_id.short_text());
    text(r#"","order_type":""#, order.order_type.as_str());
    text(r#"","asset_id":""#, order.asset_id.as_str());
    text(r#"","quantity":""#, &order.quantity.short_text());
    push_optional(json, r#"","price":"#, short(order.price));
    json.push_str(r#","status":""#);
    json.push_str(order.status.as_str());
    push_optional(json, r#"","total_amount":"#, short(order.total_amount));
    json.push_str(r#","created_at":""#);
    json.push_str(&created_at);
    push_optional(json, r#"","limit_price":"#, short(order.limit_price));
    push_optional(json, r#","executed_at":"#, executed_at);
    push_optional(json, r#","expires_at":"#, short(order.expires_at));
    push_optional(json, r#","held_amount":"#, short(order.held_amount));
    json.push('}');
}

#[cfg(test)]
mod tests {
    use cnop_core::api::OrderPage;
    use cnop_core::ids::{OrderId, Sequence};
    use cnop_core::order::{OrderStatus, OrderType};
    use cnop_core::time::Timestamp;

    use super::*;

    fn completed() -> Order {
        let sequence = Sequence::first_of("2026-02-15T08:00:00.007Z".parse().unwrap());
        Order {
            order_id: OrderId::new(sequence),
            order_type: OrderType::MarketBuy,
            asset_id: "1INCH".parse().unwrap(),
            quantity: "0.05".parse().unwrap(),
            price: Some("84110.4".parse().unwrap()),
            status: OrderStatus::Completed,
            total_amount: Some("4205.52".parse().unwrap()),
            created_at: sequence.time(),
            limit_price: None,
            executed_at: Some(sequence.time()),
            expires_at: None,
            held_amount: None,
        }
    }

    fn queued() -> Order {
        Order {
            order_type: OrderType::LimitBuy,
            status: OrderStatus::Queued,
            price: None,
            total_amount: None,
            executed_at: None,
            limit_price: Some("0.0000129673".parse().unwrap()),
            expires_at: Some(Timestamp::MAX),
            held_amount: Some("5".parse().unwrap()),
            ..completed()
        }
    }

    #[test]
    fn a_page_is_written_as_its_type_would_be() {
        for (data, next_cursor) in
            [(vec![], None), (vec![queued()], Some("38GBM72R00000-7".to_owned())), (vec![completed(), queued()], None)]
        {
            let page = OrderPage { has_more: next_cursor.is_some(), data, next_cursor };
            let json = page_json(page.data.iter().cloned(), page.next_cursor.as_deref());
            assert_eq!(json, serde_json::to_string(&page).unwrap());
        }
    }
}
