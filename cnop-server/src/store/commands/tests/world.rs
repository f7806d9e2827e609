//! The store and its model side by side: every step is taken by both, and every answer is compared.
//!
//! Every request of a step is queued before the first is awaited, so most commits hold several, of several users.

use std::collections::BTreeMap;

use cnop_core::ids::Sequence;
use cnop_core::ledger::{self, Entry, RedPocket};
use cnop_core::money::{OrderQuantity, Price, Quantity, TransferAmount, Usd};
use cnop_core::order::{BuySize, NewOrder, Side};
use cnop_core::time::Timestamp;
use proptest::sample::Index;

use super::bench::{Bench, MAX_PRICE_AGE_MS, NOON, Queued, Told, block_on, once, queue, read, reason};
use super::model::{ASSETS, Act, Market, Outcome, POCKET, Request, Wallet};
use super::refusals::settle;
use crate::market::Board;
use crate::market::book::tests::listing;
use crate::store::SubmitError;
use crate::store::commands::{Command, PruneKeys, Rendered, Settled};
use crate::store::view::Session;

pub(super) const USERS: [&str; 3] = ["ada_lovelace", "bob_builder", "carol_shaw"];

/// One thing asked of the store.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    New(Request),
    /// One of the earlier requests again.
    Again(Index),
    Settle {
        user: usize,
        key: u8,
    },
    Prune,
}

/// What is asked at one moment.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) clock_ms: i64,
    pub(super) restart: bool,
    pub(super) market: Market,
    pub(super) asks: Vec<Ask>,
}

/// An ask with the request behind it.
enum Asked {
    Request(Request),
    Settle { user: usize, key: u8 },
    Prune,
}

/// What the store answered.
#[derive(Debug)]
enum Answer {
    Rendered(Rendered),
    Settled(Settled),
    Pruned(usize),
}

/// The store and what should be in it.
pub(super) struct World {
    bench: Bench,
    sessions: Vec<Session>,
    wallets: Vec<Wallet>,
    requests: Vec<Request>,
    /// The writer's clock, which does not go back; after a restart, behind what was written.
    now: i64,
    written_at: i64,
    newest: Sequence,
}

impl World {
    pub(super) fn new() -> Self {
        let bench = Bench::new();
        let sessions: Vec<_> = USERS.iter().map(|name| bench.register(name)).collect();
        let newest = sessions[USERS.len() - 1].token;
        Self {
            bench,
            sessions,
            wallets: vec![Wallet::default(); USERS.len()],
            requests: vec![],
            now: NOON,
            written_at: NOON,
            newest,
        }
    }

    pub(super) fn take(mut self, step: &Step) -> Self {
        if step.restart {
            self = self.restarted();
        }
        self.bench.step_clock(step.clock_ms);
        let asked: Vec<_> = step.asks.iter().filter_map(|ask| self.resolve(ask)).collect();
        if asked.is_empty() {
            return self; // The writer does not look at the clock either.
        }
        self.now = self.now.max(self.bench.now().as_millis());
        self.publish(&step.market);
        let queued: Vec<_> = asked.iter().map(|asked| self.queue(asked)).collect();
        let answers: Vec<_> = queued.into_iter().map(block_on).collect();
        for (asked, answer) in asked.iter().zip(answers) {
            self.compare(asked, answer, &step.market);
        }
        self.assert_as_modelled();
        self
    }

    /// After a restart the clock may be anything from what was written last.
    pub(super) fn restarted(self) -> Self {
        Self { bench: self.bench.reopened(), now: self.written_at, ..self }
    }

    fn publish(&self, market: &Market) {
        let listings = ASSETS.iter().enumerate().map(|(asset, name)| {
            let age = if market.stale == Some(asset) { MAX_PRICE_AGE_MS + 1 } else { 0 };
            let seen = Timestamp::from_millis(self.now - age);
            let price = Price::from_units(market.prices[asset]).unwrap().to_string();
            listing(name, &price, seen, market.inactive != Some(asset))
        });
        self.bench.book.publish(Board::new(listings.collect()));
    }

    fn resolve(&mut self, ask: &Ask) -> Option<Asked> {
        let request = match ask {
            Ask::New(request) => request.clone(),
            Ask::Again(_) if self.requests.is_empty() => return None,
            Ask::Again(index) => index.get(&self.requests).clone(),
            Ask::Settle { user, key } => return Some(Asked::Settle { user: *user, key: *key }),
            Ask::Prune => return Some(Asked::Prune),
        };
        self.requests.push(request.clone());
        Some(Asked::Request(request))
    }

