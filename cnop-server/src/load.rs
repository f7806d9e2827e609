//! Fills a store for load tests (feature `load`), through the same commands that serve requests, only without the HTTP
//! around them and with one password hash for everybody. What it leaves passes `cnop-server verify`. `waiting` fills one
//! with orders that wait, and times the ticks that meet them.

mod waiting;

use std::path::Path;
use std::sync::Arc;

use cnop_core::ids::{RequestId, Sequence};
use cnop_core::ledger::{self, Limits};
use cnop_core::money::Usd;
use cnop_core::order::{BuySize, NewOrder};
use cnop_core::time::Timestamp;
use cnop_core::user::{Role, Username};
use secrecy::SecretString;
use tokio::task::JoinSet;

use crate::auth::{SigningKey, Tokens, hash_alone};
use crate::clock::Clock;
use crate::market::{PriceBook, Simulator, catalog};
use crate::store::commands::{ChooseMarket, MoveMoney, PlaceOrder, Register};
use crate::store::{Origin, Profile, Session, Store, SubmitError};
pub use waiting::{TickTimes, Ticks, WaitingLoad, WaitingMarket};

/// Tasks whose commands are under way at the same time: enough to fill the writer's batches.
const TASKS_AT_ONCE: usize = 512;

/// How a store is filled.
#[derive(Debug, Clone)]
pub struct Load {
    /// Registered users, named by [`username`].
    pub users: u32,
    /// The first so many of them have deposited a day's limit.
    pub traders: u32,
    /// The first so many of those have traded.
    pub veterans: u32,
    /// Assets that each veteran holds, the first of the catalogue.
    pub holdings: usize,
    /// Orders in each veteran's history; each buys for ten cents, one asset after the other.
    pub orders_each: u32,
    /// Orders in the history of the very first user, on top of those.
    pub longest: u32,
    /// Everybody's password hash in PHC form.
    pub password_hash: String,
}

/// The name of a user of the load.
pub fn username(number: u32) -> Username {
    format!("load_user_{number}").parse().expect("a prefix and a number are a name")
}

/// A password's hash in PHC form, as a registration would keep it.
pub fn password_hash(password: &str) -> String {
    hash_alone(&SecretString::from(password))
}

/// A token for each of the first `count` users, good for an hour from now, signed with the server's key.
///
/// # Errors
/// Where the key is one that a server would refuse.
pub fn tokens(secret: &str, count: u32, clock: &Clock) -> anyhow::Result<Vec<String>> {
    let key = SigningKey::load(Some(SecretString::from(secret)), Path::new(""))?;
    let (tokens, now) = (Tokens::new(&key), clock.now());
    let id = |number: u32| Sequence::from_u64(Sequence::first_of(now).as_u64() + u64::from(number));
    Ok((0..count).map(|number| tokens.sign(id(number), &username(number), Role::Customer, now)).collect())
}

/// The store and the prices that everybody trades at.
#[derive(Clone)]
struct Place {
    store: Store,
    book: Arc<PriceBook>,
}

impl Load {
    /// Writes everything to a store.
    ///
    /// # Errors
    /// Where the store cannot be opened or written.
    pub async fn write(&self, file: &Path, clock: Clock) -> anyhow::Result<()> {
        let place = Place::open(file, clock).await?;
        let mut crowd = Crowd::default();
        for number in 0..self.users {
            let (load, place) = (self.clone(), place.clone());
            crowd.add(async move { load.write_user(&place, number).await }).await?;
        }
        crowd.finish().await?;
        self.write_longest(&place).await?;
        place.store.close();
        Ok(())
    }

    async fn write_user(&self, place: &Place, number: u32) -> anyhow::Result<()> {
        place.register(number, &self.password_hash).await?;
        if number >= self.traders {
            return Ok(());
        }
        let session = place.fund(number).await?;
        let orders = if number < self.veterans { self.orders_each } else { 0 };
        self.write_orders(place, session, orders).await
    }

