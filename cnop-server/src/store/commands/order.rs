//! Placing an order: the order, its balance change, its asset change and its history in one step.

use std::sync::Arc;

use cnop_core::asset_id::AssetId;
use cnop_core::ledger::{self, Effects, Entry, Limits};
use cnop_core::order::{LimitOrder, LimitTerms, NewOrder, Seen, Side};

use super::{Command, Decided, Refused, Session, Stamp, holds, order_life};
use crate::market::{NoQuote, PriceBook};
use crate::store::activity::{Activity, ActivityKind};
use crate::store::changes::Changes;
use crate::store::failure::StorageFailure;
use crate::store::key::Kind;
use crate::store::order_record::{OrderKind, OrderRecord};
use crate::store::origin::Origin;
use crate::store::rows::{MarketOrderRow, OrderRow};
use crate::store::space::Source;
use crate::store::view::Snapshot;

/// Executes a market order at the price of this moment, or lets a limit order wait.
pub(crate) struct PlaceOrder {
    /// Whose.
    pub(crate) session: Session,
    /// What.
    pub(crate) order: NewOrder,
    /// Where the price stands when the order's turn comes.
    pub(crate) book: Arc<PriceBook>,
    /// What a user may do.
    pub(crate) limits: Limits,
    /// The request behind it.
    pub(crate) origin: Origin,
}

impl Command for PlaceOrder {
    type Answer = OrderRecord;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<OrderRecord> {
        holds(view, self.session)?;
        let (asset_id, side) = (self.order.asset_id(), self.order.side());
        let seen = match side {
            Side::Buy => quote(asset_id, self.book.buying_price(asset_id, stamp.now()))?,
            Side::Sell => quote(asset_id, self.book.selling_price(asset_id, stamp.now()))?,
        };
        let price = seen.price;
        match &self.order {
            NewOrder::MarketBuy { size, .. } => {
                self.execute(view, stamp, ledger::Command::Buy { asset_id, size: *size, price })
            }
            NewOrder::MarketSell { quantity, .. } => {
                self.execute(view, stamp, ledger::Command::Sell { asset_id, quantity: *quantity, price })
            }
            NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms) => self.queue(view, stamp, side, terms, seen),
        }
    }
}

impl PlaceOrder {
    fn execute<S: Source>(
        &self,
        view: &Snapshot<'_, S>,
        stamp: Stamp,
        command: ledger::Command,
    ) -> Decided<OrderRecord> {
        let user = self.session.user;
        let Effects { account, entry } =
            ledger::decide(&view.account(user)?, command, stamp.now(), &self.limits).map_err(Refused::Ledger)?;
        let Entry::Trade(trade) = entry else { return Err(StorageFailure::Missing("the trade of an order").into()) };
        let row = OrderRow::Market(MarketOrderRow {
            side: trade.side.into(),
            asset_id: trade.asset_id,
            quantity: trade.quantity,
            price: trade.price,
            total: trade.total,
            balance_after: account.state().cash,
            origin: self.origin.clone().into(),
        });
        let order = OrderRecord { sequence: stamp.sequence(), kind: OrderKind::Market(trade) };
        let mut changes = Changes::none();
        changes.account(user, &account);
        changes.entry(user, Kind::Order, stamp.sequence(), &row);
        changes.activity(stamp.sequence(), Activity { user, kind: ActivityKind::MarketOrder });
        changes.tell_order(user, &order);
        Ok((changes, order))
    }

    /// An order whose price already stands waits too: the matcher, told of it, executes it at that price.
    fn queue<S: Source>(
        &self,
        view: &Snapshot<'_, S>,
        stamp: Stamp,
        side: Side,
        terms: &LimitTerms,
        seen: Seen,
    ) -> Decided<OrderRecord> {
        let user = self.session.user;
        let order = LimitOrder::new(side, terms, seen, stamp.now());
        let open = view.open_order_count(user)?;
        let account = ledger::place(&view.account(user)?, &order, open, stamp.now(), &self.limits);
        let mut changes = Changes::none();
        changes.account(user, &account.map_err(Refused::Ledger)?);
        let order = order_life::begin(&mut changes, user, stamp, order, self.origin.clone());
        Ok((changes, order))
    }
}

fn quote(asset_id: AssetId, quoted: Result<Seen, NoQuote>) -> Result<Seen, Refused> {
    quoted.map_err(|reason| match reason {
        NoQuote::UnknownAsset => Refused::AssetNotFound(asset_id),
        NoQuote::NotTradable => Refused::AssetNotTradable(asset_id),
        NoQuote::NoCurrentPrice => Refused::PriceUnavailable(asset_id),
    })
}
