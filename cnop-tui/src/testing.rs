//! A desk for tests, with `answers` as a server would give them: a state, a clock that the test moves, keys as text, and the
//! screen as text with its styles.

pub(crate) mod answers;
pub(crate) mod manual;

use std::fmt::Write;

use cnop_core::api::{ClaimAnswer, Order, Prices};
use cnop_core::ids::IdempotencyKey;
use cnop_core::time::Timestamp;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::app::effect::{Ask, Question};
use crate::app::event::{Answer, Welcome};
use crate::app::state::{Preferences, Setup};
use crate::app::{Effect, Event, Key, State, update};
use crate::view;

/// Everything that a test works with.
pub(crate) struct Desk {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    /// What was asked for and not yet looked at.
    pub(crate) effects: Vec<Effect>,
}

impl Desk {
    /// Nobody is logged in.
    pub(crate) fn new() -> Self {
        let setup = Setup {
            server: "http://127.0.0.1:8080".to_owned(),
            profile: None,
            colour: true,
            new_key: IdempotencyKey::generate,
        };
        let state = State::new(setup, Preferences::default());
        Self { state, now: "2026-02-15T08:00:00Z".parse().unwrap(), effects: Vec::new() }
    }

    /// Ada, with everything known.
    pub(crate) fn open() -> Self {
        let mut desk = Self::connected();
        desk.answer();
        desk
    }

    /// Ada, with nothing known yet.
    pub(crate) fn connected() -> Self {
        let mut desk = Self::new();
        let username = "ada_lovelace".parse().unwrap();
        let origin = "http://127.0.0.1:8080".parse().unwrap();
        let expires_at = desk.now.plus_millis(3_600_000);
        desk.happen(Event::Session(Ok(Welcome { username, origin, expires_at })));
        desk.happen(Event::Connected);
        desk.happen(Event::Prices(Prices { time: desk.now, prices: Vec::new() }));
        desk
    }

    pub(crate) fn happen(&mut self, event: Event) {
        self.effects.extend(update(&mut self.state, event, self.now));
    }

    /// Presses keys: letters as they are, others by name, such as `b0.05<Enter>`.
    pub(crate) fn press(&mut self, keys: &str) {
        let mut rest = keys;
        while let Some(letter) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|named| named.split_once('>'));
            let (key, after) = match named {
                Some((name, after)) => (named_key(name), after),
                None => (Key::Char(letter), &rest[letter.len_utf8()..]),
            };
            rest = after;
            self.happen(Event::Key(key));
            self.seen();
        }
    }

    /// The window was drawn, as large as it is.
    pub(crate) fn seen(&mut self) {
        let (columns, rows) = self.state.data.size;
        if !self.hits(columns, rows).is_cut {
            self.state.drawn();
        }
    }

    /// Answers every question that was asked.
    pub(crate) fn answer(&mut self) {
        self.answer_with(answers::answer_to);
    }

    /// Answers every question in another way.
    pub(crate) fn answer_with(&mut self, answer_to: impl Fn(&Question) -> Answer) {
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Ask(Ask { generation, question }) => {
                    self.happen(Event::Answered(generation, answer_to(&question)));
                }
                other => self.effects.push(other),
            }
        }
    }

    /// The screen as text.
    pub(crate) fn screen(&self, columns: u16, rows: u16) -> String {
        text(&self.drawn(columns, rows))
    }

    /// The screen as text, and below it what each row's styles are.
    pub(crate) fn styled(&self, columns: u16, rows: u16) -> String {
        let buffer = self.drawn(columns, rows);
        format!("{}\n{}", text(&buffer), styles(&buffer))
    }

    /// Where it can be pressed.
    pub(crate) fn hits(&self, columns: u16, rows: u16) -> view::Hits {
        let mut terminal = ratatui::Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let mut hits = view::Hits::default();
        terminal.draw(|frame| hits = view::draw(&self.state, frame, self.now)).unwrap();
        hits
    }

    fn drawn(&self, columns: u16, rows: u16) -> Buffer {
        let mut terminal = ratatui::Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| drop(view::draw(&self.state, frame, self.now))).unwrap();
        terminal.backend().buffer().clone()
    }
}

