//! Recomputes every account from its history and says what does not add up.

use std::collections::{BTreeMap, BTreeSet};

use cnop_core::ids::Sequence;
use cnop_core::ledger::{Account, Entry, Hold, MAX_OPEN_ORDERS, PostError};
use cnop_core::money::{Quantity, Usd};
use cnop_core::order::{LimitOrder, LimitState};

use super::codec::{self, decode};
use super::failure::StorageFailure;
use super::history::TransactionRecord;
use super::key::{self, UserNumber};
use super::rows::{UserRecord, Waits};
use super::space::{Source, Space};
use super::view::Snapshot;

/// Longer than any key.
const ABOVE_ALL: [u8; 255] = [0xff; 255];

/// What was looked at and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Users whose accounts were recomputed.
    pub users: u64,
    /// Entries of their histories.
    pub entries: u64,
    /// What does not add up.
    pub findings: Vec<Finding>,
}

/// Something that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose account.
    pub username: String,
    /// What.
    pub what: String,
}

/// Verifies every user of the store, and that nothing in it belongs to nobody.
pub(super) fn verify<S: Source>(view: &Snapshot<'_, S>) -> Result<Report, StorageFailure> {
    let mut report = Report::default();
    let mut users = BTreeSet::new();
    let last = view.source().get(Space::Meta, key::META_LAST_SEQUENCE)?;
    let last = last.map_or(Ok(Sequence::from_u64(0)), |row| codec::sequence(row.value()))?;
    for row in view.source().range(Space::Users, &[][..]..=&ABOVE_ALL[..])? {
        let (number, record) = row?;
        let user = UserNumber(codec::number(number.value())?);
        users.insert(user);
        report.verify_user(view, user, decode(record.value()), last);
    }
    report.users = users.len() as u64;
    report.find_rows_of_nobody(view, &users)?;
    if users.last().is_some_and(|highest| view.last_user().is_ok_and(|last| last < *highest)) {
        report.find(STORE, "the next user would get a number that is taken".to_owned());
    }
    Ok(report)
}

/// Whose finding it is where it is nobody's.
const STORE: &str = "the store";

impl Report {
    fn find(&mut self, username: &str, what: String) {
        self.findings.push(Finding { username: username.to_owned(), what });
    }

    /// A row that cannot be read is a finding like any other: the rest is still looked at.
    fn verify_user<S: Source>(
        &mut self,
        view: &Snapshot<'_, S>,
        user: UserNumber,
        record: Result<UserRecord, StorageFailure>,
        last: Sequence,
    ) {
        let record = match record {
            Ok(record) => record,
            Err(failure) => return self.find(&format!("user number {}", user.0), failure.to_string()),
        };
        let mut check = Check { view, user, record: &record, findings: Vec::new(), entries: 0 };
        if let Err(failure) = check.run(last) {
            check.find(failure.to_string());
        }
        self.entries += check.entries;
        let username = record.profile.username.as_str();
        for what in check.findings {
            self.find(username, what);
        }
    }

    /// Names, addresses and accounts whose user does not exist.
    fn find_rows_of_nobody<S: Source>(
        &mut self,
        view: &Snapshot<'_, S>,
        users: &BTreeSet<UserNumber>,
    ) -> Result<(), StorageFailure> {
        for (space, what) in [(Space::Names, "username"), (Space::Emails, "email address")] {
            let mut entries = 0;
            for row in view.source().range(space, &[][..]..=&ABOVE_ALL[..])? {
                let (text, number) = row?;
                entries += 1;
                if !users.contains(&UserNumber(codec::number(number.value())?)) {
                    let text = String::from_utf8_lossy(text.value()).into_owned();
                    self.find(STORE, format!("the {what} {text} leads to a user who does not exist"));
                }
            }
            if entries > users.len() {
                self.find(STORE, format!("{entries} entries of the {what} index lead to {} users", users.len()));
            }
        }
        for (space, what) in [(Space::Accounts, "an account"), (Space::OpenOrders, "an open order")] {
            for row in view.source().range(space, &[][..]..=&ABOVE_ALL[..])? {
                let owner = key::owner_of(row?.0.value());
                if owner.is_none_or(|owner| !users.contains(&owner)) {
                    self.find(STORE, format!("there is a row of {what} that no user has"));
                }
            }
        }
        Ok(())
    }
}

