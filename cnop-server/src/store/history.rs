//! A user's history, newest first: orders, trades and what they did to the balance. How pages are cut: `page`.

use std::collections::BTreeMap;

use cnop_core::asset_id::AssetId;
use cnop_core::ids::Sequence;
use cnop_core::ledger::Entry;
use cnop_core::money::Usd;
use cnop_core::order::{LimitOrder, OrderStatus, OrderType, TransactionType};
use cnop_core::time::Timestamp;

use redb::AccessGuard;

use super::codec::{decode, unreadable};
use super::failure::StorageFailure;
use super::key::{self, Kind, UserNumber};
use super::order_record::{OrderKind, OrderRecord, TradeRecord};
use super::page::{Page, PageRequest, Sequenced, collect, merge_newest_first};
use super::rows::{CashMoveRow, FillRow, LimitOrderRow, OpenOrderRow, OrderRow, Waits};
use super::space::{Source, Space};
use super::view::Snapshot;

/// Trades that are counted one by one: more are "at least so many".
const COUNT_LIMIT: usize = 10_000;

/// A change of the balance as the history holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TransactionRecord {
    /// Its place in the sequence: id and time.
    pub(crate) sequence: Sequence,
    /// What happened.
    pub(crate) entry: Entry,
    /// All cash after it.
    pub(crate) balance_after: Usd,
    /// The order behind it, if one is.
    pub(crate) order: Option<Sequence>,
}

/// Which orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OrderFilter {
    /// Of this asset.
    pub(crate) asset_id: Option<AssetId>,
    /// Of this type.
    pub(crate) order_type: Option<OrderType>,
    /// In this state.
    pub(crate) status: Option<OrderStatus>,
}

impl OrderFilter {
    fn is_any(&self) -> bool {
        *self == Self::default()
    }

    fn takes(&self, order: &OrderRecord) -> bool {
        self.asset_id.is_none_or(|asset_id| asset_id == order.asset_id())
            && self.order_type.is_none_or(|kind| kind == order.order_type())
            && self.status.is_none_or(|status| status == order.status())
    }

    /// Whether a market order can be among them: it is never anything but completed.
    fn may_be_market(&self) -> bool {
        self.order_type.is_none_or(|kind| !kind.is_limit())
            && self.status.is_none_or(|status| status == OrderStatus::Completed)
    }

    fn may_be_limit(&self) -> bool {
        self.order_type.is_none_or(OrderType::is_limit)
    }
}

impl<'s, S: Source> Snapshot<'s, S> {
    /// One order of the user.
    pub(crate) fn order(&self, user: UserNumber, sequence: Sequence) -> Result<Option<OrderRecord>, StorageFailure> {
        if let Some(order) = self.limit_order(user, sequence)? {
            return Ok(Some(OrderRecord { sequence, kind: OrderKind::Limit(Box::new(order.order())) }));
        }
        let row = self.source().get(Space::Accounts, &key::entry(user, Kind::Order, sequence))?;
        row.map(|row| order_record(&(sequence, Kind::Order, row))).transpose()
    }

    /// One limit order of the user, as it is stored.
    pub(super) fn limit_order(
        &self,
        user: UserNumber,
        sequence: Sequence,
    ) -> Result<Option<LimitOrderRow>, StorageFailure> {
        let row = self.source().get(Space::Accounts, &key::entry(user, Kind::LimitOrder, sequence))?;
        row.map(|row| decode(row.value())).transpose()
    }

    /// A page of the user's orders.
    pub(crate) fn orders(
        &self,
        user: UserNumber,
        filter: OrderFilter,
        request: PageRequest,
    ) -> Result<Page<OrderRecord>, StorageFailure> {
        let before = request.before();
        let market = filter.may_be_market().then(|| self.raw(user, Kind::Order, before)).transpose()?;
        // What waits is few, and listed apart; everything else is found in the history.
        let waiting = filter.status == Some(OrderStatus::Queued);
        let open = (filter.may_be_limit() && waiting).then(|| self.raw_open(user, before)).transpose()?;
        let limit =
            (filter.may_be_limit() && !waiting).then(|| self.raw(user, Kind::LimitOrder, before)).transpose()?;
        let limit = open.into_iter().flatten().chain(limit.into_iter().flatten());
        let rows = merge_newest_first(market.into_iter().flatten(), limit);
        collect(rows, request, filter.is_any(), |row| {
            let order = order_record(row)?;
            Ok(filter.takes(&order).then_some(order))
        })
    }

