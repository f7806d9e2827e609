//! Who is told what. No clock and no waiting here: the task around it says what happened.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bytes::Bytes;
use cnop_core::api::{Balance, Lagged};
use cnop_core::time::Timestamp;

use super::event::{Encoder, EventId};
use super::market::Market;
use super::own::{Kind, Log};
use super::queue::MAX_BYTES;
use super::reader::Place;
use super::seat::{Asked, Seat};
use super::{MAX_STREAMS, NotOpened, Own, StreamLimits, Wanted};
use crate::clock::Clock;
use crate::guard::ClientNetwork;
use crate::http::order_of;
use crate::market::{Board, PriceBook};
use crate::store::{Cash, News, UserNumber, What};

/// A reader's number in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReaderId(u64);

/// The moment, and what makes a price old at it.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) book: &'a PriceBook,
    pub(super) time: Timestamp,
}

impl<'a> Now<'a> {
    pub(super) fn of(book: &'a PriceBook, clock: &Clock) -> Self {
        Self { book, time: clock.now() }
    }
}

/// Everything about open streams.
pub(super) struct Hub {
    encoder: Encoder,
    /// The number of the newest event.
    number: u64,
    market: Market,
    users: HashMap<UserNumber, Log>,
    networks: HashMap<ClientNetwork, u32>,
    seats: BTreeMap<ReaderId, Seat>,
    last_reader: ReaderId,
    closed: bool,
}

impl Hub {
    pub(super) fn new(boot: &str) -> Self {
        Self {
            encoder: Encoder::new(boot),
            number: 0,
            market: Market::new(),
            users: HashMap::new(),
            networks: HashMap::new(),
            seats: BTreeMap::new(),
            last_reader: ReaderId(0),
            closed: false,
        }
    }

    /// Gives a new reader its place.
    pub(super) fn open(&mut self, wanted: Wanted, limits: StreamLimits) -> Result<Place, NotOpened> {
        let Wanted { address, prices, own, after } = wanted;
        let network = ClientNetwork::from(address);
        self.check_limits(network, own.as_ref(), limits)?;
        self.last_reader = ReaderId(self.last_reader.0 + 1);
        let id = self.last_reader;
        if let Some(own) = &own {
            self.log_of(own.session.user).readers.insert(id);
        }
        *self.networks.entry(network).or_default() += 1;
        let asked = Asked { network, prices, own };
        let backlog = self.backlog(&asked, after);
        let (seat, events) = Seat::new(asked, backlog);
        self.seats.insert(id, seat);
        Ok(Place { id, events })
    }

    /// A user's events. What happened while none were kept has no number: a new log has one of its own, so that whoever
    /// comes back with an older id is told of the gap.
    fn log_of(&mut self, user: UserNumber) -> &mut Log {
        let Self { users, number, .. } = self;
        users.entry(user).or_insert_with(|| {
            *number += 1;
            Log::from(*number)
        })
    }

    fn check_limits(&self, network: ClientNetwork, own: Option<&Own>, limits: StreamLimits) -> Result<(), NotOpened> {
        if self.closed {
            return Err(NotOpened::Closing);
        }
        if self.seats.len() >= MAX_STREAMS {
            return Err(NotOpened::TooMany);
        }
        let of_address = self.networks.get(&network).copied().unwrap_or(0);
        if limits.an_address.is_some_and(|limit| of_address >= limit.get()) {
            return Err(NotOpened::TooManyOfAddress(of_address));
        }
        let of_user = own.and_then(|own| self.users.get(&own.session.user)).map_or(0, |log| log.readers.len() as u32);
        if limits.a_user.is_some_and(|limit| of_user >= limit.get()) {
            return Err(NotOpened::TooManyOfUser(of_user));
        }
        Ok(())
    }

    /// What a reader gets before everything that is yet to come: what it missed, or the state of things.
    fn backlog(&mut self, asked: &Asked, after: Option<EventId>) -> VecDeque<Bytes> {
        let missed = after.as_ref().map(|after| self.missed(asked, after));
        let alive = self.encoder.alive(self.number);
        let events = match missed {
            Some(Some(missed)) => missed,
            Some(None) => {
                let lagged = self.encoder.lagged(self.number, None);
                std::iter::once(lagged).chain(self.everything(asked)).collect()
            }
            None => self.everything(asked).into_iter().collect(),
        };
        events.into_iter().chain([alive]).collect()
    }

