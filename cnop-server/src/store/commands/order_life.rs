//! The life of a limit order after its placement: it is executed, cancelled, or runs out of time. Exactly one of them.

use cnop_core::ids::Sequence;
use cnop_core::ledger::{Account, Ended, Event, meet};
use cnop_core::order::{LimitOrder, LimitState, WhyCancelled};

use super::{Command, Decided, Interrupted, Refused, Session, Stamp, holds};
use crate::store::activity::{Activity, ActivityKind};
use crate::store::changes::Changes;
use crate::store::codec::{encode, unreadable};
use crate::store::failure::StorageFailure;
use crate::store::key::{self, Kind, UserNumber};
use crate::store::order_record::{OrderKind, OrderRecord};
use crate::store::origin::Origin;
use crate::store::rows::{FillRow, LimitOrderRow, OpenOrderRow};
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Takes an order a step further, if it still waits: another command may have been first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AdvanceOrder {
    /// Whose.
    pub(crate) user: UserNumber,
    /// Which, by its placement.
    pub(crate) order: Sequence,
    /// What it meets.
    pub(crate) event: Event,
}

impl Command for AdvanceOrder {
    /// How it ended; `None` where it had ended before, or waits on.
    type Answer = Option<LimitState>;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Self::Answer> {
        let Self { user, order: sequence, event } = *self;
        let row = view.limit_order(user, sequence)?.ok_or(StorageFailure::Missing("the order that waits"))?;
        let (mut changes, mut answer) = (Changes::none(), None);
        if let Some(ended) = meeting(&view.account(user)?, &row.order(), event, stamp)? {
            answer = Some(ended.order.state);
            end(&mut changes, user, sequence, row, ended, None);
        }
        Ok((changes, answer))
    }
}

/// Takes back an order that waits.
pub(crate) struct CancelOrder {
    /// Whose.
    pub(crate) session: Session,
    /// Which, by its placement.
    pub(crate) order: Sequence,
    /// The request behind it.
    pub(crate) origin: Origin,
}

impl Command for CancelOrder {
    type Answer = OrderRecord;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<OrderRecord> {
        holds(view, self.session)?;
        let (user, sequence) = (self.session.user, self.order);
        let record = view.order(user, sequence)?.ok_or(Refused::OrderNotFound(sequence))?;
        let not_cancellable = Refused::OrderNotCancellable { order: sequence, status: record.status() };
        let Some(row) = view.limit_order(user, sequence)? else { return Err(not_cancellable.into()) };
        let event = Event::Cancel(WhyCancelled::ByOwner);
        let ended = meeting(&view.account(user)?, &row.order(), event, stamp)?.ok_or(not_cancellable)?;
        let mut changes = Changes::none();
        let record = end(&mut changes, user, sequence, row, ended, Some(self.origin.clone()));
        Ok((changes, record))
    }
}

/// Writes a new order that waits.
pub(super) fn begin(
    changes: &mut Changes,
    user: UserNumber,
    stamp: Stamp,
    order: LimitOrder,
    by: Origin,
) -> OrderRecord {
    let sequence = stamp.sequence();
    changes.entry(user, Kind::LimitOrder, sequence, &LimitOrderRow::placed(&order, by));
    changes.put(Space::OpenOrders, &key::open_order(user, sequence), encode(&OpenOrderRow::from(&order)));
    changes.activity(sequence, Activity { user, kind: ActivityKind::LimitOrder });
    let record = OrderRecord { sequence, kind: OrderKind::Limit(Box::new(order)) };
    changes.tell_order(user, &record);
    record
}

/// A hold that is not there is damage to this one account; `verify` names it.
fn meeting(account: &Account, order: &LimitOrder, event: Event, stamp: Stamp) -> Result<Option<Ended>, Interrupted> {
    let ended = meet(account, order, event, stamp.sequence());
    ended.map_err(|error| unreadable("account", format!("what an order holds: {error}")).into())
}

/// Writes how an order ended.
fn end(
    changes: &mut Changes,
    user: UserNumber,
    sequence: Sequence,
    row: LimitOrderRow,
    Ended { account, order, trade }: Ended,
    by: Option<Origin>,
) -> OrderRecord {
    changes.account(user, &account);
    changes.remove(Space::OpenOrders, &key::open_order(user, sequence));
    changes.entry(user, Kind::LimitOrder, sequence, &row.ended(order.state, by));
    if let (Some(trade), Some(at)) = (trade, order.state.ended_at()) {
        let fill = FillRow {
            order: sequence,
            side: trade.side.into(),
            asset_id: trade.asset_id,
            quantity: trade.quantity,
            price: trade.price,
            total: trade.total,
            balance_after: account.state().cash,
        };
        changes.entry(user, Kind::Fill, at, &fill);
    }
    if let Some(at) = order.state.ended_at() {
        let kind = if trade.is_some() { ActivityKind::Fill(sequence) } else { ActivityKind::End(sequence) };
        changes.activity(at, Activity { user, kind });
    }
    let record = OrderRecord { sequence, kind: OrderKind::Limit(Box::new(order)) };
    changes.tell_order(user, &record);
    record
}