    /// How many orders of the user wait.
    pub(super) fn open_order_count(&self, user: UserNumber) -> Result<usize, StorageFailure> {
        let Some((newest, oldest)) = key::open_orders(user, None) else { return Ok(0) };
        let mut keys = self.source().range(Space::OpenOrders, &newest[..]..=&oldest[..])?;
        keys.try_fold(0, |count, row| row.map(|_| count + 1)).map_err(StorageFailure::from)
    }

    /// How many orders wait, of all users.
    pub(crate) fn open_order_total(&self) -> Result<u64, StorageFailure> {
        self.source().count(Space::OpenOrders)
    }

    /// Everything that waits, whoever's, in the order of the keys.
    pub(crate) fn open_orders(
        &self,
    ) -> Result<impl Iterator<Item = Result<(UserNumber, Sequence, Waits), StorageFailure>> + use<'s, S>, StorageFailure>
    {
        let rows = self.source().range(Space::OpenOrders, &[][..]..=&[0xff; 255][..])?;
        Ok(rows.map(|row| {
            let (key, value) = row.map_err(StorageFailure::from)?;
            let (user, sequence) = open_order_of(key.value())?;
            Ok((user, sequence, decode::<OpenOrderRow>(value.value())?.into()))
        }))
    }

    /// What waits of the user's, as the matcher would read it.
    pub(super) fn open_orders_of(
        &self,
        user: UserNumber,
    ) -> Result<impl Iterator<Item = Result<(Sequence, Waits), StorageFailure>> + use<'s, S>, StorageFailure> {
        let rows = key::open_orders(user, None)
            .map(|(newest, oldest)| self.source().range(Space::OpenOrders, &newest[..]..=&oldest[..]))
            .transpose()?;
        Ok(rows.into_iter().flatten().map(|row| {
            let (key, value) = row.map_err(StorageFailure::from)?;
            Ok((open_order_of(key.value())?.1, decode::<OpenOrderRow>(value.value())?.into()))
        }))
    }

    /// Every limit order of the user, by its placement.
    pub(super) fn limit_orders(&self, user: UserNumber) -> Result<BTreeMap<Sequence, LimitOrder>, StorageFailure> {
        let rows = self.raw(user, Kind::LimitOrder, None)?;
        rows.map(|row| {
            let (sequence, _, value) = row?;
            Ok((sequence, decode::<LimitOrderRow>(value.value())?.order()))
        })
        .collect()
    }

    /// A page of the user's executions, of one asset or of all.
    pub(crate) fn trades(
        &self,
        user: UserNumber,
        asset_id: Option<AssetId>,
        request: PageRequest,
    ) -> Result<Page<TradeRecord>, StorageFailure> {
        collect(self.raw_trades(user, request.before())?, request, asset_id.is_none(), |row| {
            let trade = trade_record(row)?;
            Ok(asset_id.is_none_or(|asset_id| asset_id == trade.trade.asset_id).then_some(trade))
        })
    }

    /// How many trades the user has made since `since`, counted up to [`COUNT_LIMIT`].
    pub(crate) fn trades_since(&self, user: UserNumber, since: Timestamp) -> Result<usize, StorageFailure> {
        let oldest = Sequence::first_of(since);
        let mut trades = self
            .raw_trades(user, None)?
            .take_while(|row| row.as_ref().map_or(true, |(sequence, ..)| *sequence >= oldest))
            .take(COUNT_LIMIT);
        trades.try_fold(0, |count, row| row.map(|_| count + 1))
    }

    /// A page of the changes of the user's balance.
    pub(crate) fn transactions(
        &self,
        user: UserNumber,
        kind: Option<TransactionType>,
        request: PageRequest,
    ) -> Result<Page<TransactionRecord>, StorageFailure> {
        let rows = self.raw_entries(user, kind, request.before())?;
        collect(rows, request, kind.is_none(), |row| {
            let record = transaction_record(row)?;
            Ok(kind.is_none_or(|kind| kind == record.entry.transaction_type()).then_some(record))
        })
    }

    /// Every change of the user's balance, newest first.
    pub(super) fn all_entries(
        &self,
        user: UserNumber,
    ) -> Result<impl Iterator<Item = Result<TransactionRecord, StorageFailure>>, StorageFailure> {
        Ok(self.raw_entries(user, None, None)?.map(|row| transaction_record(&row?)))
    }

    /// Executions and cash moves together, newest first; only those of the two that can be of a type.
    fn raw_entries(
        &self,
        user: UserNumber,
        kind: Option<TransactionType>,
        before: Option<Sequence>,
    ) -> Result<impl Iterator<Item = Result<RawRow<'s>, StorageFailure>> + use<'s, S>, StorageFailure> {
        use TransactionType as T;
        let trades = matches!(kind, None | Some(T::OrderPayment | T::OrderSale));
        let moves = matches!(kind, None | Some(T::Deposit | T::Withdraw | T::SystemAdjustment));
        let trades = trades.then(|| self.raw_trades(user, before)).transpose()?;
        let moves = moves.then(|| self.raw(user, Kind::CashMove, before)).transpose()?;
        Ok(merge_newest_first(trades.into_iter().flatten(), moves.into_iter().flatten()))
    }

    /// Executions of market orders, which are these orders, and of limit orders, newest first.
    fn raw_trades(
        &self,
        user: UserNumber,
        before: Option<Sequence>,
    ) -> Result<impl Iterator<Item = Result<RawRow<'s>, StorageFailure>> + use<'s, S>, StorageFailure> {
        Ok(merge_newest_first(self.raw(user, Kind::Order, before)?, self.raw(user, Kind::Fill, before)?))
    }

    /// What waits of a user's orders, newest first.
    fn raw_open(
        &self,
        user: UserNumber,
        before: Option<Sequence>,
    ) -> Result<impl Iterator<Item = Result<RawRow<'s>, StorageFailure>> + use<'s, S>, StorageFailure> {
        let source = self.source();
        let rows = key::open_orders(user, before)
            .map(|(newest, oldest)| source.range(Space::OpenOrders, &newest[..]..=&oldest[..]))
            .transpose()?;
        Ok(rows.into_iter().flatten().map(move |row| {
            let (user, sequence) = open_order_of(row.map_err(StorageFailure::from)?.0.value())?;
            let order = source.get(Space::Accounts, &key::entry(user, Kind::LimitOrder, sequence))?;
            let order = order.ok_or(StorageFailure::Missing("the order that waits"))?;
            Ok((sequence, Kind::LimitOrder, order))
        }))
    }

    /// One history, newest first, not yet decoded.
    fn raw(
        &self,
        user: UserNumber,
        kind: Kind,
        before: Option<Sequence>,
    ) -> Result<impl Iterator<Item = Result<RawRow<'s>, StorageFailure>> + use<'s, S>, StorageFailure> {
        let rows = key::history(user, kind, before)
            .map(|(newest, oldest)| self.source().range(Space::Accounts, &newest[..]..=&oldest[..]))
            .transpose()?;
        Ok(rows.into_iter().flatten().map(move |row| {
            let (key, value) = row.map_err(StorageFailure::from)?;
            let sequence = key::sequence_of(key.value());
            let sequence = sequence.ok_or_else(|| unreadable("history", "its key is short".to_owned()))?;
            Ok((sequence, kind, value))
        }))
    }
}

