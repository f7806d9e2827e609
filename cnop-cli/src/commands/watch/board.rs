//! What the screen shows: prices in the order of the market, one's orders and cash, and how the connection is.
//!
//! Pure: events and the moment come in, lines go out.

use std::cmp::Ordering;

use anstyle::Style;
use cnop_core::api::{Balance, Order, PriceUpdate, Prices, Topic};
use cnop_core::client::StreamEvent;
use cnop_core::order::OrderStatus;
use cnop_core::time::Timestamp;

use super::account::Standing;
use super::lines;
use crate::cell::{Cell, Tone};
use crate::format;
use crate::look::{HINT, Look, WARNING};
use crate::table;
use crate::text::one_line;
use crate::view::{Column, View, left, right};
use crate::wording;

/// How long what became of an order stays on the screen.
const ENDED_STAYS_MS: i64 = 10 * 60 * Timestamp::SECOND_MS;

/// How long the arrow of a move stands.
const MOVE_STAYS_MS: i64 = 3 * Timestamp::SECOND_MS;

/// Everything that is shown.
pub(super) struct Board {
    server: String,
    link: Link,
    was_live: bool,
    /// The time of the last tick, by the server.
    tick: Option<Timestamp>,
    has_prices: bool,
    prices: Vec<Quoted>,
    /// Newest first; `None` where they are not watched.
    orders: Option<Vec<Seen>>,
    /// `None` where it is not watched.
    cash: Option<Option<Balance>>,
    /// The last thing that went wrong, in a line.
    remark: Option<String>,
}

/// How the connection is.
enum Link {
    Connecting,
    Live,
    /// Until then nothing is tried.
    Broken {
        until: Timestamp,
        why: String,
    },
}

/// A price, and when it changed by this machine's clock.
struct Quoted {
    update: PriceUpdate,
    changed_at: Timestamp,
    moved: Ordering,
}

/// An order, and when it was told.
struct Seen {
    order: Order,
    at: Timestamp,
}

impl Board {
    pub(super) fn new(server: String, topics: &[Topic]) -> Self {
        let has = |topic| topics.contains(&topic);
        Self {
            server,
            link: Link::Connecting,
            was_live: false,
            tick: None,
            has_prices: has(Topic::Prices),
            prices: Vec::new(),
            orders: has(Topic::Orders).then(Vec::new),
            cash: has(Topic::Balance).then_some(None),
            remark: None,
        }
    }

    /// Lets an event happen at `now`.
    pub(super) fn tell(&mut self, event: StreamEvent, now: Timestamp) {
        match event {
            StreamEvent::Alive => {}
            StreamEvent::Connected => (self.link, self.was_live) = (Link::Live, true),
            StreamEvent::Reconnecting { after, reason } => {
                let millis = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
                self.link = Link::Broken { until: now.plus_millis(millis), why: one_line(&reason.to_string()) };
            }
            StreamEvent::Prices(Prices { time, prices }) => {
                self.tick = Some(time);
                prices.into_iter().for_each(|update| self.quote(update, now));
            }
            StreamEvent::Order(order) => self.note(*order, now),
            StreamEvent::Balance(balance) => self.cash = self.cash.as_ref().map(|_| Some(balance)),
            StreamEvent::Lagged(lagged) => {
                // What was missed is looked up, so that there is nothing to do about it.
                self.remark = lagged.missed.map(|_| lines::missed(lagged.missed));
            }
        }
    }

    /// Takes how it stands now.
    pub(super) fn learn(&mut self, standing: Standing) {
        if let Some(waiting) = standing.orders {
            let at = |order: &Order| order.created_at;
            let mut orders: Vec<_> = waiting.into_iter().map(|order| Seen { at: at(&order), order }).collect();
            let known = |id| orders.iter().any(|seen: &Seen| seen.order.order_id == id);
            let ended = self.orders.take().into_iter().flatten();
            let ended: Vec<_> = ended.filter(|seen| !is_waiting(&seen.order) && !known(seen.order.order_id)).collect();
            orders.extend(ended);
            self.orders = Some(orders);
            self.remark = None;
        }
        if standing.balance.is_some() {
            self.cash = Some(standing.balance);
        }
    }

    fn quote(&mut self, update: PriceUpdate, now: Timestamp) {
        match self.prices.iter_mut().find(|quoted| quoted.update.asset_id == update.asset_id) {
            Some(quoted) => {
                let moved = update.price_usd.cmp(&quoted.update.price_usd);
                if moved != Ordering::Equal {
                    (quoted.changed_at, quoted.moved) = (now, moved);
                }
                quoted.update = update;
            }
            None => self.prices.push(Quoted { update, changed_at: now, moved: Ordering::Equal }),
        }
    }