fn named_key(name: &str) -> Key {
    match name {
        "Enter" => Key::Enter,
        "Esc" => Key::Escape,
        "Tab" => Key::Tab,
        "BackTab" => Key::BackTab,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "PgDn" => Key::PageDown,
        "PgUp" => Key::PageUp,
        "Home" => Key::Home,
        "End" => Key::End,
        "Backspace" => Key::Backspace,
        other => match other.strip_prefix("C-") {
            Some(letter) => Key::Ctrl(letter.chars().next().unwrap()),
            None => panic!("no key is called {other}"),
        },
    }
}

/// A tick that moves BTC.
pub(crate) fn tick(price: &str) -> Prices {
    let json = format!(
        r#"{{"time":"2026-02-15T08:00:01.000Z","prices":[{{"asset_id":"BTC","price_usd":{price},
        "price_change_percentage_24h":1.3,"stale":false}}]}}"#
    );
    serde_json::from_str(&json).unwrap()
}

/// A tick of so many assets, each time at other prices.
pub(crate) fn tick_of(assets: usize, number: usize, at: Timestamp) -> Prices {
    let price = |asset: usize| {
        let price = 80_000 + (asset * 7 + number * 13) % 900;
        let change = (asset + number) % 7;
        format!(
            r#"{{"asset_id":"A{asset}","price_usd":{price}.5,"price_change_percentage_24h":{change}.5,"stale":false}}"#
        )
    };
    let prices = (0..assets).map(price).collect::<Vec<_>>().join(",");
    serde_json::from_str(&format!(r#"{{"time":"{at}","prices":[{prices}]}}"#)).unwrap()
}

/// A tick that says of every asset that its price is old.
pub(crate) fn stale_tick() -> Prices {
    let price = |id: &str, price: &str| {
        format!(r#"{{"asset_id":"{id}","price_usd":{price},"price_change_percentage_24h":1.3,"stale":true}}"#)
    };
    let prices = [price("BTC", "84110.4"), price("ETH", "2100.5"), price("SHIB", "0.000013"), price("NEO", "5.25")];
    let json = format!(r#"{{"time":"2026-02-15T08:00:01.000Z","prices":[{}]}}"#, prices.join(","));
    serde_json::from_str(&json).unwrap()
}

/// A limit order of the user, as the server would tell of it.
pub(crate) fn order(status: &str) -> Order {
    let json = format!(
        r#"{{"order_id":"order_38GDQCCES0000","order_type":"limit_buy","asset_id":"BTC","quantity":"0.05","price":null,
        "status":"{status}","total_amount":null,"created_at":"2026-02-15T08:00:00Z","limit_price":"60000",
        "executed_at":null,"expires_at":"2026-03-15T08:00:00Z","held_amount":"3000"}}"#
    );
    serde_json::from_str(&json).unwrap()
}

/// What was in a red pocket.
pub(crate) fn claim(is_big: bool) -> ClaimAnswer {
    let (amount, message) = if is_big { ("888.88", "Gong xi fa cai!") } else { ("8.88", "A small one this time.") };
    let json = format!(
        r#"{{"success":true,"message":"{message}","amount":"{amount}","got_red_pocket":{is_big},
        "timestamp":"2026-02-15T08:00:00Z"}}"#
    );
    serde_json::from_str(&json).unwrap()
}

fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in 0..buffer.area.height {
        let mut line = String::new();
        for column in 0..buffer.area.width {
            line.push_str(buffer[(column, row)].symbol());
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// For each row, from which column on which style holds; rows without any are left out.
fn styles(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in 0..buffer.area.height {
        let (mut last, mut runs) = (Style::reset(), Vec::new());
        for column in 0..buffer.area.width {
            let style = buffer[(column, row)].style();
            if style != last {
                runs.push(format!("{column}:{}", name(style)));
                last = style;
            }
        }
        if runs.len() > 1 || runs.first().is_some_and(|run| !run.ends_with(":plain")) {
            let _ = writeln!(text, "{row:>3} {}", runs.join(" ")); // A string takes anything.
        }
    }
    text
}

fn name(style: Style) -> String {
    let colour = match style.fg {
        None | Some(Color::Reset) => "plain".to_owned(),
        Some(colour) => colour.to_string().to_lowercase(),
    };
    let marks = [(Modifier::BOLD, "bold"), (Modifier::DIM, "dim"), (Modifier::REVERSED, "reversed")];
    let marks = marks.into_iter().filter(|(mark, _)| style.add_modifier.contains(*mark)).map(|(_, name)| name);
    std::iter::once(colour.as_str()).chain(marks).collect::<Vec<_>>().join("+")
}