    fn queue(&self, asked: &Asked) -> Queued<'static, Answer> {
        let store = self.bench.store.clone();
        match asked {
            Asked::Prune => queue(async move { store.submit(PruneKeys).await.map(Answer::Pruned) }),
            Asked::Settle { user, key } => {
                let settle = settle(self.sessions[*user], &key.to_string());
                queue(async move { store.submit(settle).await.map(Answer::Settled) })
            }
            Asked::Request(request) => self.queue_request(request),
        }
    }

    fn queue_request(&self, request: &Request) -> Queued<'static, Answer> {
        let (bench, session) = (&self.bench, self.sessions[request.user]);
        match request.act {
            Act::Deposit(units) => self.keyed(request, bench.money(session, ledger::Command::Deposit(amount(units)))),
            Act::Withdraw(units) => self.keyed(request, bench.money(session, ledger::Command::Withdraw(amount(units)))),
            Act::Claim => {
                let pocket = RedPocket { amount: Usd::from_units(POCKET).unwrap(), big: false };
                self.keyed(request, bench.money(session, ledger::Command::Claim(pocket)))
            }
            Act::Buy { asset, quantity } => {
                let size = BuySize::Quantity(OrderQuantity::from_units(quantity).unwrap());
                self.keyed(request, bench.order(session, NewOrder::MarketBuy { asset_id: read(ASSETS[asset]), size }))
            }
            Act::BuyFor { asset, amount: units } => {
                let size = BuySize::Amount(amount(units));
                self.keyed(request, bench.order(session, NewOrder::MarketBuy { asset_id: read(ASSETS[asset]), size }))
            }
            Act::Sell { asset, quantity } => {
                let quantity = OrderQuantity::from_units(quantity).unwrap();
                self.keyed(
                    request,
                    bench.order(session, NewOrder::MarketSell { asset_id: read(ASSETS[asset]), quantity }),
                )
            }
        }
    }

    fn keyed<C: Command<Answer: Told>>(
        &self,
        Request { user, act, key }: &Request,
        command: C,
    ) -> Queued<'static, Answer> {
        let key = key.map(|key| key.to_string());
        let command = once(self.sessions[*user], command, key.as_deref(), "/somewhere", &format!("{act:?}"));
        let store = self.bench.store.clone();
        queue(async move { store.submit(command).await.map(Answer::Rendered) })
    }

    fn compare(&mut self, asked: &Asked, answer: Result<Answer, SubmitError>, market: &Market) {
        let now = self.now;
        match (asked, answer) {
            (Asked::Prune, Ok(Answer::Pruned(pruned))) => self.wrote(pruned > 0),
            (Asked::Settle { user, key }, Ok(Answer::Settled(settled))) => {
                let (body, is_new) = self.wallets[*user].settle(*key, now);
                assert_eq!(settled, body.map_or(Settled::Void, |body| Settled::Done { status: 201, body }));
                self.wrote(is_new);
            }
            (Asked::Request(request), answer) => match self.wallets[request.user].expect(request, market, now) {
                Outcome::Refused(expected) => assert_eq!(reason(&answer.unwrap_err()), expected, "{request:?}"),
                Outcome::Replayed(body) => assert_eq!(rendered(answer), (body, true), "{request:?}"),
                Outcome::Done(moved) => {
                    let (body, replayed) = rendered(answer);
                    assert!(!replayed, "{request:?}");
                    self.wallets[request.user].take_in(request, moved, &body, now);
                    self.wrote(true);
                    self.expect_newer(request.user);
                }
            },
            (_, answer) => panic!("{answer:?}"),
        }
    }

    /// A change keeps the writer's time, too.
    fn wrote(&mut self, changed: bool) {
        self.written_at = if changed { self.now } else { self.written_at };
    }

    /// The newest entry of a user is newer than every one before, whoever's.
    fn expect_newer(&mut self, user: usize) {
        let sequence: Sequence = read(&self.wallets[user].history.last().unwrap().0);
        assert!(sequence > self.newest && sequence.time().as_millis() == self.now);
        self.newest = sequence;
    }

    /// Compares everything that the store knows of every user with the model.
    pub(super) fn assert_as_modelled(&self) {
        for (session, wallet) in self.sessions.iter().zip(&self.wallets) {
            let history = self.bench.history(*session).into_iter().map(|record| {
                (record.sequence.to_string(), record.entry.cash_change().units(), record.balance_after.units())
            });
            assert_eq!(history.collect::<Vec<_>>(), wallet.history);
            let account = self.bench.account(*session);
            let state = account.state();
            let holdings = state.holdings.iter().map(|(asset_id, holding)| {
                let asset = ASSETS.iter().position(|name| *name == asset_id.as_str()).unwrap();
                (asset, (holding.quantity.units(), holding.basis.units()))
            });
            assert_eq!(holdings.collect::<BTreeMap<_, _>>(), wallet.holdings);
            let money = [state.cash, state.held, state.day.deposited, state.day.withdrawn].map(Usd::units);
            assert_eq!(money, [wallet.cash, 0, wallet.deposited, wallet.withdrawn]);
            assert_eq!(state.counts.total(), wallet.history.len() as u64);
        }
        self.assert_conserved();
        let report = self.bench.store.verify().unwrap();
        assert_eq!(report.findings, []);
        assert_eq!(report.entries, self.wallets.iter().map(|wallet| wallet.history.len() as u64).sum::<u64>());
    }

    /// No money and no asset but what the histories brought in.
    fn assert_conserved(&self) {
        for session in &self.sessions {
            let (history, account) = (self.bench.history(*session), self.bench.account(*session));
            let cash: i128 = history.iter().map(|record| record.entry.cash_change().units()).sum();
            assert_eq!(account.state().cash.units(), cash);
            for asset in ASSETS {
                let bought: i128 = history.iter().map(|record| asset_change(&record.entry, asset)).sum();
                assert_eq!(
                    account.holding(read(asset)).map_or(Quantity::ZERO, |holding| holding.quantity).units(),
                    bought
                );
            }
        }
    }
}

fn asset_change(entry: &Entry, asset: &str) -> i128 {
    match entry {
        Entry::Trade(trade) if trade.asset_id.as_str() == asset => match trade.side {
            Side::Buy => trade.quantity.units(),
            Side::Sell => -trade.quantity.units(),
        },
        _ => 0,
    }
}

fn rendered(answer: Result<Answer, SubmitError>) -> (Vec<u8>, bool) {
    match answer {
        Ok(Answer::Rendered(Rendered { status: 201, body, replayed })) => (body, replayed),
        other => panic!("{other:?}"),
    }
}

fn amount(units: i128) -> TransferAmount {
    read(&Usd::from_units(units).unwrap().to_string())
}
