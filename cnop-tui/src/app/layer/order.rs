//! One order with everything that is known of it.

use cnop_core::api::Order;
use cnop_core::order::OrderStatus;

use super::Layer;
use super::confirm::Confirm;
use crate::app::action::{Action, Place, action_of};
use crate::app::key::Key;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;

/// The window.
#[derive(Debug)]
pub(crate) struct OrderDetail {
    /// As it was when the window was opened.
    pub(crate) order: Order,
}

impl OrderDetail {
    /// The order, as it is now.
    pub(crate) fn order<'a>(&'a self, data: &'a Data) -> &'a Order {
        data.wallet.order(self.order.order_id).unwrap_or(&self.order)
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        if matches!(key, Key::Escape | Key::Enter) {
            return Step::Close;
        }
        let order = self.order(turn.data);
        match action_of(key, Place::Order) {
            Some(Action::Cancel) if order.status == OrderStatus::Queued => {
                Step::Open(Box::new(Layer::Confirm(Confirm::cancelling(vec![order.clone()]))))
            }
            _ => Step::Ignored,
        }
    }
}
