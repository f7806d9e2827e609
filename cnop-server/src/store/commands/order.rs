//! Placing an order: the order, its balance change, its asset change and its history in one step.

use std::sync::Arc;

use cnop_core::asset_id::AssetId;
use cnop_core::ledger::{self, Effects, Entry, Limits};
use cnop_core::money::Price;
use cnop_core::order::NewOrder;
use cnop_core::time::Timestamp;

use super::{Command, Decided, Refused, Session, Stamp, holds};
use crate::market::{NoQuote, PriceBook};
use crate::store::changes::Changes;
use crate::store::failure::StorageFailure;
use crate::store::history::OrderRecord;
use crate::store::key::Kind;
use crate::store::origin::Origin;
use crate::store::rows::{AccountRow, MarketOrderRow, OrderRow};
use crate::store::space::Source;
use crate::store::view::Snapshot;

/// Executes a market order at the price of this moment.
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
        let user = self.session.user;
        let command = self.priced(stamp.now())?;
        let before = view.account(user)?;
        let Effects { account, entry } =
            ledger::decide(&before, command, stamp.now(), &self.limits).map_err(Refused::Ledger)?;
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
        let mut changes = Changes::none();
        changes.single(user, Kind::Account, &AccountRow::from(&account));
        changes.entry(user, Kind::Order, stamp.sequence(), &row);
        Ok((changes, OrderRecord { sequence: stamp.sequence(), trade }))
    }
}

impl PlaceOrder {
    /// The order with its price, or what the market says against it.
    fn priced(&self, now: Timestamp) -> Result<ledger::Command, Refused> {
        match self.order {
            NewOrder::MarketBuy { asset_id, size } => {
                let price = quote(asset_id, self.book.buying_price(asset_id, now))?;
                Ok(ledger::Command::Buy { asset_id, size, price })
            }
            NewOrder::MarketSell { asset_id, quantity } => {
                let price = quote(asset_id, self.book.selling_price(asset_id, now))?;
                Ok(ledger::Command::Sell { asset_id, quantity, price })
            }
        }
    }
}

fn quote(asset_id: AssetId, quoted: Result<Price, NoQuote>) -> Result<Price, Refused> {
    quoted.map_err(|reason| match reason {
        NoQuote::UnknownAsset => Refused::AssetNotFound(asset_id),
        NoQuote::NotTradable => Refused::AssetNotTradable(asset_id),
        NoQuote::NoCurrentPrice => Refused::PriceUnavailable(asset_id),
    })
}
