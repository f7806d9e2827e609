//! Performs effects: each on a task of its own, whose result comes back as an event.
//!
//! `account` holds the session and keeps it alive, `errand` does what tickets ask for.

mod account;
mod errand;

use std::path::PathBuf;
use std::sync::Arc;

use cnop_core::client::{Client, ClientError, OrderFilter, Page, PageStart};
use cnop_core::config::ProfileName;
use cnop_core::order::OrderStatus;
use cnop_core::session::SessionStore;
use cnop_core::ticket::IntentStore;
use tokio::sync::mpsc::Sender;

use crate::app::effect::{Ask, Question};
use crate::app::event::{AssetAnswer, Submitted};
use crate::app::layer::sheet::Submission;
use crate::app::wallet::RECENT;
use crate::app::{Answer, Effect, Event};
use crate::preferences::Keeper;
use account::Account;
use errand::Errands;

/// Candles that a chart can show: a column each on the widest terminal.
const CANDLES: u32 = 300;
/// The longest page that the server gives.
const PAGE: u32 = 100;
const MAX_ASSETS: u32 = 250;

/// Where everything is.
pub(crate) struct Place {
    /// Speaks to the server for nobody.
    pub(crate) client: Client,
    pub(crate) profile: ProfileName,
    pub(crate) sessions: SessionStore,
    pub(crate) intents: IntentStore,
    /// Where what a person likes is kept.
    pub(crate) preferences: PathBuf,
}

/// Performs effects.
pub(super) struct Performer {
    account: Arc<Account>,
    errands: Arc<Errands>,
    preferences: Arc<Keeper>,
    events: Sender<Event>,
}

impl Performer {
    /// Goes on with the profile's session, if there is one.
    pub(super) fn start(place: Place, events: Sender<Event>) -> Self {
        let Place { client, profile, sessions, intents, preferences } = place;
        let account = Arc::new(Account::new(client, profile, sessions, events.clone()));
        let errands = Arc::new(Errands::new(Arc::clone(&account), intents, events.clone()));
        let (found, left) = (Arc::clone(&account), Arc::clone(&errands));
        tokio::spawn(async move {
            if found.resume().await {
                left.look_for_what_was_left().await;
            }
        });
        Self { account, errands, preferences: Arc::new(Keeper::new(preferences)), events }
    }

    pub(super) fn perform(&self, effect: Effect) {
        let (account, errands, events) = (Arc::clone(&self.account), Arc::clone(&self.errands), self.events.clone());
        match effect {
            Effect::Ask(Ask { generation, question }) => {
                self.tell(async move { Event::Answered(generation, ask(&account.client(), question).await) })
            }
            Effect::LogIn { username, password } => drop(tokio::spawn(async move {
                if account.log_in(username, password).await {
                    errands.let_go();
                    errands.look_for_what_was_left().await;
                }
            })),
            Effect::Recover(failure) => drop(tokio::spawn(async move { account.recover(failure).await })),
            Effect::Submit(generation, submission) => {
                self.tell(async move { Event::Submitted(generation, submit(&account, submission).await) });
            }
            Effect::LogOut => drop(tokio::spawn(async move {
                account.log_out().await;
                errands.let_go();
            })),
            Effect::FindLeft => drop(tokio::spawn(async move { errands.look_for_what_was_left().await })),
            Effect::Ticket { number, effect, intent } => drop(tokio::spawn(async move {
                errands.go(number, effect, *intent).await;
            })),
            Effect::CancelOrder(order_id) => self.tell(async move {
                let result = account.client().cancel_order(&order_id.to_string()).await;
                Event::OrderCancelled(order_id, result.map(Box::new))
            }),
            Effect::Reconnect => account.reconnect(),
            Effect::Save(liked) => {
                let (keeper, number) = (Arc::clone(&self.preferences), self.preferences.number());
                drop(tokio::task::spawn_blocking(move || {
                    if let Err(error) = keeper.keep(number, &liked) {
                        let reason = format!("{}: {error}", keeper.path().display());
                        let _ = events.blocking_send(Event::NotDone(reason)); // The loop may be over.
                    }
                }));
            }
            // Done by the loop itself.
            Effect::Redraw | Effect::Suspend | Effect::Quit => {}
        }
    }

    /// Brings back what a task comes to. The loop may be over.
    fn tell(&self, task: impl Future<Output = Event> + Send + 'static) {
        let events = self.events.clone();
        tokio::spawn(async move {
            let _ = events.send(task.await).await;
        });
    }
}

async fn ask(client: &Client, question: Question) -> Answer {
    match question {
        Question::Assets => Answer::Assets(client.assets(false, MAX_ASSETS).await),
        Question::Asset(id) => Answer::OfAsset(id, AssetAnswer::Detail(client.asset(id).await.map(Box::new))),
        Question::Candles(id, interval) => {
            let candles = client.candles(id, interval, CANDLES, None).await;
            Answer::OfAsset(id, AssetAnswer::Candles(interval, candles))
        }
        Question::Fills(id, after) => {
            let fills = client.asset_transactions(id, &page(after.as_deref(), PAGE)).await;
            Answer::OfAsset(id, AssetAnswer::Fills(after, fills))
        }
        Question::Balance => Answer::Balance(client.balance().await),
        Question::Holdings => Answer::Holdings(client.asset_balances().await),
        Question::Portfolio => Answer::Portfolio(client.portfolio().await),
        Question::OpenOrders => Answer::OpenOrders(open_orders(client).await),
        Question::Recent => {
            let orders = client.orders(&OrderFilter::default(), &page(None, RECENT as u32)).await;
            Answer::Recent(orders.map(|page| page.data))
        }
        Question::Orders { asset, after } => {
            let filter = OrderFilter { asset_id: asset, ..OrderFilter::default() };
            let orders = client.orders(&filter, &page(after.as_deref(), PAGE)).await;
            Answer::Orders(after, orders)
        }
        Question::Transactions(after) => {
            let transactions = client.transactions(&Default::default(), &page(after.as_deref(), PAGE)).await;
            Answer::Transactions(after, transactions)
        }
        Question::Limits => Answer::Limits(client.limits().await),
        Question::Insight { refresh } => Answer::Insight(client.insight(refresh).await),
        Question::Profile => Answer::Profile(client.profile().await),
    }
}

/// Everything that waits: at most two pages, since no more than 200 may.
async fn open_orders(client: &Client) -> Result<Vec<cnop_core::api::Order>, ClientError> {
    let filter = OrderFilter { status: Some(OrderStatus::Queued), ..OrderFilter::default() };
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let answer = client.orders(&filter, &page(after.as_deref(), PAGE)).await?;
        all.extend(answer.data);
        match answer.next_cursor {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

fn page(after: Option<&str>, limit: u32) -> Page {
    let start = after.map_or(PageStart::Newest, |cursor| PageStart::Cursor(cursor.to_owned()));
    Page { limit: Some(limit), start }
}

/// Whoever opens an account has no session yet.
async fn submit(account: &Account, submission: Submission) -> Result<Submitted, ClientError> {
    match submission {
        Submission::Register(request) => account.stranger().register(&request).await.map(Submitted::Registered),
        Submission::Profile(update) => {
            account.client().update_profile(&update).await.map(|updated| Submitted::Profile(Box::new(updated)))
        }
        Submission::Password(change) => account.client().change_password(&change).await.map(Submitted::Password),
    }
}
