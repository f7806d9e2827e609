//! A store of a test's own: a file in a temporary folder, a clock that the test moves, and a market of three assets.

use std::fmt::Debug;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use cnop_core::asset_id::AssetId;
use cnop_core::ids::{RequestId, Sequence};
use cnop_core::ledger::{self, Account, Limits, RedPocket};
use cnop_core::money::Usd;
use cnop_core::order::{BuySize, LimitState, LimitTerms, NewOrder, OrderStatus, Side};
use cnop_core::time::Timestamp;
use tempfile::TempDir;

use crate::clock::Clock;
use crate::market::PriceBook;
use crate::market::book::Board;
use crate::market::book::tests::listing;
use crate::store::changes::Changes;
use crate::store::commands::{
    AdvanceOrder, CancelOrder, Command, Decided, Guard, MoveMoney, Once, OpenSession, PlaceOrder, Register, Stamp,
};
use crate::store::history::TransactionRecord;
use crate::store::key::{self, UserNumber};
use crate::store::space::{Source, Space};
use crate::store::view::{Session, Snapshot};
use crate::store::{OrderKind, OrderRecord, Origin, Profile, StorageFailure, Store, SubmitError};

/// Where every bench's clock begins: 2026-02-15T12:00:00Z.
pub(crate) const NOON: i64 = 1_771_156_800_000;
/// The hash that every registered user begins with.
pub(crate) const FIRST_HASH: &str = "$argon2id$first";
/// How long the orders of these tests wait.
pub(crate) const HOUR_MS: i64 = 3_600_000;
/// A price may be traded on for so long.
pub(crate) const MAX_PRICE_AGE_MS: i64 = 10_000;

/// A store with what commands need beside it.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) book: Arc<PriceBook>,
    clock: Arc<AtomicI64>,
    folder: TempDir,
}

/// A row as it lies in the file.
pub(crate) type RawRow = (Space, Vec<u8>, Vec<u8>);

