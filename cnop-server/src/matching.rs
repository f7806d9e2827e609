//! Brings waiting orders and prices together.
//!
//! The matcher hears of every order from the store and of every tick from the price book. It looks which orders a price
//! reaches, and asks the writer to execute them at that price; whether an order still waits is decided there
//! (`store::commands::AdvanceOrder`), so that a price, a cancellation and the end of its time end it once. Nothing is lost
//! with this index: it is read from the store at the start, and again when news were missed (`load`). See `waiting` for its
//! form, `sight` for the prices.

mod load;
mod sight;
mod waiting;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use cnop_core::ledger::Event;
use cnop_core::order::{Seen, Side, WhyCancelled};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::clock::Clock;
use crate::market::{Board, PriceBook};
use crate::store::commands::AdvanceOrder;
use crate::store::{Bulletin, News, OrderKind, Store, SubmitError, Waits, What};
use load::Early;
use sight::Sight;
use waiting::{OrderKey, Waiting};

/// Orders at the writer at a time: one of its batches, a third of its queue, so that users find room beside them.
const AT_ONCE: usize = 512;
/// A full queue is tried again after so long: a commit or two.
const RETRY_AFTER: Duration = Duration::from_millis(10);
/// The longest sleep towards a deadline, in case that the system's clock leaps: an order ends within a second of its time.
const LONGEST_SLEEP_MS: i64 = 500;

/// What became of a command on its way.
type Answer = Pin<Box<dyn Future<Output = Result<(), SubmitError>> + Send>>;

/// The waiting orders and what is to be done about them.
pub(crate) struct Matcher {
    store: Store,
    book: Arc<PriceBook>,
    clock: Clock,
    news: Receiver<Bulletin>,
    ticks: Receiver<Arc<Board>>,
    waiting: Waiting,
    early: Early,
    sight: Sight,
    /// What the writer is to be asked, and what it was asked: both are served in order.
    due: VecDeque<AdvanceOrder>,
    /// So many at its front came back for want of room on the disk.
    returned: usize,
    under_way: VecDeque<(AdvanceOrder, Answer)>,
    progress: Progress,
}

/// Tells of which boards everything is done.
#[derive(Debug, Default)]
struct Progress {
    asked: u64,
    done: u64,
    /// A board, and how much was asked for up to it.
    boards: VecDeque<(u64, u64)>,
}

impl Matcher {
    /// A matcher that misses nothing from now on.
    pub(crate) fn new(store: Store, book: Arc<PriceBook>, clock: Clock) -> Self {
        let (news, ticks) = (store.listen(), book.listen());
        let sight = Sight::new(Arc::clone(&book));
        Self {
            store,
            book,
            clock,
            news,
            ticks,
            waiting: Waiting::default(),
            early: Early::new(),
            sight,
            due: VecDeque::new(),
            returned: 0,
            under_way: VecDeque::new(),
            progress: Progress::default(),
        }
    }

    /// Works until it cannot go on, and answers why. The caller drops it to stop.
    pub(crate) async fn run(mut self) -> String {
        match self.work().await {
            Err(reason) => reason,
            Ok(never) => match never {},
        }
    }

    async fn work(&mut self) -> Result<std::convert::Infallible, String> {
        self.load().await?;
        loop {
            self.submit()?;
            self.report();
            let (until_deadline, deadline) = (self.until_deadline(), self.waiting.next_deadline());
            let held_up = !self.due.is_empty() && self.under_way.len() < AT_ONCE;
            // Nothing is lost where a branch is dropped: channels keep their messages, and an answer is polled again.
            tokio::select! {
                biased;
                news = self.news.recv() => self.take_news(news).await?,
                board = self.ticks.recv() => self.take_tick(board).await?,
                Some(answer) = first(&mut self.under_way) => self.take_answer(answer)?,
                () = tokio::time::sleep(RETRY_AFTER), if held_up => {}
                () = tokio::time::sleep(until_deadline), if deadline.is_some() => self.end_what_is_over(),
            }
        }
    }

    /// Reads everything that waits from the store, and takes in what was committed while it did.
    async fn load(&mut self) -> Result<(), String> {
        let (loaded, meanwhile) = loop {
            self.news = self.store.listen();
            let (sight, now) = (self.sight.clone(), self.clock.now());
            if let Some(loaded) = load::load(&self.store, &mut self.news, sight, now).await? {
                break loaded;
            }
        };
        (self.waiting, self.early) = (loaded.waiting, loaded.early);
        loaded.reached.into_iter().for_each(|(key, price)| self.ask(key, Event::Price(price)));
        meanwhile.iter().flat_map(|bulletin| bulletin.iter()).for_each(|news| self.take_in(news));
        Ok(())
    }