/// One user under examination.
struct Check<'v, 's, S> {
    view: &'v Snapshot<'s, S>,
    user: UserNumber,
    record: &'v UserRecord,
    findings: Vec<String>,
    entries: u64,
}

impl<S: Source> Check<'_, '_, S> {
    fn run(&mut self, last: Sequence) -> Result<(), StorageFailure> {
        self.indexes()?;
        let stored = self.view.account(self.user)?;
        let orders = self.view.limit_orders(self.user)?;
        let recomputed = self.replay(&orders, last)?;
        self.compare(&stored, &recomputed);
        self.open_orders(&orders)
    }

    /// Name and email address lead here.
    fn indexes(&mut self) -> Result<(), StorageFailure> {
        let profile = &self.record.profile;
        if self.view.user_named(&profile.username)? != Some(self.user) {
            self.find("the username does not lead to this user".to_owned());
        }
        if self.view.user_with_email(&profile.email)? != Some(self.user) {
            self.find("the email address does not lead to this user".to_owned());
        }
        self.view.access(self.user).map(drop)
    }

    /// Does everything again on a new account, oldest first: entries, and what orders set aside and released.
    fn replay(&mut self, orders: &BTreeMap<Sequence, LimitOrder>, last: Sequence) -> Result<Account, StorageFailure> {
        let mut account = Account::opened(self.record.created_at);
        let mut unexecuted = executions(orders);
        for (at, step) in steps(orders, self.view.all_entries(self.user)?)? {
            let done = match step {
                Step::SetAside(hold) => account.set_aside(hold, at.time()),
                Step::Release(hold) => account.release(hold, at.time()),
                Step::Post(record) => self.post(&mut account, &record, &mut unexecuted),
            };
            if let Err(error) = done {
                self.find(format!("what order {at} holds does not add up: {error}"));
            }
            if at > last {
                self.find(format!("entry {at} is newer than the last number given out"));
            }
        }
        for order in unexecuted.values().map(|(order, _)| order) {
            self.find(format!("the execution of order {order} is missing"));
        }
        Ok(account)
    }

    /// Posts an entry, after it has released what its order set aside. `Err` where that was not there.
    fn post(
        &mut self,
        account: &mut Account,
        record: &TransactionRecord,
        unexecuted: &mut Executions<'_>,
    ) -> Result<(), PostError> {
        let TransactionRecord { sequence, entry, balance_after, order } = record;
        self.entries += 1;
        if let Some((placed, limit)) = unexecuted.remove(sequence) {
            if *order != Some(placed) || limit.execution().map(Entry::Trade).as_ref() != Some(entry) {
                self.find(format!("entry {sequence} is not the execution of order {placed}"));
            }
            account.release(limit.hold(), sequence.time())?;
        } else if order.is_some_and(|order| order != *sequence) {
            self.find(format!("entry {sequence} executes an order that was not executed there"));
        }
        if let Err(error) = account.post(entry, sequence.time()) {
            self.find(format!("entry {sequence} cannot be posted: {error}"));
        }
        self.expect(format_args!("the balance after entry {sequence}"), *balance_after, account.state().cash);
        if let Entry::Trade(trade) = entry {
            self.expect(format_args!("the total of order {sequence}"), trade.total, trade.expected_total());
        }
        Ok(())
    }