/// A row of a history that nobody has decoded yet.
type RawRow<'s> = (Sequence, Kind, AccessGuard<'s, &'static [u8]>);

fn transaction_record(row: &RawRow<'_>) -> Result<TransactionRecord, StorageFailure> {
    let (sequence, kind, value) = row;
    let (entry, balance_after, order) = match kind {
        Kind::CashMove => {
            let row: CashMoveRow = decode(value.value())?;
            (row.entry(), row.balance_after, None)
        }
        Kind::Fill => {
            let row: FillRow = decode(value.value())?;
            (Entry::Trade(row.trade()), row.balance_after, Some(row.order))
        }
        _ => {
            let (entry, balance_after) = decode::<OrderRow>(value.value())?.entry();
            (entry, balance_after, Some(*sequence))
        }
    };
    Ok(TransactionRecord { sequence: *sequence, entry, balance_after, order })
}

fn trade_record((sequence, kind, value): &RawRow<'_>) -> Result<TradeRecord, StorageFailure> {
    let (order, trade) = match kind {
        Kind::Fill => {
            let row: FillRow = decode(value.value())?;
            (row.order, row.trade())
        }
        _ => {
            let OrderRow::Market(row) = decode(value.value())?;
            (*sequence, row.trade())
        }
    };
    Ok(TradeRecord { sequence: *sequence, order, trade })
}

fn order_record((sequence, kind, value): &RawRow<'_>) -> Result<OrderRecord, StorageFailure> {
    let kind = match kind {
        Kind::LimitOrder => OrderKind::Limit(Box::new(decode::<LimitOrderRow>(value.value())?.order())),
        _ => {
            let OrderRow::Market(row) = decode(value.value())?;
            OrderKind::Market(row.trade())
        }
    };
    Ok(OrderRecord { sequence: *sequence, kind })
}

fn open_order_of(key: &[u8]) -> Result<(UserNumber, Sequence), StorageFailure> {
    key::open_order_of(key).ok_or_else(|| unreadable("open order", "its key is not 12 bytes".to_owned()))
}

impl Sequenced for RawRow<'_> {
    fn sequence(&self) -> Sequence {
        self.0
    }
}
