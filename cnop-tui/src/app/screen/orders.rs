//! Orders that wait, and everything that became of others.

use cnop_core::api::Order;
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
    pub(crate) picker: Picker,
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
            Self::Done => "Done",
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
        let open = || data.wallet.open_orders.get().into_iter().flatten();
        let known = || data.wallet.orders.get().into_iter().flat_map(|pages| &pages.items);
        match self.filter {
            Filter::Open => open().collect(),
            Filter::Done => known().filter(|order| order.status != OrderStatus::Queued).collect(),
            Filter::All => known().collect(),
        }
    }

    fn chosen<'a>(&self, data: &'a Data) -> Option<&'a Order> {
        let rows = self.rows(data);
        self.picker.row(rows.len()).map(|row| rows[row])
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let rows = self.rows(turn.data).len();
        if self.picker.act(action, rows) {
            self.ask_for_more(rows, turn);
            return Step::Done;
        }
        match action {
            Action::Filter => {
                self.filter = self.filter.next();
                self.picker = Picker::default();
            }
            Action::Open => return self.chosen(turn.data).map_or(Step::Done, detail),
            Action::Cancel => return self.cancel(turn),
            Action::CancelAll => return cancel_all(turn),
            _ => return Step::Ignored,
        }
        Step::Done
    }

    fn cancel(&self, turn: &mut Turn<'_>) -> Step {
        match self.chosen(turn.data) {
            Some(order) if order.status == OrderStatus::Queued => confirm(vec![order.order_id]),
            Some(_) => {
                turn.say_bad("Only an order that waits can be cancelled.");
                Step::Done
            }
            None => Step::Done,
        }
    }

    /// The next page is asked for when the last row is reached.
    fn ask_for_more(&self, rows: usize, turn: &mut Turn<'_>) {
        let orders = &turn.data.wallet.orders;
        let next = orders.get().and_then(|pages| pages.next.clone()).filter(|_| !orders.is_asked());
        if self.filter != Filter::Open && self.picker.row(rows) == rows.checked_sub(1) && next.is_some() {
            turn.ask(Question::Orders(next));
        }
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        turn.ask(Question::OpenOrders);
        turn.ask(Question::Orders(None));
    }
}

fn detail(order: &Order) -> Step {
    Step::Open(Box::new(Layer::Order(OrderDetail { order_id: order.order_id })))
}

fn cancel_all(turn: &mut Turn<'_>) -> Step {
    let open: Vec<_> = turn.data.wallet.open_orders.get().into_iter().flatten().map(|order| order.order_id).collect();
    if open.is_empty() {
        turn.say_bad("No order waits.");
        return Step::Done;
    }
    confirm(open)
}

fn confirm(orders: Vec<cnop_core::ids::OrderId>) -> Step {
    Step::Open(Box::new(Layer::Confirm(Confirm::cancelling(orders))))
}