    /// What waits is what the matcher reads at the next start, and nothing was executed beyond its terms.
    fn open_orders(&mut self, orders: &BTreeMap<Sequence, LimitOrder>) -> Result<(), StorageFailure> {
        let mut listed = BTreeMap::new();
        for row in self.view.open_orders_of(self.user)? {
            let (sequence, waits) = row?;
            listed.insert(sequence, waits);
        }
        if listed.len() > MAX_OPEN_ORDERS {
            self.find(format!("{} orders wait, and {MAX_OPEN_ORDERS} may", listed.len()));
        }
        for (sequence, order) in orders {
            match (order.is_open(), listed.remove(sequence)) {
                (true, Some(waits)) if waits == Waits::from(order) => {}
                (true, Some(_)) => self.find(format!("order {sequence} waits for something else than it says")),
                (true, None) => self.find(format!("order {sequence} waits, and no matcher would know")),
                (false, Some(_)) => self.find(format!("order {sequence} has ended, and is listed as waiting")),
                (false, None) => {}
            }
            match order.state {
                LimitState::Completed { at, price, .. } if !order.takes(price) || order.is_over(at.time()) => {
                    self.find(format!("order {sequence} was executed beyond its limit or its time"));
                }
                LimitState::Expired { at } if !order.is_over(at.time()) => {
                    self.find(format!("order {sequence} expired before its time"));
                }
                _ => {}
            }
        }
        for sequence in listed.keys() {
            self.find(format!("order {sequence} is listed as waiting, and does not exist"));
        }
        Ok(())
    }

    fn compare(&mut self, stored: &Account, recomputed: &Account) {
        let (is, should) = (stored.state(), recomputed.state());
        self.expect(format_args!("the balance"), is.cash, should.cash);
        self.expect(format_args!("the held balance"), is.held, should.held);
        self.expect(format_args!("today's deposits"), is.day.deposited, should.day.deposited);
        self.expect(format_args!("today's withdrawals"), is.day.withdrawn, should.day.withdrawn);
        self.expect(format_args!("the number of entries"), is.counts.total(), should.counts.total());
        let asset_ids: BTreeSet<_> = is.holdings.keys().chain(should.holdings.keys()).collect();
        for asset_id in asset_ids {
            let figures = |account: &Account| {
                let holding = account.holding(*asset_id);
                holding.map_or((Quantity::ZERO, Quantity::ZERO, Usd::ZERO), |holding| {
                    (holding.quantity, holding.held, holding.basis)
                })
            };
            let (is, should) = (figures(stored), figures(recomputed));
            self.expect(format_args!("the quantity of {asset_id}"), is.0, should.0);
            self.expect(format_args!("the held quantity of {asset_id}"), is.1, should.1);
            self.expect(format_args!("the basis of {asset_id}"), is.2, should.2);
        }
        if self.findings.is_empty() && is != should {
            self.find("the account differs from its history in its dates or counts".to_owned());
        }
    }

    fn expect<T: PartialEq + std::fmt::Display>(&mut self, what: std::fmt::Arguments<'_>, is: T, should: T) {
        if is != should {
            self.find(format!("{what} is {is}, the history says {should}"));
        }
    }

    fn find(&mut self, what: String) {
        self.findings.push(what);
    }
}

/// One thing that changed an account.
enum Step {
    SetAside(Hold),
    Release(Hold),
    Post(TransactionRecord),
}

/// Orders that say they were executed, by the place of their execution, with that of their placement.
type Executions<'o> = BTreeMap<Sequence, (Sequence, &'o LimitOrder)>;

fn executions(orders: &BTreeMap<Sequence, LimitOrder>) -> Executions<'_> {
    let executed = orders.iter().filter_map(|(placed, order)| match order.state {
        LimitState::Completed { at, .. } => Some((at, (*placed, order))),
        _ => None,
    });
    executed.collect()
}

/// Everything that happened to an account, oldest first. An execution releases what its order held.
fn steps(
    orders: &BTreeMap<Sequence, LimitOrder>,
    entries: impl Iterator<Item = Result<TransactionRecord, StorageFailure>>,
) -> Result<Vec<(Sequence, Step)>, StorageFailure> {
    let mut steps = Vec::new();
    for (placed, order) in orders {
        steps.push((*placed, Step::SetAside(order.hold())));
        match order.state {
            LimitState::Queued | LimitState::Completed { .. } => {}
            LimitState::Cancelled { at, .. } | LimitState::Expired { at } | LimitState::Failed { at } => {
                steps.push((at, Step::Release(order.hold())));
            }
        }
    }
    for entry in entries {
        let entry = entry?;
        steps.push((entry.sequence, Step::Post(entry)));
    }
    steps.sort_by_key(|(at, _)| *at);
    Ok(steps)
}

#[cfg(test)]
mod tests;
