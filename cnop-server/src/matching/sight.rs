//! The prices that orders meet.

use std::collections::VecDeque;
use std::sync::Arc;

use cnop_core::money::Price;
use cnop_core::order::{Seen, Side};
use cnop_core::time::Timestamp;

use crate::market::{Board, Listing, PriceBook};
use crate::store::Waits;

/// Boards that an order meets although it was told of after them: its commit took that long.
const KEPT_BOARDS: usize = 16;

/// The last boards of a book, oldest first.
#[derive(Clone)]
pub(super) struct Sight {
    book: Arc<PriceBook>,
    boards: VecDeque<Arc<Board>>,
}

impl Sight {
    /// Of the board of now.
    pub(super) fn new(book: Arc<PriceBook>) -> Self {
        let boards = VecDeque::from([book.board()]);
        Self { book, boards }
    }

    /// Takes in the next board.
    pub(super) fn push(&mut self, board: Arc<Board>) {
        self.boards.push_back(board);
        if self.boards.len() > KEPT_BOARDS {
            self.boards.pop_front();
        }
    }

    /// Whether an order saw a board that has yet to come in here: what comes before that one is not for it.
    pub(super) fn is_behind(&self, waits: &Waits) -> bool {
        let Some(newest) = self.boards.back().filter(|newest| newest.number() < self.book.board().number()) else {
            return false;
        };
        quote_of(newest, waits).is_none_or(|seen| seen.at < waits.placed_at.at)
    }

    /// The price that has come for an order before it was told of: the one that stood when it was placed, or one since.
    pub(super) fn reached(&self, waits: &Waits, now: Timestamp) -> Option<Price> {
        let since = self.since(waits).filter_map(|board| self.price(board.get(waits.asset_id)?, waits.side, now));
        std::iter::once(waits.placed_at).chain(since).map(|seen| seen.price).find(|price| waits.takes(*price))
    }

    /// The boards since an order's placement: after the one that it saw, or, where that is gone, by their time.
    fn since(&self, waits: &Waits) -> impl Iterator<Item = &Arc<Board>> {
        let saw = self.boards.iter().rposition(|board| quote_of(board, waits) == Some(waits.placed_at));
        let placed_at = waits.placed_at.at;
        let is_later =
            move |board: &&Arc<Board>| saw.is_some() || quote_of(board, waits).is_some_and(|seen| seen.at > placed_at);
        self.boards.iter().skip(saw.map_or(0, |place| place + 1)).filter(is_later)
    }

    /// A price that may be traded at. An old one triggers nothing, and what is inactive is not bought.
    pub(super) fn price(&self, listing: &Listing, side: Side, now: Timestamp) -> Option<Seen> {
        let quote = listing.quote.as_ref().filter(|quote| !self.book.is_stale(quote, now))?;
        (side == Side::Sell || listing.is_active).then_some(Seen { price: quote.price, at: quote.at })
    }
}

/// What a board says of an order's asset, however old.
fn quote_of(board: &Board, waits: &Waits) -> Option<Seen> {
    let quote = board.get(waits.asset_id)?.quote.as_ref()?;
    Some(Seen { price: quote.price, at: quote.at })
}
