//! The event stream as events of the loop, for as long as a session lasts.

use cnop_core::api::Topic;
use cnop_core::client::{Client, ClientError, StreamEvent};
use tokio::sync::mpsc::{Receiver, Sender};

use crate::app::Event;

/// A client that goes on in place of the one before, with a renewed session.
pub(super) type Renewed = Receiver<Client>;

/// Follows the stream of `client` until its session is over, or nobody hears any more.
pub(super) async fn follow(client: Client, mut renewed: Renewed, events: Sender<Event>) {
    let mut stream = client.stream(&[Topic::Prices, Topic::Orders, Topic::Balance], &[]);
    loop {
        // Nothing is lost where a branch is dropped: both are channels.
        tokio::select! {
            biased;
            Some(client) = renewed.recv() => stream = stream.continue_with(&client),
            event = stream.next() => match event {
                Some(event) => {
                    let is_over = event.is_err();
                    if events.send(heard(event)).await.is_err() || is_over {
                        return;
                    }
                }
                None => return,
            },
        }
    }
}

fn heard(event: Result<StreamEvent, ClientError>) -> Event {
    match event {
        Ok(StreamEvent::Connected) => Event::Connected,
        Ok(StreamEvent::Reconnecting { after, reason }) => Event::Reconnecting(after, reason),
        Ok(StreamEvent::Prices(prices)) => Event::Prices(prices),
        Ok(StreamEvent::Order(order)) => Event::Order(order),
        Ok(StreamEvent::Balance(balance)) => Event::Balance(balance),
        Ok(StreamEvent::Lagged(_)) => Event::Lagged,
        Err(error) => Event::SessionOver(error),
    }
}
