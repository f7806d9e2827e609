//! Any keys and any events in any order: nothing panics, and what always holds, holds.

use std::time::Duration;

use proptest::prelude::*;

use super::{lost, revoked};
use crate::app::effect::TicketNumber;
use crate::app::event::{SignInFailure, Target};
use crate::app::screen::Screen;
use crate::app::{Action, Effect, Event, Key};
use crate::testing::{Desk, order, stale_tick, tick};
use cnop_core::client::Done;
use cnop_core::ticket::{self, Receipt, Settlement};

#[derive(Debug, Clone)]
enum Step {
    Press(Key),
    Paste(String),
    Click(u16, u16),
    Wheel(i32),
    Answer,
    Tick(u32),
    Stale,
    Broken,
    Connected,
    Lagged,
    Order(&'static str),
    SessionOver,
    NotSignedIn,
    Alive,
    Wake,
    /// Something that happens to the newest ticket.
    Ticket(u8),
    NotKept,
    Clock(i64),
    Resize(u16, u16),
}

fn key() -> impl Strategy<Value = Key> {
    let letters: Vec<char> = "bs/*oOfaFcCdwepxrt?q12345678hjklgG0.5%yn €".chars().collect();
    let others = vec![
        Key::Enter,
        Key::Escape,
        Key::Tab,
        Key::BackTab,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::PageUp,
        Key::PageDown,
        Key::Home,
        Key::End,
        Key::Backspace,
        Key::Delete,
        Key::Ctrl('p'),
        Key::Ctrl('o'),
        Key::Ctrl('d'),
        Key::Ctrl('r'),
        Key::Ctrl('u'),
        Key::Ctrl('w'),
        Key::Ctrl('l'),
    ];
    prop_oneof![
        2 => proptest::sample::select(letters).prop_map(Key::Char),
        2 => proptest::sample::select(others),
        1 => Just(Key::Enter),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        20 => key().prop_map(Step::Press),
        1 => "\\PC{0,12}".prop_map(Step::Paste),
        2 => (0..80_u16, 0..24_u16).prop_map(|(column, row)| Step::Click(column, row)),
        1 => (-4..4).prop_map(Step::Wheel),
        5 => Just(Step::Answer),
        1 => (1_u32..200_000).prop_map(Step::Tick),
        1 => Just(Step::Stale),
        1 => Just(Step::Broken),
        1 => Just(Step::Connected),
        1 => Just(Step::Lagged),
        1 => proptest::sample::select(vec!["queued", "completed", "cancelled", "expired", "failed"]).prop_map(Step::Order),
        1 => Just(Step::SessionOver),
        1 => Just(Step::NotSignedIn),
        1 => Just(Step::Alive),
        1 => Just(Step::Wake),
        6 => (0..5_u8).prop_map(Step::Ticket),
        1 => Just(Step::NotKept),
        1 => (-100_000_i64..100_000).prop_map(Step::Clock),
        1 => (1..160_u16, 1..50_u16).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
    ];
    proptest::collection::vec(one, 0..120)
}

fn make(desk: &mut Desk, step: Step) {
    match step {
        Step::Press(key) => desk.happen(Event::Key(key)),
        Step::Paste(text) => desk.happen(Event::Paste(text)),
        Step::Click(column, row) => {
            if let Some(target) = desk.hits(80, 24).at(column, row) {
                desk.happen(Event::Click(target));
            }
        }
        Step::Wheel(rows) => desk.happen(Event::Wheel(rows)),
        Step::Answer => desk.answer(),
        Step::Tick(price) => desk.happen(Event::Prices(tick(&price.to_string()))),
        Step::Stale => desk.happen(Event::Prices(stale_tick())),
        Step::Broken => desk.happen(Event::Reconnecting(Duration::from_secs(5), lost())),
        Step::Connected => desk.happen(Event::Connected),
        Step::Lagged => desk.happen(Event::Lagged),
        Step::Order(status) => desk.happen(Event::Order(Box::new(order(status)))),
        Step::SessionOver => desk.happen(Event::SessionOver(revoked())),
        Step::NotSignedIn => desk.happen(Event::Session(Err(SignInFailure::Client(revoked())))),
        Step::Alive => desk.happen(Event::Alive),
        Step::Wake => desk.happen(Event::Wake),
        Step::Ticket(which) => desk.happen(Event::Ticket(newest(desk), ticket_event(which))),
        Step::NotKept => desk.happen(Event::NotKept(newest(desk), "no space".to_owned())),
        Step::Clock(seconds) => desk.now = desk.now.plus_millis(seconds * 1_000),
        Step::Resize(columns, rows) => desk.happen(Event::Resize(columns, rows)),
    }
}

/// The last ticket that wanted something.
fn newest(desk: &Desk) -> TicketNumber {
    let wanted = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ticket { number, .. } => Some(*number),
        _ => None,
    });
    wanted.unwrap_or(TicketNumber(1))
}

