//! Somebody who trades.

use std::sync::atomic::{AtomicU32, Ordering};

use cnop_core::api::{LoginRequest, Order, OrderRequest, RegisterRequest, Transaction};
use cnop_core::client::{Client, OrderFilter, Page, PageStart, TransactionFilter};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::Usd;
use cnop_core::order::OrderType;
use cnop_core::session::Session;
use cnop_core::time::Timestamp;

use crate::raw::Raw;
use crate::server::TestServer;

/// Everybody's password.
pub const PASSWORD: &str = "Correct-Horse-7";

/// A registered user with an open session.
#[derive(Debug, Clone)]
pub struct User {
    /// Login name.
    pub username: String,
    /// The access token.
    pub token: String,
    /// The client with this user's session.
    pub client: Client,
}

impl User {
    /// Registers somebody new on a server and logs in.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn register(server: &TestServer) -> Self {
        let username = fresh_username();
        server.client().register(&registration(&username)).await.expect("a new name is free");
        Self::log_in(server, &username).await
    }

    /// Registers somebody new who has deposited `dollars`.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn funded(server: &TestServer, dollars: u32) -> Self {
        let user = Self::register(server).await;
        user.deposit(dollars).await;
        user
    }

    /// Opens a session of a registered user.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn log_in(server: &TestServer, username: &str) -> Self {
        let client = server.client();
        let request = LoginRequest { username: username.to_owned(), password: PASSWORD.to_owned().into() };
        let answer = client.login(&request).await.expect("the password is right");
        let name = username.parse().expect("it was registered");
        let session = Session::new(name, client.origin().clone(), answer.clone(), Timestamp::EPOCH);
        let client = client.with_session(&session).expect("it is this server's session");
        Self { username: username.to_owned(), token: answer.access_token, client }
    }

    /// The same session on a server that was started anew.
    ///
    /// # Panics
    /// Never.
    pub fn on(&self, server: &TestServer) -> Self {
        let client = server.client();
        let answer = cnop_core::api::TokenAnswer {
            access_token: self.token.clone(),
            token_type: "bearer".to_owned(),
            expires_in: 3_600,
        };
        let name = self.username.parse().expect("it was registered");
        let session = Session::new(name, client.origin().clone(), answer.clone(), Timestamp::EPOCH);
        Self { client: client.with_session(&session).expect("it is this server's session"), ..self.clone() }
    }

    /// Requests that the client would not send, with this user's token.
    pub fn raw(&self, server: &TestServer) -> Raw {
        server.raw().with_token(&self.token)
    }

    /// Pays in.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn deposit(&self, dollars: u32) {
        let amount = dollars.to_string().parse().expect("whole dollars are an amount");
        self.client.deposit(amount, &IdempotencyKey::generate()).await.expect("the limit leaves it");
    }

    /// Pays out.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn withdraw(&self, dollars: u32) {
        let amount = dollars.to_string().parse().expect("whole dollars are an amount");
        self.client.withdraw(amount, &IdempotencyKey::generate()).await.expect("there is enough");
    }

    /// Buys `quantity` at the price of the moment.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn buy(&self, asset_id: &str, quantity: &str) -> Order {
        self.place(&Self::order(OrderType::MarketBuy, asset_id, quantity)).await
    }

    /// Sells `quantity` at the price of the moment.
    ///
    /// # Panics
    /// Where the server refuses.
    pub async fn sell(&self, asset_id: &str, quantity: &str) -> Order {
        self.place(&Self::order(OrderType::MarketSell, asset_id, quantity)).await
    }

    async fn place(&self, order: &OrderRequest) -> Order {
        let done = self.client.place_order(order, &IdempotencyKey::generate()).await.expect("it can be executed");
        assert!(!done.replayed, "the key is new");
        done.answer
    }

    /// Every order, newest first.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn all_orders(&self) -> Vec<Order> {
        let (mut all, mut start) = (Vec::new(), PageStart::Newest);
        loop {
            let page = self.client.orders(&OrderFilter::default(), &longest(start)).await.expect("the session holds");
            all.extend(page.data);
            let Some(cursor) = page.next_cursor else { return all };
            start = PageStart::Cursor(cursor);
        }
    }

    /// Every change of the balance, newest first.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn all_transactions(&self) -> Vec<Transaction> {
        let (mut all, mut start) = (Vec::new(), PageStart::Newest);
        loop {
            let filter = TransactionFilter::default();
            let page = self.client.transactions(&filter, &longest(start)).await.expect("the session holds");
            all.extend(page.transactions);
            let Some(cursor) = page.next_cursor else { return all };
            start = PageStart::Cursor(cursor);
        }
    }

    /// All cash.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn cash(&self) -> Usd {
        self.client.balance().await.expect("the session holds").current_balance
    }

    /// A market order of `quantity`.
    ///
    /// # Panics
    /// Where these are no id and no quantity.
    pub fn order(order_type: OrderType, asset_id: &str, quantity: &str) -> OrderRequest {
        OrderRequest {
            order_type,
            asset_id: asset_id.parse().expect("an asset id"),
            quantity: Some(quantity.parse().expect("a quantity")),
            amount_usd: None,
            price: None,
            expires_at: None,
        }
    }
}

/// The longest page.
fn longest(start: PageStart) -> Page {
    Page { limit: Some(100), start }
}

/// A login name that no other test of this process has.
pub fn fresh_username() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("trader_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What a new user of that name sends.
///
/// # Panics
/// Where the name cannot be one.
pub fn registration(username: &str) -> RegisterRequest {
    RegisterRequest {
        username: username.parse().expect("a good name"),
        email: format!("{username}@example.com").parse().expect("a good address"),
        password: PASSWORD.parse().expect("a good password"),
        first_name: "Test".parse().expect("a name"),
        last_name: "Trader".parse().expect("a name"),
        phone: None,
        date_of_birth: None,
        marketing_emails_consent: None,
    }
}
