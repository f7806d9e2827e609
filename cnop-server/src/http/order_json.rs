//! The JSON of orders, written in one go.
//!
//! A page holds up to a hundred. Field by field, as derived, they took a third of such a request's time; a test holds
//! this form to the derived one.

use cnop_core::api::{Order, OrderPage};
use cnop_core::short_text::{ShortText, ToShortText};

/// About the longest order.
const ORDER_BYTES: usize = 384;

/// A page of orders.
pub(super) fn page_json(page: &OrderPage) -> String {
    let OrderPage { data, has_more, next_cursor } = page;
    let mut json = String::with_capacity(ORDER_BYTES * (data.len() + 1));
    json.push_str(r#"{"data":["#);
    for (index, order) in data.iter().enumerate() {
        json.push_str(if index > 0 { "," } else { "" });
        push_order(&mut json, order);
    }
    json.push_str(if *has_more { r#"],"has_more":true"# } else { r#"],"has_more":false"# });
    json.push_str(r#","next_cursor":"#);
    push_string(&mut json, next_cursor.as_deref());
    json.push('}');
    json
}

fn push_order(json: &mut String, order: &Order) {
    let mut field = |name: &str, value: Option<&str>| {
        json.push_str(name);
        push_string(json, value);
    };
    field(r#"{"order_id":"#, Some(&order.order_id.short_text()));
    field(r#","order_type":"#, Some(order.order_type.as_str()));
    field(r#","asset_id":"#, Some(order.asset_id.as_str()));
    field(r#","quantity":"#, Some(&order.quantity.short_text()));
    field(r#","price":"#, short(order.price).as_deref());
    field(r#","status":"#, Some(order.status.as_str()));
    field(r#","total_amount":"#, short(order.total_amount).as_deref());
    field(r#","created_at":"#, Some(&order.created_at.short_text()));
    field(r#","limit_price":"#, short(order.limit_price).as_deref());
    field(r#","executed_at":"#, short(order.executed_at).as_deref());
    field(r#","expires_at":"#, short(order.expires_at).as_deref());
    field(r#","held_amount":"#, short(order.held_amount).as_deref());
    json.push('}');
}

fn short<T: ToShortText>(value: Option<T>) -> Option<ShortText> {
    value.map(|value| value.short_text())
}

/// A string, or `null`. Nothing in an order or a cursor has characters that JSON escapes.
fn push_string(json: &mut String, value: Option<&str>) {
    let Some(value) = value else { return json.push_str("null") };
    json.push('"');
    json.push_str(value);
    json.push('"');
}

#[cfg(test)]
mod tests {
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
            assert_eq!(page_json(&page), serde_json::to_string(&page).unwrap());
        }
    }
}
