//! The event stream: one connection that is made again whenever it breaks, and goes on where it was.
//!
//! [`EventStream`] is what a face holds; a task behind it (`connection`) connects, reads and waits.

mod connection;
mod parser;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::mpsc;

use super::{Client, ClientError};
use crate::api::{Balance, Lagged, Order, Prices, Topic};
use crate::asset_id::AssetId;
use connection::{Connection, Delivery, Patience};

/// Events that wait for a face. Beyond, the connection is not read, and the server says what was missed.
const WAITING_EVENTS: usize = 64;

/// Something that a stream tells.
#[derive(Debug, Clone)]
pub enum StreamEvent {
    /// The server answered: events follow. Also after each reconnection.
    Connected,
    /// There is no connection; the next try is `after` from now. It goes on for ever.
    Reconnecting {
        /// The pause before the next try.
        after: Duration,
        /// Why there is none.
        reason: ClientError,
    },
    /// Nothing happened, and the server is there: it says so every 15 seconds.
    Alive,
    /// All prices asked for, or what a tick changed of them.
    Prices(Prices),
    /// One of the user's orders as it is now.
    Order(Box<Order>),
    /// The user's balance as it is now.
    Balance(Balance),
    /// Events were missed: orders, balance and portfolio must be fetched anew. All prices follow.
    Lagged(Lagged),
}

/// Events as they come. Dropping it ends the connection.
#[derive(Debug)]
pub struct EventStream {
    events: mpsc::Receiver<Delivery>,
    topics: Vec<Topic>,
    assets: Vec<AssetId>,
    position: Option<String>,
}

impl Client {
    /// `GET /stream`: the events of `topics`, prices of `assets` only (none: all). It must be called within a tokio
    /// runtime, which keeps the connection; the client's watcher is not told.
    ///
    /// Orders and balance need a session; the stream ends with it.
    pub fn stream(&self, topics: &[Topic], assets: &[AssetId]) -> EventStream {
        EventStream::open(self, topics.to_vec(), assets.to_vec(), None, Patience::default())
    }
}

impl EventStream {
    /// The next event, as soon as there is one. Nothing is lost where the future is dropped before. `None` after an
    /// error: the stream is over.
    ///
    /// # Errors
    /// [`ClientError`] where trying again would be in vain: the session is over, or what was asked for is refused.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, ClientError>> {
        let Delivery { position, event } = self.events.recv().await?;
        self.position = position.or_else(|| self.position.take());
        Some(event)
    }

    /// The same stream for `client`, such as with a renewed session, from after the last event that was taken.
    #[must_use]
    pub fn continue_with(self, client: &Client) -> Self {
        Self::open(client, self.topics, self.assets, self.position, Patience::default())
    }

    fn open(
        client: &Client,
        topics: Vec<Topic>,
        assets: Vec<AssetId>,
        position: Option<String>,
        patience: Patience,
    ) -> Self {
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let connection = Connection {
            client: client.clone().unwatched(),
            topics: join(&topics),
            assets: join(&assets),
            position: position.clone(),
            patience,
            connected: None,
            events: sender.clone(),
        };
        tokio::spawn(async move {
            // Until there is nothing more to tell, or nobody to tell it.
            tokio::select! {
                () = connection.run() => {}
                () = sender.closed() => {}
            }
        });
        Self { events, topics, assets, position }
    }
}

/// A list as a parameter of a query; `None` where it is empty.
fn join(words: &[impl ToString]) -> Option<String> {
    (!words.is_empty()).then(|| words.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}