    async fn take_news(&mut self, news: Result<Bulletin, RecvError>) -> Result<(), String> {
        match news {
            Ok(bulletin) => bulletin.iter().for_each(|news| self.take_in(news)),
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "the matcher missed some commits and reads all waiting orders anew");
                self.load().await?;
            }
            Err(RecvError::Closed) => return Err("the store tells nothing any more".to_owned()),
        }
        Ok(())
    }

    fn take_in(&mut self, News { user, what }: &News) {
        let What::Order(record) = what else { return };
        let OrderKind::Limit(order) = &record.kind else { return };
        let (key, waits) = ((*user, record.sequence), Waits::from(order.as_ref()));
        if order.is_open() {
            return self.let_wait(key, waits);
        }
        self.early.remove(&record.sequence);
        self.waiting.remove(key, &waits);
    }

    /// An order meets no board of before its placement: where the matcher is so far behind, it comes in later.
    fn let_wait(&mut self, key: OrderKey, waits: Waits) {
        if self.sight.is_behind(&waits) {
            let (user, sequence) = key;
            self.early.insert(sequence, (user, waits));
            return;
        }
        match self.sight.reached(&waits, self.clock.now()) {
            Some(price) => {
                self.ask(key, Event::Price(price));
                self.waiting.insert_deadline(key, &waits);
            }
            None => self.waiting.insert(key, &waits),
        }
    }

    /// Every order that was committed before a tick meets it.
    async fn take_tick(&mut self, board: Result<Arc<Board>, RecvError>) -> Result<(), String> {
        let board = match board {
            Ok(board) => board,
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "the matcher fell behind the market and skips ticks");
                return Ok(());
            }
            Err(RecvError::Closed) => return Err("the market has ended".to_owned()),
        };
        loop {
            match self.news.try_recv() {
                Ok(bulletin) => bulletin.iter().for_each(|news| self.take_in(news)),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Lagged(missed)) => self.take_news(Err(RecvError::Lagged(missed))).await?,
                Err(TryRecvError::Closed) => self.take_news(Err(RecvError::Closed)).await?,
            }
        }
        self.match_with(board);
        Ok(())
    }

    fn match_with(&mut self, board: Arc<Board>) {
        let now = self.clock.now();
        for listing in board.listings() {
            let asset_id = listing.facts.asset_id;
            if !listing.is_active {
                let cancelled = self.waiting.take_all(asset_id, Side::Buy);
                cancelled.into_iter().for_each(|key| self.ask(key, Event::Cancel(WhyCancelled::NotTradable)));
            }
            for side in [Side::Buy, Side::Sell] {
                let Some(Seen { price, .. }) = self.sight.price(listing, side, now) else { continue };
                let reached = self.waiting.take_reached(asset_id, side, price);
                reached.into_iter().for_each(|key| self.ask(key, Event::Price(price)));
            }
        }
        let number = board.number();
        self.sight.push(board);
        for (sequence, (user, waits)) in std::mem::take(&mut self.early) {
            self.let_wait((user, sequence), waits);
        }
        self.progress.looked_at(number);
    }

    fn end_what_is_over(&mut self) {
        let over = self.waiting.take_over(self.clock.now());
        over.into_iter().for_each(|key| self.ask(key, Event::Deadline));
    }

    fn until_deadline(&self) -> Duration {
        let left = self.waiting.next_deadline().map_or(0, |at| at.as_millis() - self.clock.now().as_millis());
        Duration::from_millis(left.clamp(0, LONGEST_SLEEP_MS).unsigned_abs())
    }

    fn ask(&mut self, (user, order): OrderKey, event: Event) {
        self.due.push_back(AdvanceOrder { user, order, event });
        self.progress.asked += 1;
    }

    /// Hands the writer what is due, in order. What a full queue does not take keeps its price and its place.
    fn submit(&mut self) -> Result<(), String> {
        while self.under_way.len() < AT_ONCE && self.store.has_room() {
            let Some(next) = self.due.front().copied() else { break };
            match self.store.enqueue(next) {
                Ok(answer) => {
                    self.due.pop_front();
                    self.returned = self.returned.saturating_sub(1);
                    self.under_way.push_back((next, Box::pin(async { answer.await.map(drop) })));
                }
                Err(SubmitError::Overloaded) => break,
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    fn take_answer(&mut self, answer: Result<(), SubmitError>) -> Result<(), String> {
        let asked = self.under_way.pop_front().map(|(asked, _)| asked);
        if let (Err(SubmitError::NoRoom), Some(asked)) = (&answer, asked) {
            // It keeps its price and its place until there is room.
            self.due.insert(self.returned, asked);
            self.returned += 1;
            return Ok(());
        }
        self.progress.done += 1;
        match answer {
            Ok(()) => Ok(()),
            // The order of a damaged account stays where it is; everybody else's go on.
            Err(error @ (SubmitError::Unreadable(_) | SubmitError::Refused(_))) => {
                tracing::error!(%error, ?asked, "a waiting order cannot be advanced");
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Tells for which boards everything is on disk.
    fn report(&mut self) {
        if let Some(number) = self.progress.settled() {
            self.book.settle(number);
        }
    }
}

impl Progress {
    fn looked_at(&mut self, number: u64) {
        self.boards.push_back((number, self.asked));
    }

    /// The newest board of which everything is done, if there is one that was not told of.
    fn settled(&mut self) -> Option<u64> {
        let mut newest = None;
        while let Some((number, _)) = self.boards.front().filter(|(_, asked)| *asked <= self.done) {
            newest = Some(*number);
            self.boards.pop_front();
        }
        newest
    }
}

/// The answer to what was asked first; `None` where nothing is under way.
async fn first(under_way: &mut VecDeque<(AdvanceOrder, Answer)>) -> Option<Result<(), SubmitError>> {
    Some(under_way.front_mut()?.1.as_mut().await)
}

#[cfg(test)]
mod tests;