impl Bench {
    /// An empty store at noon, with BTC at 50,000, ETH at 2,000 and OLD, which can only be sold, at 1.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(NOON));
        let book = Arc::new(PriceBook::new(Board::default(), MAX_PRICE_AGE_MS));
        let bench = Self { store: open(&folder, &clock), book, clock, folder };
        bench.refresh_prices();
        bench
    }

    /// The same after a restart.
    pub(crate) fn reopened(self) -> Self {
        let Self { store, book, clock, folder } = self;
        store.close();
        drop(store);
        Self { store: open(&folder, &clock), book, clock, folder }
    }

    /// The file, once nobody has it open.
    pub(crate) fn closed(self) -> (PathBuf, TempDir) {
        self.store.close();
        (file(&self.folder), self.folder)
    }

    /// Where the file lies.
    pub(crate) fn file(&self) -> PathBuf {
        file(&self.folder)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }

    /// Moves the clock, either way.
    pub(crate) fn step_clock(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// The same prices, seen now.
    pub(crate) fn refresh_prices(&self) {
        self.publish("50000");
    }

    /// A tick that moves BTC alone, and its number.
    pub(crate) fn publish(&self, btc: &str) -> u64 {
        let prices = [("BTC", btc, true), ("ETH", "2000", true), ("OLD", "1", false)];
        let listings = prices.map(|(asset_id, price, is_active)| listing(asset_id, price, self.now(), is_active));
        self.book.publish(Board::new(listings.into()))
    }

    /// The clock that the store goes by.
    pub(crate) fn clock(&self) -> Clock {
        clock_of(&self.clock)
    }

    /// Places an order and answers its id.
    pub(crate) fn place(&self, session: Session, order: NewOrder) -> Sequence {
        self.run(self.order(session, order)).unwrap().sequence
    }

    pub(crate) fn status(&self, session: Session, order: Sequence) -> OrderStatus {
        self.look(|view| view.order(session.user, order)).unwrap().status()
    }

    /// What a waiting order meets.
    pub(crate) fn advance(&self, session: Session, order: Sequence, event: ledger::Event) -> Option<LimitState> {
        self.run(AdvanceOrder { user: session.user, order, event }).unwrap()
    }

    pub(crate) fn cancel(&self, session: Session, order: Sequence) -> Result<OrderRecord, SubmitError> {
        self.run(cancellation(session, order))
    }

    pub(crate) fn run<C: Command>(&self, command: C) -> Result<C::Answer, SubmitError> {
        block_on(self.store.submit(command))
    }

    pub(crate) fn look<T>(
        &self,
        look: impl FnOnce(&Snapshot<'_, crate::store::space::Reader>) -> Result<T, StorageFailure>,
    ) -> T {
        self.store.read(look).unwrap()
    }

    /// A new user with a token.
    pub(crate) fn register(&self, name: &str) -> Session {
        self.run(registration(name, &format!("{name}@example.com"))).unwrap();
        let user = self.look(|view| view.user_named(&read(name))).unwrap();
        self.log_in(user)
    }

    /// A new token.
    pub(crate) fn log_in(&self, user: UserNumber) -> Session {
        let verified_hash = self.look(|view| view.user(user)).password_hash;
        Session { user, token: self.run(OpenSession { user, verified_hash }).unwrap().token }
    }

    /// A new user with 9,000 USD of today's deposits.
    pub(crate) fn funded(&self, name: &str) -> Session {
        let session = self.register(name);
        self.run(self.money(session, deposit("9000"))).unwrap();
        session
    }

    pub(crate) fn money(&self, session: Session, command: ledger::Command) -> MoveMoney {
        MoveMoney { session, command, limits: limits(), origin: origin() }
    }

    pub(crate) fn order(&self, session: Session, order: NewOrder) -> PlaceOrder {
        PlaceOrder { session, order, book: Arc::clone(&self.book), limits: limits(), origin: origin() }
    }

    pub(crate) fn account(&self, session: Session) -> Account {
        self.look(|view| view.account(session.user))
    }

    pub(crate) fn cash(&self, session: Session) -> String {
        self.account(session).state().cash.to_string()
    }

    /// The user's whole history, oldest first.
    pub(crate) fn history(&self, session: Session) -> Vec<TransactionRecord> {
        let mut records = self.look(|view| view.all_entries(session.user)?.collect::<Result<Vec<_>, _>>());
        records.reverse();
        records
    }

    /// Every row of some tables.
    pub(crate) fn rows(&self, spaces: &[Space]) -> Vec<RawRow> {
        self.look(|view| {
            let mut rows = Vec::new();
            for space in spaces {
                for row in view.source().range(*space, &[][..]..=&[0xff; 255][..])? {
                    let (key, value) = row?;
                    rows.push((*space, key.value().to_vec(), value.value().to_vec()));
                }
            }
            Ok(rows)
        })
    }

    /// Every row there is.
    pub(crate) fn dump(&self) -> Vec<RawRow> {
        self.rows(&Space::ALL)
    }

    /// Writes rows that no command would.
    pub(in crate::store) fn tamper(&self, write: impl FnOnce(&mut Changes)) {
        let mut changes = Changes::none();
        write(&mut changes);
        self.run(Tamper(Mutex::new(changes))).unwrap();
    }

    /// Spoils what the matcher reads of an order at its start.
    pub(crate) fn damage_open_order(&self, session: Session, order: Sequence) {
        self.tamper(|changes| changes.put(Space::OpenOrders, &key::open_order(session.user, order), vec![0xff]));
    }

    /// Asserts that every account adds up.
    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        assert_eq!(self.store.verify().unwrap().findings, []);
    }
}

/// Writes what it is given, once.
struct Tamper(Mutex<Changes>);

impl Command for Tamper {
    type Answer = ();

    fn decide<S: Source>(&self, _: &Snapshot<'_, S>, _: Stamp) -> Decided<()> {
        Ok((std::mem::take(&mut self.0.lock().unwrap()), ()))
    }
}

fn open(folder: &TempDir, clock: &Arc<AtomicI64>) -> Store {
    Store::open(&file(folder), clock_of(clock)).unwrap()
}

fn clock_of(clock: &Arc<AtomicI64>) -> Clock {
    let clock = Arc::clone(clock);
    Clock::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst)))
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("test.redb")
}

/// Commands on their way: queued in order, so that they are decided in order, many of them in one commit.
pub(crate) type Queued<'a, T> = Pin<Box<dyn Future<Output = Result<T, SubmitError>> + 'a>>;

