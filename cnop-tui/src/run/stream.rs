//! The event stream as events of the loop, for as long as a session lasts.

use std::time::Duration;

use cnop_core::api::Topic;
use cnop_core::client::{Client, ClientError, EventStream, StreamEvent};
use tokio::sync::mpsc::{Receiver, Sender};

use crate::app::Event;

/// A client that goes on in place of the one before, with a renewed session.
pub(super) type Renewed = Receiver<Client>;

/// What would be in vain at once may not be after a while: a proxy that is being set up, an account that is enabled again.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Follows the stream of `client` until its session is over, or nobody hears any more.
pub(super) async fn follow(mut client: Client, mut renewed: Renewed, events: Sender<Event>) {
    let mut stream = open(&client);
    loop {
        // Nothing is lost where a branch is dropped: both are channels.
        tokio::select! {
            biased;
            newer = renewed.recv() => {
                let Some(newer) = newer else { return };
                stream = stream.continue_with(&newer);
                client = newer;
            }
            event = stream.next() => match event {
                Some(Ok(event)) => {
                    if events.send(heard(event)).await.is_err() {
                        return;
                    }
                }
                Some(Err(error)) => {
                    let is_over = error.ends_the_session();
                    if events.send(ended(error)).await.is_err() || is_over {
                        return;
                    }
                    let Some(newer) = pause(&client, &mut renewed).await else { return };
                    client = newer;
                    stream = stream.continue_with(&client);
                }
                // It says why before it ends.
                None => return,
            },
        }
    }
}

fn open(client: &Client) -> EventStream {
    client.stream(&[Topic::Prices, Topic::Orders, Topic::Balance], &[])
}

/// Waits, at most until somebody wants a connection at once, and tells with which client to go on.
async fn pause(client: &Client, renewed: &mut Renewed) -> Option<Client> {
    match tokio::time::timeout(TRY_AGAIN, renewed.recv()).await {
        Ok(newer) => newer,
        Err(_) => Some(client.clone()),
    }
}

fn ended(error: ClientError) -> Event {
    if error.ends_the_session() { Event::SessionOver(error) } else { Event::Reconnecting(TRY_AGAIN, error) }
}

fn heard(event: StreamEvent) -> Event {
    match event {
        StreamEvent::Connected => Event::Connected,
        StreamEvent::Alive => Event::Alive,
        StreamEvent::Reconnecting { after, reason } => Event::Reconnecting(after, reason),
        StreamEvent::Prices(prices) => Event::Prices(prices),
        StreamEvent::Order(order) => Event::Order(order),
        StreamEvent::Balance(balance) => Event::Balance(balance),
        StreamEvent::Lagged(_) => Event::Lagged,
    }
}
