//! Whose orders and cash are watched. A token lives an hour and a watch longer: it is renewed on the way.

use std::time::Duration;

use cnop_core::api::{Balance, Order, Topic};
use cnop_core::client::{Client, ClientError, EventStream, OrderFilter, Page};
use cnop_core::order::OrderStatus;
use cnop_core::time::Timestamp;

use super::is_over;
use crate::clock;
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;

/// Within the time in which `Context::logged_in` renews a session.
const RENEW_BEFORE_MS: i64 = 5 * 60 * Timestamp::SECOND_MS;

/// As many as a screen could show.
const MOST_ORDERS: u32 = 100;

/// Nobody, where prices alone are watched.
pub(super) struct Account<'a> {
    context: &'a Context,
    client: Client,
    /// When the token stops working; `None` where there is none, or none after it.
    expires_at: Option<Timestamp>,
    topics: Vec<Topic>,
}

/// What a stream does not tell by itself: how it stands at the beginning.
pub(super) struct Standing {
    /// Orders that wait, newest first.
    pub(super) orders: Option<Vec<Order>>,
    /// Cash.
    pub(super) balance: Option<Balance>,
}

impl<'a> Account<'a> {
    /// The session's, if it is needed.
    pub(super) async fn open(context: &'a Context, topics: &[Topic]) -> Result<Self, Failure> {
        let (client, expires_at) = if topics.iter().any(|topic| topic.is_private()) {
            let LoggedIn { client, session } = context.logged_in().await?;
            (client, Some(session.expires_at()))
        } else {
            (context.client.clone(), None)
        };
        // The screen itself shows that something is going on.
        Ok(Self { context, client: client.unwatched(), expires_at, topics: topics.to_vec() })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Returns when the session should be renewed; never where that is not possible any more.
    pub(super) async fn is_about_to_end(&self) {
        let Some(expires_at) = self.expires_at else { return std::future::pending().await };
        let left_ms = expires_at.as_millis() - RENEW_BEFORE_MS - clock::now().as_millis();
        tokio::time::sleep(Duration::from_millis(u64::try_from(left_ms).unwrap_or(0))).await;
    }

    /// The same stream with a renewed session; where there is no new one, the server will end it.
    pub(super) async fn renewed(&mut self, stream: EventStream) -> EventStream {
        let renewed = self.context.logged_in().await.ok();
        let Some(who) = renewed.filter(|who| Some(who.session.expires_at()) != self.expires_at) else {
            self.expires_at = None;
            return stream;
        };
        self.go_on_as(who, stream)
    }

    /// The stream after its session was refused: another command may have renewed it meanwhile.
    pub(super) fn after(&mut self, error: ClientError, stream: EventStream) -> Result<EventStream, Failure> {
        let stored = self.context.stored_session().ok().filter(|_| is_over(&error) && self.expires_at.is_some());
        let newer = stored.filter(|who| Some(who.session.expires_at()) != self.expires_at);
        newer.map(|who| self.go_on_as(who, stream)).ok_or_else(|| error.into())
    }

    fn go_on_as(&mut self, who: LoggedIn, stream: EventStream) -> EventStream {
        self.client = who.client.unwatched();
        self.expires_at = Some(who.session.expires_at());
        stream.continue_with(&self.client)
    }

    /// How it stands now. What cannot be had at the moment is left to the events.
    pub(super) async fn look_up(&self) -> Result<Standing, Failure> {
        let filter = OrderFilter { status: Some(OrderStatus::Queued), ..OrderFilter::default() };
        let page = Page { limit: Some(MOST_ORDERS), ..Page::default() };
        let (mut orders, mut balance) = (None, None);
        if self.topics.contains(&Topic::Orders) {
            orders = if_there(self.client.orders(&filter, &page).await)?.map(|page| page.data);
        }
        if self.topics.contains(&Topic::Balance) {
            balance = if_there(self.client.balance().await)?;
        }
        Ok(Standing { orders, balance })
    }
}

fn if_there<T>(answer: Result<T, ClientError>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if is_over(&error) => Err(error.into()),
        Err(_) => Ok(None),
    }
}
