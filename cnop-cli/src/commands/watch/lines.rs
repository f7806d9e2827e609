//! Events as lines, each written once: words for people, JSON and csv for programs.

use cnop_core::api::{Balance, Order, PriceUpdate, Prices};
use cnop_core::client::StreamEvent;
use serde::Serialize;

use super::unread::Unread;
use crate::cell::Cell;
use crate::clock;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::moves;
use crate::printer::{Format, Printer};
use crate::records;
use crate::text::one_line;
use crate::view::{Column, View};

/// A line of `--output json`: the name of an event of the stream, or of the connection, and its data.
#[derive(Serialize)]
struct Line<'a, T> {
    event: &'static str,
    data: &'a T,
}

#[derive(Serialize)]
struct Reconnecting {
    after_ms: u64,
    reason: String,
}

#[derive(Serialize)]
struct Nothing {}

/// Where lines go.
pub(super) struct Lines {
    printer: Printer,
    unread: Unread,
}

impl Lines {
    /// Begins with the header, where there is one.
    pub(super) fn begin(printer: Printer) -> Result<Self, Failure> {
        if printer.format() == Format::Csv {
            printer.document(&records::write(&View::table(COLUMNS, [], "")))?;
        }
        Ok(Self { printer, unread: Unread::watch() })
    }

    /// Completes once nobody reads any more, which a watch in a quiet hour would not notice.
    pub(super) async fn unread(&mut self) {
        self.unread.wait().await;
    }

    pub(super) fn write(&self, event: &StreamEvent) -> Result<(), Failure> {
        match self.printer.format() {
            Format::Json => self.json(event),
            Format::Csv => self.csv(event),
            Format::Table => self.words(event),
        }
    }

    fn json(&self, event: &StreamEvent) -> Result<(), Failure> {
        match event {
            StreamEvent::Alive => Ok(()),
            StreamEvent::Connected => self.line("connected", &Nothing {}),
            StreamEvent::Reconnecting { after, reason } => {
                let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
                self.line("reconnecting", &Reconnecting { after_ms, reason: reason.to_string() })
            }
            StreamEvent::Prices(prices) => self.line("prices", prices),
            StreamEvent::Order(order) => self.line("order", order),
            StreamEvent::Balance(balance) => self.line("balance", balance),
            StreamEvent::Lagged(lagged) => self.line("lagged", lagged),
        }
    }

    fn line<T: Serialize>(&self, event: &'static str, data: &T) -> Result<(), Failure> {
        self.printer.json_line(&Line { event, data })
    }

    fn csv(&self, event: &StreamEvent) -> Result<(), Failure> {
        let StreamEvent::Prices(Prices { time, prices }) = event else {
            self.note(event);
            return Ok(());
        };
        let row = |update: &PriceUpdate| {
            [
                Cell::time(*time),
                Cell::text(update.asset_id),
                Cell::maybe(update.price_usd, Cell::market_price),
                Cell::maybe(update.price_change_percentage_24h, Cell::change),
                Cell::yes_no(update.stale),
            ]
        };
        let csv = records::write(&View::table(COLUMNS, prices.iter().map(row), ""));
        csv.split_once('\n').map_or(Ok(()), |(_header, lines)| self.printer.document(lines))
    }

    fn words(&self, event: &StreamEvent) -> Result<(), Failure> {
        match event {
            StreamEvent::Prices(Prices { time, prices }) => {
                prices.iter().try_for_each(|update| self.printer.line(&price(&format::time(*time), update)))
            }
            StreamEvent::Order(order) => self.now(&self::order(order)),
            StreamEvent::Balance(balance) => self.now(&self::balance(balance)),
            _ => {
                self.note(event);
                Ok(())
            }
        }
    }

    fn now(&self, text: &str) -> Result<(), Failure> {
        self.printer.line(&one_line(&format!("{}  {text}", format::time(clock::now()))))
    }

    /// How the connection is, for people beside the data.
    fn note(&self, event: &StreamEvent) {
        match event {
            StreamEvent::Reconnecting { after, reason } => {
                let reason = reason.to_string();
                let reason = reason.trim_end_matches('.');
                self.printer.note(&one_line(&format!("{reason}; trying again in {:.1} s", after.as_secs_f32())));
            }
            StreamEvent::Lagged(lagged) => self.printer.warn(missed(lagged.missed)),
            _ => {}
        }
    }
}

/// What is said where events were missed.
pub(super) fn missed(count: Option<u64>) -> String {
    let count = count.map_or_else(|| "some".to_owned(), |count| count.to_string());
    format!("{count} events were missed: look at your orders and your balance again")
}

const COLUMNS: [Column; 5] = [
    Column::data("time"),
    Column::data("asset_id"),
    Column::data("price_usd"),
    Column::data("price_change_percentage_24h"),
    Column::data("stale"),
];

fn price(time: &str, update: &PriceUpdate) -> String {
    let price = or_unknown(update.price_usd, format::market_price);
    let change = or_unknown(update.price_change_percentage_24h, format::change);
    let stale = if update.stale { "  old price" } else { "" };
    format!("{time}  {:<6} {price:>16} {change:>9}{stale}", update.asset_id.as_str())
}

fn order(order: &Order) -> String {
    moves::describe(order)
}

/// All cash, and what of it is free.
pub(super) fn balance(balance: &Balance) -> String {
    let [all, free] = [balance.current_balance, balance.available_balance].map(format::usd);
    let held = format::usd(balance.held_balance);
    format!("Cash {all}: {free} free, {held} held.")
}
