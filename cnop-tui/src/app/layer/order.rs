//! One order with everything that is known of it.

use cnop_core::ids::OrderId;

use super::Layer;
use super::confirm::Confirm;
use crate::app::key::Key;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;
use cnop_core::api::Order;
use cnop_core::order::OrderStatus;

/// The window.
#[derive(Debug)]
pub(crate) struct OrderDetail {
    pub(crate) order_id: OrderId,
}

impl OrderDetail {
    /// The order, as it is now.
    pub(crate) fn order<'a>(&self, data: &'a Data) -> Option<&'a Order> {
        let all = data.wallet.orders.get().map(|pages| pages.items.as_slice()).unwrap_or_default();
        let recent = data.wallet.recent.get().map(Vec::as_slice).unwrap_or_default();
        let open = data.wallet.open_orders.get().map(Vec::as_slice).unwrap_or_default();
        open.iter().chain(all).chain(recent).find(|order| order.order_id == self.order_id)
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match key {
            Key::Escape | Key::Enter => Step::Close,
            Key::Char('c') if self.order(turn.data).is_some_and(|order| order.status == OrderStatus::Queued) => {
                Step::Open(Box::new(Layer::Confirm(Confirm::cancelling(vec![self.order_id]))))
            }
            _ => Step::Ignored,
        }
    }
}
