//! Connects, reads, and after a break waits and connects again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::parser::{Block, Parser, TooLong};
use super::{Client, ClientError, StreamEvent};

/// A server that does not answer within this is away: with the longest pause, it is tried every 10 s.
const OPENS_WITHIN: Duration = Duration::from_secs(5);

/// How long a stream waits for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// The server says something every 15 s: whoever has missed two of them is no longer connected.
    pub(super) silence: Duration,
    /// The first pause before connecting again; each is twice as long, with jitter so that many clients do not march.
    pub(super) first_pause: Duration,
    /// The longest pause, also where the server asks for more.
    pub(super) longest_pause: Duration,
    /// A connection that held for so long was a good one: the next break begins with the first pause.
    pub(super) steady: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(40),
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(5),
            steady: Duration::from_secs(10),
        }
    }
}

/// An event on its way to the face, and where to go on from after it.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) position: Option<String>,
    pub(super) event: Result<StreamEvent, ClientError>,
}

/// Nobody takes events any more.
struct Unheard;

/// Why a connection was left.
enum Left {
    /// It broke, or there was none.
    Broken(ClientError),
    /// The face is gone.
    Unheard,
}

impl From<Unheard> for Left {
    fn from(_: Unheard) -> Self {
        Self::Unheard
    }
}

impl From<ClientError> for Left {
    fn from(error: ClientError) -> Self {
        Self::Broken(error)
    }
}

/// What the task behind a stream owns.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) topics: Option<String>,
    pub(super) assets: Option<String>,
    /// Where to go on from.
    pub(super) position: Option<String>,
    pub(super) patience: Patience,
    /// Since when there is a connection, or was the last one.
    pub(super) connected: Option<Instant>,
    pub(super) events: mpsc::Sender<Delivery>,
}

impl Connection {
    /// Keeps a connection until trying again would be in vain.
    pub(super) async fn run(mut self) {
        let mut pauses = self.pauses();
        loop {
            let Err(left) = self.follow().await;
            let Left::Broken(reason) = left else { return };
            if is_final(&reason) {
                let _ = self.deliver(Err(reason)).await; // The task ends either way.
                return;
            }
            if self.connected.take().is_some_and(|since| since.elapsed() >= self.patience.steady) {
                pauses = self.pauses();
            }
            let wished = Duration::from_secs(reason.retry_after().unwrap_or(0));
            let after = pauses.next().unwrap_or_default().max(wished).min(self.patience.longest_pause);
            if self.deliver(Ok(StreamEvent::Reconnecting { after, reason })).await.is_err() {
                return;
            }
            tokio::time::sleep(after).await;
        }
    }

    fn pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        let Patience { first_pause, longest_pause, .. } = self.patience;
        let pauses = ExponentialBuilder::new().with_min_delay(first_pause).with_max_delay(longest_pause);
        pauses.without_max_times().with_jitter().build()
    }

    /// One connection from its beginning to its end.
    async fn follow(&mut self) -> Result<std::convert::Infallible, Left> {
        let mut response = self.connect().await?;
        self.connected = Some(Instant::now());
        self.deliver(Ok(StreamEvent::Connected)).await?;
        let (mut parser, mut blocks) = (Parser::default(), Vec::new());
        loop {
            let chunk = tokio::time::timeout(self.patience.silence, response.chunk()).await;
            let chunk = chunk.map_err(|_| self.lost("it has fallen silent"))?;
            let chunk = chunk.map_err(|error| ClientError::from_transport(self.client.origin(), &error))?;
            let chunk = chunk.ok_or_else(|| self.lost("it ended the stream"))?;
            parser.feed(&chunk, &mut blocks).map_err(|TooLong| unexpected("an event beyond all measure"))?;
            for block in blocks.drain(..) {
                self.take(block).await?;
            }
        }
    }

    async fn connect(&self) -> Result<Response, ClientError> {
        let mut request = self.client.get(&["stream"]);
        request = request.query("topics", self.topics.as_deref()).query("assets", self.assets.as_deref());
        if self.topics.as_deref().is_some_and(|topics| topics != "prices") {
            request = request.authorized();
        }
        let response = request.timeout(OPENS_WITHIN).open_stream(self.position.as_deref()).await?;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("text/event-stream") { Ok(response) } else { Err(unexpected("not a stream of events")) }
    }

    async fn take(&mut self, block: Block) -> Result<(), Left> {
        let event = match block.event.as_str() {
            "prices" => Some(StreamEvent::Prices(read(&block)?)),
            "order" => Some(StreamEvent::Order(read(&block)?)),
            "balance" => Some(StreamEvent::Balance(read(&block)?)),
            "lagged" => Some(StreamEvent::Lagged(read(&block)?)),
            "" => Some(StreamEvent::Alive),
            _ => None, // An event of a newer server.
        };
        self.position = block.id.or_else(|| self.position.take());
        match event {
            Some(event) => Ok(self.deliver(Ok(event)).await?),
            None => Ok(()),
        }
    }

    async fn deliver(&self, event: Result<StreamEvent, ClientError>) -> Result<(), Unheard> {
        self.events.send(Delivery { position: self.position.clone(), event }).await.map_err(|_| Unheard)
    }

    fn lost(&self, reason: &str) -> ClientError {
        ClientError::no_answer(self.client.origin(), reason)
    }
}

fn read<T: DeserializeOwned>(block: &Block) -> Result<T, ClientError> {
    serde_json::from_str(&block.data).map_err(|error| unexpected(&format!("{}: {error}", block.event)))
}

/// What is no stream of a CNOP server will not become one.
fn unexpected(text: &str) -> ClientError {
    ClientError::UnexpectedAnswer { status: 200, text: text.to_owned() }
}

/// Whether the same request would find the same end again.
fn is_final(error: &ClientError) -> bool {
    const TOO_MANY_REQUESTS: u16 = 429;
    match error {
        ClientError::Refused { problem, .. } => problem.status < 500 && problem.status != TOO_MANY_REQUESTS,
        ClientError::UnexpectedAnswer { status, .. } => *status < 500 && *status != TOO_MANY_REQUESTS,
        ClientError::InsecureTransport { .. } | ClientError::Setup { .. } => true,
        ClientError::Unreachable { .. } | ClientError::NoAnswer { .. } => false,
    }
}
