//! What a command wants written, and told once it is.

use cnop_core::ids::Sequence;
use cnop_core::ledger::Account;

use super::activity::Activity;
use super::codec::{Row, encode};
use super::failure::StorageFailure;
use super::key::{self, Kind, UserNumber};
use super::news::{News, What};
use super::order_record::OrderRecord;
use super::rows::AccountRow;
use super::space::{Space, WriteTables};

/// One row to put or to remove.
struct Change {
    space: Space,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
}

/// Rows to write. A command hands them out whole, after it has decided, so a refusal can leave nothing behind.
#[derive(Default)]
pub(crate) struct Changes {
    rows: Vec<Change>,
    news: Vec<News>,
    audited: bool,
}

impl Changes {
    /// Nothing.
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The user's account, and the news of its cash.
    pub(super) fn account(&mut self, user: UserNumber, account: &Account) {
        self.single(user, Kind::Account, &AccountRow::from(account));
        self.news.push(News { user, what: What::Balance(account.into()) });
    }

    /// The news of one of the user's orders.
    pub(super) fn tell_order(&mut self, user: UserNumber, order: &OrderRecord) {
        self.news.push(News { user, what: What::Order(order.clone()) });
    }

    /// The news that the audit trail has grown.
    pub(super) fn tell_audit(&mut self) {
        self.audited = true;
    }

    /// Whether the audit trail grows.
    pub(super) fn is_audited(&self) -> bool {
        self.audited
    }

    /// Takes out what is to be told.
    pub(super) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// A row of which the user has one.
    pub(super) fn single<R: Row>(&mut self, user: UserNumber, kind: Kind, row: &R) {
        self.put(Space::Accounts, &key::single(user, kind), encode(row));
    }

    /// A row of one of the user's histories.
    pub(super) fn entry<R: Row>(&mut self, user: UserNumber, kind: Kind, sequence: Sequence, row: &R) {
        self.put(Space::Accounts, &key::entry(user, kind, sequence), encode(row));
    }

    /// The place in the audit trail of something that has a ledger row.
    pub(super) fn activity(&mut self, at: Sequence, activity: Activity) {
        self.put(Space::Activity, &key::age(at), activity.to_bytes());
    }

    /// Any row.
    pub(super) fn put(&mut self, space: Space, key: &[u8], value: Vec<u8>) {
        self.rows.push(Change { space, key: key.to_vec(), value: Some(value) });
    }

    /// Takes a row away.
    pub(super) fn remove(&mut self, space: Space, key: &[u8]) {
        self.rows.push(Change { space, key: key.to_vec(), value: None });
    }

    pub(super) fn write(&self, tables: &mut WriteTables<'_>) -> Result<(), StorageFailure> {
        for Change { space, key, value } in &self.rows {
            match value {
                Some(value) => tables.put(*space, key, value)?,
                None => tables.remove(*space, key)?,
            }
        }
        Ok(())
    }
}