fn ticket_event(which: u8) -> ticket::Event {
    let receipt = || Receipt::Order(order("completed"));
    match which {
        0 | 1 => ticket::Event::Kept { again: false },
        2 => ticket::Event::Answered(Ok(Done { answer: receipt(), replayed: false })),
        3 => ticket::Event::Answered(Err(lost())),
        _ => ticket::Event::Settled(Ok(Settlement::Void)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn whatever_happens(steps in steps()) {
        let mut desk = Desk::open();
        for step in steps {
            make(&mut desk, step);
            let (columns, rows) = desk.state.data.size;
            desk.screen(columns, rows);
            prop_assert!(desk.state.wakes_at(desk.now).is_none_or(|at| at > desk.now), "it never waits for the past");
            prop_assert!(desk.state.layers.len() <= 4, "{:?}", desk.state.layers);
        }
        // No money moves that was not written down first.
        let (mut kept, mut sent) = (Vec::new(), Vec::new());
        for effect in &desk.effects {
            if let Effect::Ticket { effect, intent, .. } = effect {
                match effect {
                    ticket::Effect::Keep => kept.push(intent.key.clone()),
                    ticket::Effect::Send => {
                        prop_assert!(kept.contains(&intent.key) && !sent.contains(&intent.key));
                        sent.push(intent.key.clone());
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn escape_goes_back_one_step_and_q_quits_where_nothing_is_typed() {
    let mut desk = Desk::open();
    desk.press("2/eth<Enter><Enter>");
    assert!(desk.state.screens.asset.is_some());
    desk.press("<Esc>");
    assert!(desk.state.screens.asset.is_none());
    assert!(desk.screen(80, 24).contains("Search eth"), "the search is still there");
    desk.press("<Esc>");
    assert!(desk.screen(80, 24).contains("By rank"));
    desk.press("<Esc>");
    assert_eq!(desk.state.screens.at, Screen::Dashboard);
    desk.press("4<Enter>");
    assert_eq!(desk.state.layers.len(), 1);
    desk.press("c<Esc>");
    assert_eq!(desk.state.layers.len(), 1, "the question went, the order is still there");
    desk.press("<Esc>");
    assert!(desk.state.layers.is_empty());

    let quits = |desk: &Desk| desk.effects.iter().any(|effect| matches!(effect, Effect::Quit));
    for keys in ["2/q", "5dq", "2bq", "<C-p>q", "8q", "7eq"] {
        let mut desk = Desk::open();
        desk.press("7");
        desk.answer();
        desk.press(keys);
        assert!(!quits(&desk), "{keys}");
    }
    for keys in ["1q", "2q", "2<Enter>q", "3q", "4q", "4<Enter>q", "5q", "6q", "7q", "?q", "2b1<Enter>q", "7xq"] {
        let mut desk = Desk::open();
        desk.answer();
        desk.press(keys);
        assert!(quits(&desk), "{keys}");
    }
}

#[test]
fn the_mouse_presses_tabs_rows_and_keys() {
    let mut desk = Desk::open();
    let click = |desk: &mut Desk, text: &str| {
        let screen = desk.screen(80, 24);
        let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
        let column = line[..line.find(text).unwrap()].chars().count();
        let target = desk.hits(80, 24).at(column as u16, row as u16).unwrap();
        desk.happen(Event::Click(target));
        target
    };
    assert_eq!(click(&mut desk, "2 Market"), Target::Screen(Screen::Market));
    assert_eq!(desk.state.screens.at, Screen::Market);
    assert_eq!(click(&mut desk, "Ethereum"), Target::Row(1));
    assert_eq!(click(&mut desk, "Buy"), Target::Action(Action::Buy));
    assert!(desk.screen(80, 24).contains("Buy ETH"));
    desk.press("<Esc>");
    desk.happen(Event::Wheel(1));
    desk.press("b");
    assert!(desk.screen(80, 24).contains("Buy SHIB"));
}

#[test]
fn nothing_wakes_it_while_nobody_is_logged_in_and_every_minute_while_it_is_live() {
    let mut desk = Desk::new();
    desk.happen(Event::LoggedOut);
    assert_eq!(desk.state.wakes_at(desk.now), None);
    let mut desk = Desk::open();
    desk.now = desk.now.plus_millis(1_500);
    let next = |desk: &Desk| desk.state.wakes_at(desk.now).unwrap().as_millis() - desk.now.as_millis();
    desk.press("4");
    assert_eq!(next(&desk), 18_500, "silence would mean something then");
    desk.now = desk.now.plus_millis(50_000);
    desk.happen(Event::Alive);
    assert_eq!(next(&desk), 8_500, "the clock");
    desk.happen(Event::Reconnecting(Duration::from_secs(5), lost()));
    assert_eq!(next(&desk), 500, "the countdown");
    assert!(desk.screen(80, 24).contains("Reconnecting in 5 s"));
}
