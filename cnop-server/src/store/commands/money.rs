//! Deposits, withdrawals and red pockets.

use cnop_core::ledger::{self, Effects, Entry, Limits};

use super::{Command, Decided, Refused, Session, Stamp, holds};
use crate::store::activity::{Activity, ActivityKind};
use crate::store::changes::Changes;
use crate::store::failure::StorageFailure;
use crate::store::history::TransactionRecord;
use crate::store::key::Kind;
use crate::store::origin::Origin;
use crate::store::rows::{CashMoveKind, CashMoveRow};
use crate::store::space::Source;
use crate::store::view::Snapshot;

/// Moves money in or out.
pub(crate) struct MoveMoney {
    /// Whose.
    pub(crate) session: Session,
    /// What: a deposit, a withdrawal or a claim.
    pub(crate) command: ledger::Command,
    /// What a user may do.
    pub(crate) limits: Limits,
    /// The request behind it.
    pub(crate) origin: Origin,
}

impl Command for MoveMoney {
    type Answer = TransactionRecord;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<TransactionRecord> {
        holds(view, self.session)?;
        let user = self.session.user;
        let before = view.account(user)?;
        let Effects { account, entry } =
            ledger::decide(&before, self.command, stamp.now(), &self.limits).map_err(Refused::Ledger)?;
        let balance_after = account.state().cash;
        let (kind, amount) = cash_move(&entry)?;
        let row = CashMoveRow { kind, amount, balance_after, origin: self.origin.clone().into() };
        let mut changes = Changes::none();
        changes.account(user, &account);
        changes.entry(user, Kind::CashMove, stamp.sequence(), &row);
        if !matches!(kind, CashMoveKind::RedPocket { .. }) {
            // A claim has an entry of its own in the trail.
            changes.activity(stamp.sequence(), Activity { user, kind: ActivityKind::CashMove });
        }
        Ok((changes, TransactionRecord { sequence: stamp.sequence(), entry, balance_after, order: None }))
    }
}

/// How an entry is stored. Trades are orders and have rows of their own.
fn cash_move(entry: &Entry) -> Result<(CashMoveKind, cnop_core::money::Usd), StorageFailure> {
    match entry {
        Entry::Deposit(amount) => Ok((CashMoveKind::Deposit, *amount)),
        Entry::Withdrawal(amount) => Ok((CashMoveKind::Withdrawal, *amount)),
        Entry::RedPocket(pocket) => Ok((CashMoveKind::RedPocket { big: pocket.big }, pocket.amount)),
        Entry::Trade(_) => Err(StorageFailure::Missing("the order of a trade")),
    }
}