    fn note(&mut self, order: Order, now: Timestamp) {
        let Some(orders) = &mut self.orders else { return };
        orders.retain(|seen| seen.order.order_id != order.order_id);
        orders.insert(0, Seen { order, at: now });
    }

    /// Whether there was ever something to see.
    pub(super) fn was_live(&self) -> bool {
        self.was_live
    }

    /// Everything at `now` in at most `height` lines. The connection and the cash stay whatever else has to go.
    pub(super) fn lines(&self, now: Timestamp, look: Look, height: usize) -> Vec<String> {
        let mut lines = vec![cut(&self.headline(now, look), look)];
        if let Some(remark) = &self.remark {
            lines.push(cut(&look.paint(WARNING, remark), look));
        }
        if let Some(cash) = &self.cash {
            let cash = cash.as_ref().map_or_else(|| format!("Cash {}", format::UNKNOWN), lines::balance);
            lines.push(cut(&cash, look));
        }
        let draw_orders = |count| self.order_lines(count, now, look);
        let draw_prices = |count| self.price_lines(count, now, look);
        let (orders, prices) = (self.shown_orders(now).count(), self.prices.len());
        let left = height.saturating_sub(lines.len());
        // Orders get what they need up to a half, and more where prices leave it.
        let for_orders = draw_orders(orders).len().min((left / 2).max(left.saturating_sub(draw_prices(prices).len())));
        lines.extend(fitted(prices, left - for_orders, draw_prices));
        lines.extend(fitted(orders, for_orders, draw_orders));
        lines
    }

    fn headline(&self, now: Timestamp, look: Look) -> String {
        let (style, state): (Style, String) = match &self.link {
            Link::Connecting => (Style::new(), "Connecting to".to_owned()),
            Link::Live => (HINT, "Live at".to_owned()),
            Link::Broken { until, .. } => {
                let seconds = (until.as_millis() - now.as_millis()).max(0) / Timestamp::SECOND_MS;
                (WARNING, format!("Reconnecting in {seconds} s to"))
            }
        };
        let why = match &self.link {
            Link::Broken { why, .. } => format!(": {why}"),
            _ => String::new(),
        };
        let tick = self.tick.map(|tick| format!(", prices of {} (UTC)", format::time(tick))).unwrap_or_default();
        format!("{} {}{tick}{why}", look.paint(style, &state), self.server)
    }

    /// The first `count` prices.
    fn price_lines(&self, count: usize, now: Timestamp, look: Look) -> Vec<String> {
        if !self.has_prices {
            return Vec::new();
        }
        let columns = [
            left("ASSET", "asset_id"),
            right("PRICE", "price_usd"),
            Column::shown(""),
            right("24 H", "price_change_percentage_24h").leaves(3),
            left("CHANGED", "changed").leaves(2),
            Column::shown("NOTE").leaves(1),
        ];
        let rows = self.prices.iter().take(count).map(|quoted| quoted.row(now, self.is_live()));
        drawn(&View::table(columns, rows, "No prices yet."), look)
    }

    fn is_live(&self) -> bool {
        matches!(self.link, Link::Live)
    }

    /// Those that wait, and those that ended lately.
    fn shown_orders(&self, now: Timestamp) -> impl Iterator<Item = &Seen> {
        let ended_lately = move |seen: &Seen| now.as_millis() - seen.at.as_millis() < ENDED_STAYS_MS;
        self.orders.iter().flatten().filter(move |seen| is_waiting(&seen.order) || ended_lately(seen))
    }

    /// The first `count` orders.
    fn order_lines(&self, count: usize, now: Timestamp, look: Look) -> Vec<String> {
        if self.orders.is_none() {
            return Vec::new();
        }
        let columns = [
            left("ORDER", "order_id").leaves(2),
            left("WHAT", "what"),
            left("STATUS", "status"),
            right("PRICE", "price").leaves(1),
            left("CHANGED", "changed").leaves(3),
        ];
        let rows = self.shown_orders(now).take(count).map(|seen| seen.row(now));
        drawn(&View::table(columns, rows, "No orders wait."), look)
    }
}

impl Quoted {
    /// While nothing comes in, every price may be an old one.
    fn row(&self, now: Timestamp, is_live: bool) -> [Cell; 6] {
        let age_ms = now.as_millis() - self.changed_at.as_millis();
        let (arrow, tone) = match self.moved {
            _ if age_ms >= MOVE_STAYS_MS => ("", Tone::Plain),
            Ordering::Less => ("v", Tone::Loss),
            Ordering::Equal => ("", Tone::Plain),
            Ordering::Greater => ("^", Tone::Gain),
        };
        let note = match (self.update.stale, is_live) {
            (true, _) => Cell::text("old price").toned(Tone::Warning),
            (false, false) => Cell::text("not live").toned(Tone::Warning),
            (false, true) => Cell::nothing(),
        };
        [
            Cell::text(self.update.asset_id),
            Cell::maybe(self.update.price_usd, Cell::market_price).toned(tone),
            Cell::text(arrow).toned(tone),
            Cell::maybe(self.update.price_change_percentage_24h, Cell::change),
            Cell::age(self.changed_at, now),
            note,
        ]
    }
}

