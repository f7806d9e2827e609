//! Orders that wait, and everything that became of others.

use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::ids::OrderId;
use cnop_core::order::OrderStatus;

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::layer::Layer;
use crate::app::layer::confirm::Confirm;
use crate::app::layer::order::OrderDetail;
use crate::app::picker::Picker;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;

#[derive(Debug, Default)]
pub(crate) struct OrdersScreen {
    pub(crate) filter: Filter,
    /// Only orders of this asset.
    pub(crate) asset: Option<AssetId>,
    pub(crate) picker: Picker<OrderId>,
}

/// Which orders are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Filter {
    /// Those that wait.
    #[default]
    Open,
    /// Those that do not.
    Done,
    All,
}

impl Filter {
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::Done, Self::All];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Done => "History",
            Self::All => "All",
        }
    }

    fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }
}

impl OrdersScreen {
    /// The list as it is seen, the newest first.
    pub(crate) fn rows<'a>(&self, data: &'a Data) -> Vec<&'a Order> {
        let of_asset = |order: &&Order| self.asset.is_none_or(|asset_id| asset_id == order.asset_id);
        let open = || data.wallet.open_orders.get().into_iter().flatten().filter(of_asset);
        let known = || data.wallet.orders.get().into_iter().flat_map(|pages| &pages.items).filter(of_asset);
        match self.filter {
            Filter::Open => open().collect(),
            Filter::Done => known().filter(|order| order.status != OrderStatus::Queued).collect(),
            Filter::All => known().collect(),
        }
    }

    /// The rows by their ids.
    pub(crate) fn keys(&self, data: &Data) -> Vec<OrderId> {
        self.rows(data).into_iter().map(|order| order.order_id).collect()
    }

    pub(crate) fn chosen<'a>(&self, data: &'a Data) -> Option<&'a Order> {
        self.picker.row(&self.keys(data)).map(|row| self.rows(data)[row])
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let keys = self.keys(turn.data);
        if self.picker.act(action, &keys) {
            self.ask_for_more(&keys, turn);
            return Step::Done;
        }
        match action {
            Action::Filter => {
                self.filter = self.filter.next();
                self.picker = Picker::default();
            }
            Action::FilterAsset => self.filter_asset(turn),
            Action::Back if self.asset.is_some() => self.show_asset(None, turn),
            Action::Open => return self.chosen(turn.data).map_or(Step::Done, detail),
            Action::Cancel => return self.cancel(turn),
            Action::CancelAll => return self.cancel_all(turn),
            _ => return Step::Ignored,
        }
        Step::Done
    }

    /// Only orders of the chosen order's asset; the next time all again.
    fn filter_asset(&mut self, turn: &mut Turn<'_>) {
        match (self.asset, self.chosen(turn.data).map(|order| order.asset_id)) {
            (None, Some(asset_id)) => self.show_asset(Some(asset_id), turn),
            (Some(_), _) => self.show_asset(None, turn),
            (None, None) => {}
        }
    }

    fn show_asset(&mut self, asset: Option<AssetId>, turn: &mut Turn<'_>) {
        self.asset = asset;
        self.picker = Picker::default();
        self.ask_orders(turn);
    }

    fn cancel(&self, turn: &mut Turn<'_>) -> Step {
        match self.chosen(turn.data) {
            Some(order) if order.status == OrderStatus::Queued => confirm(vec![order.clone()]),
            Some(_) => {
                turn.say_bad("Only an order that waits can be cancelled.");
                Step::Done
            }
            None => Step::Done,
        }
    }

    /// Every order that waits, of the asset that is seen or of all.
    fn cancel_all(&self, turn: &mut Turn<'_>) -> Step {
        let open = turn.data.wallet.open_orders.get().into_iter().flatten();
        let seen = open.filter(|order| self.asset.is_none_or(|asset_id| asset_id == order.asset_id));
        let orders: Vec<_> = seen.cloned().collect();
        if orders.is_empty() {
            turn.say_bad("No order waits.");
            return Step::Done;
        }
        confirm(orders)
    }

    /// The next page is asked for when the last row is reached.
    fn ask_for_more(&self, keys: &[OrderId], turn: &mut Turn<'_>) {
        let orders = &turn.data.wallet.orders;
        let next = orders.get().and_then(|pages| pages.next.clone()).filter(|_| !orders.is_asked());
        if self.filter != Filter::Open && self.picker.row(keys) == keys.len().checked_sub(1) && next.is_some() {
            turn.ask(Question::Orders { asset: self.asset, after: next });
        }
    }

    /// What is known of another asset's orders is of no use.
    fn ask_orders(&self, turn: &mut Turn<'_>) {
        if turn.data.wallet.orders_of != self.asset {
            turn.data.wallet.orders.clear();
            turn.data.wallet.orders_of = self.asset;
        }
        turn.ask(Question::Orders { asset: self.asset, after: None });
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        turn.ask(Question::OpenOrders);
        self.ask_orders(turn);
    }
}

fn detail(order: &Order) -> Step {
    Step::Open(Box::new(Layer::Order(OrderDetail { order: order.clone() })))
}

fn confirm(orders: Vec<Order>) -> Step {
    Step::Open(Box::new(Layer::Confirm(Confirm::cancelling(orders))))
}