/// Starts a command without waiting for it.
pub(crate) fn queue<'a, T: 'a>(running: impl Future<Output = Result<T, SubmitError>> + 'a) -> Queued<'a, T> {
    let mut running: Queued<'a, T> = Box::pin(running);
    match running.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => running,
        Poll::Ready(answer) => Box::pin(std::future::ready(answer)),
    }
}

pub(crate) fn block_on<T>(running: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(running)
}

pub(crate) fn read<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(crate) fn registration(name: &str, email: &str) -> Register {
    let profile = Profile {
        username: read(name),
        email: read(email),
        first_name: read("Ada"),
        last_name: read("Lovelace"),
        phone: None,
        date_of_birth: None,
        marketing_emails_consent: false,
    };
    Register { profile, password_hash: FIRST_HASH.to_owned(), role: crate::store::Role::Customer }
}

pub(crate) fn limits() -> Limits {
    Limits {
        daily_deposit: Usd::whole(10_000),
        daily_withdrawal: Usd::whole(5_000),
        max_order_value: Usd::whole(10_000),
    }
}

pub(crate) fn origin() -> Origin {
    Origin { request_id: RequestId::from_caller("a-request").unwrap(), address: IpAddr::V4(Ipv4Addr::LOCALHOST) }
}

pub(crate) fn deposit(amount: &str) -> ledger::Command {
    ledger::Command::Deposit(read(amount))
}

pub(crate) fn withdraw(amount: &str) -> ledger::Command {
    ledger::Command::Withdraw(read(amount))
}

pub(crate) fn claim(amount: &str) -> ledger::Command {
    ledger::Command::Claim(RedPocket { amount: read(amount), big: false })
}

pub(crate) fn buy(asset_id: &str, quantity: &str) -> NewOrder {
    NewOrder::MarketBuy { asset_id: read::<AssetId>(asset_id), size: BuySize::Quantity(read(quantity)) }
}

pub(crate) fn sell(asset_id: &str, quantity: &str) -> NewOrder {
    NewOrder::MarketSell { asset_id: read(asset_id), quantity: read(quantity) }
}

/// An order that waits for `price`, for an hour from noon.
pub(crate) fn limit(side: Side, asset_id: &str, quantity: &str, price: &str) -> NewOrder {
    limit_until(side, asset_id, quantity, price, Timestamp::from_millis(NOON + HOUR_MS))
}

pub(crate) fn limit_until(side: Side, asset_id: &str, quantity: &str, price: &str, until: Timestamp) -> NewOrder {
    let (asset_id, quantity, price) = (read(asset_id), read(quantity), read(price));
    let terms = LimitTerms { asset_id, quantity, price, expires_at: Some(until) };
    match side {
        Side::Buy => NewOrder::LimitBuy(terms),
        Side::Sell => NewOrder::LimitSell(terms),
    }
}

pub(crate) fn cancellation(session: Session, order: Sequence) -> CancelOrder {
    CancelOrder { session, order, origin: origin() }
}

/// An answer in words: its place in the sequence, then what happened.
pub(crate) trait Told {
    fn told(&self) -> String;
}

impl Told for TransactionRecord {
    fn told(&self) -> String {
        format!("{} {} {}", self.sequence, self.entry.cash_change(), self.balance_after)
    }
}

impl Told for OrderRecord {
    fn told(&self) -> String {
        let sequence = self.sequence;
        match &self.kind {
            OrderKind::Market(trade) => {
                format!("{sequence} {:?} {} {} {}", trade.side, trade.quantity, trade.asset_id, trade.total)
            }
            OrderKind::Limit(order) => {
                format!("{sequence} {:?} {} {} at {}", order.side, order.quantity, order.asset_id, order.limit)
            }
        }
    }
}

/// `command` behind a key, as a request of this route and body would put it.
pub(crate) fn once<C: Command<Answer: Told>>(
    session: Session,
    command: C,
    key: Option<&str>,
    route: &str,
    body: &str,
) -> Once<C> {
    let guard = key.map(|key| Guard::new(&read(key), "POST", route, body.as_bytes()));
    Once { session, guard, command, render: |answer| (201, answer.told().into_bytes()) }
}

/// The name of the reason, without what it is wrapped in and what it holds.
pub(crate) fn reason(error: &SubmitError) -> String {
    let text = format!("{error:?}");
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.find(|word| !["Refused", "Ledger", "Session"].contains(word)).unwrap().to_owned()
}