impl Seen {
    fn row(&self, now: Timestamp) -> [Cell; 5] {
        let Order { order_id, status, price, .. } = self.order;
        let tone = match status {
            OrderStatus::Completed => Tone::Gain,
            OrderStatus::Failed | OrderStatus::Expired => Tone::Warning,
            OrderStatus::Cancelled => Tone::Faint,
            _ => Tone::Plain,
        };
        [
            Cell::text(order_id),
            Cell::text(wording::of_order(&self.order)),
            Cell::text(status).toned(tone),
            Cell::maybe(price, Cell::price),
            Cell::age(self.at, now),
        ]
    }
}

fn is_waiting(order: &Order) -> bool {
    order.status == OrderStatus::Queued
}

/// A blank line, and the table.
fn drawn(view: &View, look: Look) -> Vec<String> {
    let table = table::draw(view, look);
    std::iter::once(String::new()).chain(table.lines().map(str::to_owned)).collect()
}

/// As many of the rows as fit the height; where some do not, the last line says how many. A row may take several lines.
fn fitted(rows: usize, height: usize, draw: impl Fn(usize) -> Vec<String>) -> Vec<String> {
    let all = draw(rows);
    if all.len() <= height {
        return all;
    }
    let fitting = (1..rows.min(height)).rev().map(|count| (count, draw(count))).find(|(_, lines)| lines.len() < height);
    let (count, mut lines) = fitting.unwrap_or_default();
    if height > 0 {
        lines.push(format!("... {} more", rows - count));
    }
    lines
}