    /// The events after `after`, oldest first; `None` where they are no longer known, or more than may wait.
    fn missed(&self, asked: &Asked, after: &EventId) -> Option<Vec<Bytes>> {
        if *after.boot != *self.encoder.boot() || after.number > self.number {
            return None;
        }
        let mut events = match &asked.prices {
            Some(assets) => self.market.since(&self.encoder, after.number, assets)?,
            None => Vec::new(),
        };
        if let Some(own) = &asked.own {
            events.extend(self.users.get(&own.session.user)?.since(after.number, own)?);
        }
        if events.iter().map(|(_, event)| event.len()).sum::<usize>() > MAX_BYTES {
            return None;
        }
        events.sort_by_key(|(number, _)| *number);
        Some(events.into_iter().map(|(_, event)| event).collect())
    }

    fn everything(&mut self, asked: &Asked) -> Option<Bytes> {
        self.market.everything(&self.encoder, self.number, asked.prices.as_ref()?)
    }

    /// Takes a reader's place away: its queue ends once it is empty.
    pub(super) fn leave(&mut self, reader: ReaderId) {
        let Some(seat) = self.seats.remove(&reader) else { return };
        if let Some(count) = self.networks.get_mut(&seat.asked.network) {
            *count -= 1;
            if *count == 0 {
                self.networks.remove(&seat.asked.network);
            }
        }
        if let Some(log) = seat.asked.own.and_then(|own| self.users.get_mut(&own.session.user)) {
            log.readers.remove(&reader);
        }
    }

    /// Ends every stream, for good.
    pub(super) fn close(&mut self) {
        self.closed = true;
        let readers: Vec<_> = self.seats.keys().copied().collect();
        readers.into_iter().for_each(|reader| self.leave(reader));
    }

    /// What each reader of something private ends with.
    pub(super) fn sessions(&self) -> Vec<(ReaderId, Own)> {
        self.seats.iter().filter_map(|(reader, seat)| Some((*reader, seat.asked.own.clone()?))).collect()
    }

    /// Tells what is new on the board.
    pub(super) fn look(&mut self, board: &Board, now: Now<'_>) {
        if !self.market.look(board, now, self.number + 1) {
            return;
        }
        self.number += 1;
        for seat in self.seats.values_mut() {
            let event = seat.asked.prices.as_ref().and_then(|assets| self.market.newest(&self.encoder, assets));
            event.into_iter().for_each(|event| seat.push(event));
        }
    }

    /// Tells what a commit did, to whom it did it.
    pub(super) fn tell(&mut self, bulletin: &[News]) {
        for News { user, what } in bulletin {
            let Some(log) = self.users.get_mut(user) else { continue };
            self.number += 1;
            let (kind, event) = match what {
                What::Order(order) => (Kind::Order, self.encoder.json("order", self.number, &order_of(order))),
                What::Balance(cash) => (Kind::Balance, self.encoder.json("balance", self.number, &balance(*cash))),
            };
            log.keep(self.number, kind, event.clone());
            for reader in &log.readers {
                let seat = self.seats.get_mut(reader);
                let wants = |seat: &&mut Seat| seat.asked.own.as_ref().is_some_and(|own| own.wants(kind));
                seat.filter(wants).into_iter().for_each(|seat| seat.push(event.clone()));
            }
        }
    }

    /// News were lost on the way here: whoever waits for some must look anew.
    pub(super) fn lose_news(&mut self) {
        self.number += 1;
        let lagged = self.encoder.lagged(self.number, None);
        self.users.values_mut().for_each(|log| log.forget_until(self.number));
        for seat in self.seats.values_mut().filter(|seat| seat.asked.own.is_some()) {
            seat.push_loss(lagged.clone());
        }
    }

    /// Tells those who fell behind, and have room again, what they missed; and forgets users who are gone.
    pub(super) fn catch_up(&mut self) {
        for seat in self.seats.values_mut() {
            let Some(Lagged { missed }) = seat.can_catch_up() else { continue };
            let lagged = self.encoder.lagged(self.number, missed);
            let prices = seat.asked.prices.as_ref();
            let prices = prices.and_then(|assets| self.market.everything(&self.encoder, self.number, assets));
            seat.catch_up(lagged, prices);
        }
        self.users.retain(|_, log| log.lives_on());
    }

    /// How many streams are open.
    pub(super) fn count(&self) -> usize {
        self.seats.len()
    }

    /// A sign of life for everybody.
    pub(super) fn beat(&mut self) {
        let alive = self.encoder.alive(self.number);
        self.seats.values_mut().for_each(|seat| seat.push_beat(alive.clone()));
    }
}

/// As `GET /balance` would answer.
fn balance(Cash { current, held, updated_at }: Cash) -> Balance {
    let available = current.checked_sub(held).expect("what is held is part of the cash");
    Balance { current_balance: current, available_balance: available, held_balance: held, updated_at }
}

#[cfg(test)]
mod tests;