    /// One history as long as a year of a busy robot; its orders share commits.
    async fn write_longest(&self, place: &Place) -> anyhow::Result<()> {
        let mut crowd = Crowd::default();
        let share = self.longest.div_ceil(TASKS_AT_ONCE as u32);
        for first in (0..self.longest).step_by(share.max(1) as usize) {
            let (load, place, count) = (self.clone(), place.clone(), share.min(self.longest - first));
            crowd.add(async move { load.write_orders(&place, place.session(0)?, count).await }).await?;
        }
        crowd.finish().await
    }

    async fn write_orders(&self, place: &Place, session: Session, count: u32) -> anyhow::Result<()> {
        let board = place.book.board();
        for turn in 0..count as usize {
            let asset_id = board.listings()[turn % self.holdings].facts.asset_id;
            let order = NewOrder::MarketBuy { asset_id, size: BuySize::Amount("0.1".parse()?) };
            place.order(session, order).await?;
        }
        Ok(())
    }
}

impl Place {
    /// The store of a file, at the prices of the simulated market.
    async fn open(file: &Path, clock: Clock) -> anyhow::Result<Self> {
        let store = Store::open(file, clock.clone())?;
        let seed = store.submit(ChooseMarket { seed: 0 }).await?;
        let board = Simulator::new(catalog()?, seed, clock.now()).board();
        Ok(Self { store, book: Arc::new(PriceBook::new(board, Timestamp::DAY_MS)) })
    }

    async fn register(&self, number: u32, password_hash: &str) -> anyhow::Result<()> {
        patiently(|| self.store.submit(registration(number, password_hash.to_owned()))).await?;
        Ok(())
    }

    /// Deposits a day's limit.
    async fn fund(&self, number: u32) -> anyhow::Result<Session> {
        let (session, command) = (self.session(number)?, ledger::Command::Deposit("10000".parse()?));
        patiently(|| self.store.submit(MoveMoney { session, command, limits: limits(), origin: origin() })).await?;
        Ok(session)
    }

    async fn order(&self, session: Session, order: NewOrder) -> anyhow::Result<()> {
        let book = || Arc::clone(&self.book);
        let command = || PlaceOrder { session, order, book: book(), limits: limits(), origin: origin() };
        patiently(|| self.store.submit(command())).await?;
        Ok(())
    }

    fn session(&self, number: u32) -> anyhow::Result<Session> {
        let user = self.store.read(|view| view.user_named(&username(number)))?;
        let user = user.ok_or_else(|| anyhow::anyhow!("a registered user is missing"))?;
        Ok(Session { user, token: Sequence::from_u64(u64::MAX) })
    }
}

fn registration(number: u32, password_hash: String) -> Register {
    let profile = Profile {
        username: username(number),
        email: format!("load_user_{number}@example.com").parse().expect("an email address"),
        first_name: "Load".parse().expect("a name"),
        last_name: "User".parse().expect("a name"),
        phone: None,
        date_of_birth: None,
        marketing_emails_consent: false,
    };
    Register { profile, password_hash, role: crate::store::Role::Customer }
}

/// Tasks, of which so many run at the same time.
#[derive(Default)]
struct Crowd(JoinSet<anyhow::Result<()>>);

impl Crowd {
    async fn add(&mut self, task: impl Future<Output = anyhow::Result<()>> + Send + 'static) -> anyhow::Result<()> {
        if self.0.len() == TASKS_AT_ONCE {
            self.0.join_next().await.transpose()?.transpose()?;
        }
        self.0.spawn(task);
        Ok(())
    }

    async fn finish(mut self) -> anyhow::Result<()> {
        while let Some(finished) = self.0.join_next().await {
            finished??;
        }
        Ok(())
    }
}

/// Submits until the queue takes it.
async fn patiently<A, F: Future<Output = Result<A, SubmitError>>>(
    mut submit: impl FnMut() -> F,
) -> Result<A, SubmitError> {
    loop {
        match submit().await {
            Err(SubmitError::Overloaded) => tokio::task::yield_now().await,
            other => return other,
        }
    }
}

fn limits() -> Limits {
    let day = Usd::whole(10_000);
    Limits { daily_deposit: day, daily_withdrawal: day, max_order_value: day }
}

fn origin() -> Origin {
    Origin { request_id: RequestId::generate(), address: std::net::Ipv4Addr::LOCALHOST.into() }
}
