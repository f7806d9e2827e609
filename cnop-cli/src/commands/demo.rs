//! `cnop demo`: the whole product once, with a new user, checked at every step.
//!
//! It says what it does, which route it calls and what came back, and stops where an answer contradicts an earlier one.
//! The session of its user lives in memory only: the profile's own stays as it is. Each part of the walk is a file.

mod balance;
mod check;
mod identity;
mod narrator;
mod portfolio;
mod purchase;
mod trading;
mod waiting;

use cnop_core::api::{LoginRequest, Order, RegisterRequest};
use cnop_core::client::{Client, ClientError};
use cnop_core::money::{Quantity, Usd};
use cnop_core::session::Session;
use secrecy::SecretString;

use self::check::ensure;
use self::identity::Identity;
use self::narrator::Narrator;
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::format;

/// How many steps the walk has.
const STEPS: u32 = 14;

/// Walks through everything once.
pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let mut demo = Demo::new(context);
    let walked = demo.walk().await;
    demo.narrator.finish(walked)
}

/// What the walk knows by now.
struct Demo<'a> {
    narrator: Narrator<'a>,
    /// Speaks for nobody at first, then for the new user.
    client: Client,
    identity: Identity,
    /// What the account must hold.
    cash: Usd,
    owned: Quantity,
    /// What was placed, oldest first.
    placed: Vec<Order>,
}

impl<'a> Demo<'a> {
    fn new(context: &'a Context) -> Self {
        Self {
            narrator: Narrator::new(&context.printer, STEPS),
            // The bar shows already that something is going on.
            client: context.client.clone().unwatched(),
            identity: Identity::generate(),
            cash: Usd::ZERO,
            owned: Quantity::ZERO,
            placed: Vec::new(),
        }
    }

    async fn walk(&mut self) -> Result<(), Failure> {
        self.register().await?;
        self.log_in().await?;
        self.deposit().await?;
        let assets = self.prices().await?;
        let bought = self.buy(&assets).await?;
        self.sell(bought).await?;
        self.wait_in_vain(bought).await?;
        self.buy_within_limit(bought).await?;
        self.orders().await?;
        self.history().await?;
        self.portfolio().await?;
        self.insight().await?;
        self.red_pocket().await?;
        self.log_out().await
    }

    async fn register(&mut self) -> Result<(), Failure> {
        self.narrator.step("Register a new user")?;
        self.narrator.calls("POST", "/auth/register")?;
        let Identity { username, email, first_name, last_name, password } = self.identity.clone();
        let request = RegisterRequest {
            username,
            email,
            password,
            first_name,
            last_name,
            phone: None,
            date_of_birth: None,
            marketing_emails_consent: None,
        };
        let answer = self.client.register(&request).await?;
        self.narrator.came_back(&format!("{}: {}", answer.message, request.username))
    }

    async fn log_in(&mut self) -> Result<(), Failure> {
        self.narrator.step("Log in")?;
        self.narrator.calls("POST", "/auth/login")?;
        let username = self.identity.username.clone();
        let password = SecretString::from(self.identity.password.expose());
        let answer = self.client.login(&LoginRequest { username: username.to_string(), password }).await?;
        let session = Session::new(username, self.client.origin().clone(), answer, clock::now());
        self.client = self.client.with_session(&session)?;
        let until = format::time(session.expires_at());
        self.narrator.came_back(&format!("a token that is good until {until} (UTC), kept in memory only"))?;
        self.expect_profile().await
    }

    async fn expect_profile(&mut self) -> Result<(), Failure> {
        self.narrator.calls("GET", "/auth/profile")?;
        let user = self.client.profile().await?;
        ensure(user.username == self.identity.username && user.email == self.identity.email, || {
            format!("the token is {}'s, not {}'s", user.username, self.identity.username)
        })?;
        self.narrator.came_back(&format!("{} {}, {}", user.first_name, user.last_name, user.email))
    }

    async fn log_out(&mut self) -> Result<(), Failure> {
        self.narrator.step("Log out")?;
        self.narrator.calls("POST", "/auth/logout")?;
        let answer = self.client.logout().await?;
        self.narrator.came_back(&answer.message)?;
        self.narrator.calls("GET", "/balance")?;
        match self.client.balance().await {
            Err(ClientError::Refused { problem, .. }) if problem.status == 401 => {
                self.narrator.came_back(&format!("401, as it must be: {}", problem.detail))
            }
            Err(error) => Err(error.into()),
            Ok(_) => Err(Failure::Contradiction("the token still works after the log out".to_owned())),
        }
    }
}