/// Within the width of the terminal, so that no line becomes two.
fn cut(line: &str, look: Look) -> String {
    match look.width {
        Some(width) => console::truncate_str(line, usize::from(width), "...").into_owned(),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use cnop_core::client::ClientError;

    use super::*;

    const PLAIN: Look = Look { width: Some(80), colour: false };

    fn at(seconds: i64) -> Timestamp {
        "2026-02-15T08:00:00Z".parse::<Timestamp>().unwrap().plus_millis(seconds * 1_000)
    }

    fn prices(list: &[(&str, &str)]) -> StreamEvent {
        let row = |(id, price): &(&str, &str)| {
            format!(r#"{{"asset_id":"{id}","price_usd":{price},"price_change_percentage_24h":-1.5,"stale":false}}"#)
        };
        let rows = list.iter().map(row).collect::<Vec<_>>().join(",");
        let json = format!(r#"{{"time":"2026-02-15T08:00:00.000Z","prices":[{rows}]}}"#);
        StreamEvent::Prices(serde_json::from_str(&json).unwrap())
    }

    fn order(id: &str, status: &str) -> Order {
        let json = format!(
            r#"{{"order_id":"order_{id:0>12}0","order_type":"limit_buy","asset_id":"BTC","quantity":"0.05","price":null,
                "status":"{status}","total_amount":null,"created_at":"2026-02-15T08:00:00.000Z","limit_price":"60000",
                "executed_at":null,"expires_at":"2026-02-22T08:00:00.000Z","held_amount":null}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn balance() -> Balance {
        let json = r#"{"current_balance":"10","available_balance":"7","held_balance":"3","updated_at":"2026-02-15T08:00:00.000Z"}"#;
        serde_json::from_str(json).unwrap()
    }

    fn board(topics: &[Topic]) -> Board {
        Board::new("http://127.0.0.1:8080".to_owned(), topics)
    }

    #[track_caller]
    fn check(board: &Board, now: Timestamp, height: usize, expected: &[&str]) {
        assert_eq!(board.lines(now, PLAIN, height), expected);
    }

    #[test]
    fn prices_stand_in_the_order_of_the_market_with_the_way_they_went() {
        let mut board = board(&[Topic::Prices]);
        check(&board, at(0), 20, &["Connecting to http://127.0.0.1:8080", "", "No prices yet."]);
        board.tell(StreamEvent::Connected, at(0));
        board.tell(prices(&[("BTC", "84110.5"), ("ETH", "2000"), ("XRP", "null")]), at(0));
        board.tell(prices(&[("ETH", "2001"), ("BTC", "84110.4")]), at(5));
        board.tell(prices(&[("ETH", "2001")]), at(7));
        check(
            &board,
            at(7),
            20,
            &[
                "Live at http://127.0.0.1:8080, prices of 2026-02-15 08:00:00 (UTC)",
                "",
                "ASSET       PRICE       24 H  CHANGED  NOTE",
                "BTC    $84,110.40  v  -1.50%  2 s ago",
                "ETH     $2,001.00  ^  -1.50%  2 s ago",
                "XRP             -     -1.50%  7 s ago",
            ],
        );
    }

    #[test]
    fn a_broken_connection_is_told_with_its_end_and_no_price_is_live() {
        let mut board = board(&[Topic::Prices]);
        board.tell(StreamEvent::Connected, at(0));
        board.tell(prices(&[("BTC", "84110.5")]), at(0));
        let reason =
            ClientError::NoAnswer { origin: "http://127.0.0.1:8080".parse().unwrap(), reason: "it\nended".into() };
        board.tell(StreamEvent::Reconnecting { after: std::time::Duration::from_secs(8), reason }, at(10));
        let lines = board.lines(at(13), Look { width: None, colour: false }, 20);
        let headline = "Reconnecting in 5 s to http://127.0.0.1:8080, prices of 2026-02-15 08:00:00 (UTC): \
                        no answer from http://127.0.0.1:8080: it ended";
        assert_eq!(lines[0], headline);
        assert_eq!(lines[3], "BTC    $84,110.50     -1.50%  13 s ago  not live");
        assert_eq!(board.lines(at(13), PLAIN, 20)[0].len(), 80, "a line stays a line");
        board.tell(StreamEvent::Connected, at(14));
        assert!(board.lines(at(14), PLAIN, 20)[0].starts_with("Live at "));
    }

    #[test]
    fn orders_and_cash_are_shown_where_they_are_watched() {
        let mut board = board(&[Topic::Orders, Topic::Balance]);
        board.tell(StreamEvent::Connected, at(0));
        board.learn(Standing { orders: Some(vec![order("2", "queued"), order("1", "queued")]), balance: None });
        board.tell(StreamEvent::Order(Box::new(order("1", "cancelled"))), at(10));
        board.tell(StreamEvent::Balance(balance()), at(10));
        board.tell(prices(&[("BTC", "1")]), at(10));
        let what = "buy 0.05 BTC at $60,000.00 or less";
        let wide = Look { width: Some(120), colour: false };
        let lines = board.lines(at(11), wide, 20);
        assert_eq!(lines[1], "Cash $10.00: $7.00 free, $3.00 held.");
        assert_eq!(lines[4], format!("order_0000000000010  {what}  cancelled      -  1 s ago"));
        assert_eq!(lines[5], format!("order_0000000000020  {what}  queued         -  11 s ago"));
        assert_eq!(lines.len(), 6);
        let lines = board.lines(at(10 + 600), wide, 20);
        assert!(lines[4].contains("0020") && lines.len() == 5, "what is over goes after a while: {lines:?}");
    }

    #[test]
    fn what_is_looked_up_replaces_what_waits_and_keeps_what_ended() {
        let mut board = board(&[Topic::Orders]);
        for (id, status) in [("1", "cancelled"), ("2", "queued"), ("3", "queued")] {
            board.tell(StreamEvent::Order(Box::new(order(id, status))), at(0));
        }
        board.learn(Standing { orders: Some(vec![order("4", "queued"), order("3", "queued")]), balance: None });
        let ids: Vec<_> = board.orders.iter().flatten().map(|seen| seen.order.order_id.to_string()).collect();
        assert_eq!(ids, ["order_0000000000040", "order_0000000000030", "order_0000000000010"]);
    }

    #[test]
    fn whatever_does_not_fit_the_height_is_counted() {
        let mut board = board(Topic::ALL);
        board.tell(StreamEvent::Connected, at(0));
        let ids: Vec<_> = (0..30).map(|number| format!("A{number}")).collect();
        board.tell(prices(&ids.iter().map(|id| (id.as_str(), "1")).collect::<Vec<_>>()), at(0));
        let orders = (0..30).map(|number| order(&number.to_string(), "queued")).collect();
        board.learn(Standing { orders: Some(orders), balance: Some(balance()) });
        for height in [0, 1, 2, 3, 5, 10, 24, 50, 66, 67, 200] {
            let lines = board.lines(at(0), PLAIN, height);
            assert!(lines.len() <= height.max(2), "{height}: {lines:?}");
        }
        let lines = board.lines(at(0), PLAIN, 22);
        assert_eq!((lines.len(), lines[11].as_str(), lines[21].as_str()), (22, "... 23 more", "... 23 more"));
        assert_eq!(board.lines(at(0), PLAIN, 200).len(), 66, "all of it, where there is room");
        let narrow = Look { width: Some(24), ..PLAIN };
        let lines = board.lines(at(0), narrow, 14);
        let [prices, orders] = [&lines[7], &lines[13]].map(|line| line.as_str());
        assert_eq!((prices, orders), ("... 27 more", "... 29 more"), "rows are counted, not lines: {lines:?}");
    }
}
