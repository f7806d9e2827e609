//! What may never happen, whatever the order of keys and answers.

use cnop_core::api::Order;
use cnop_core::client::{ClientError, Done};
use cnop_core::ticket::{self, Receipt, Settlement};
use proptest::prelude::*;

use super::{Effect, Event};
use crate::app::effect::TicketNumber;
use crate::testing::{Desk, order, tick};

/// Something that a person, the disk, the server or the market may do to a ticket.
#[derive(Debug, Clone, Copy)]
enum Move {
    Enter,
    Escape,
    Kept,
    NotKept,
    Done,
    Lost,
    SettledVoid,
    SettledDone,
    Unsettled,
    Tick,
    /// The clock goes so many seconds, also back.
    Clock(i64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    use Move::{Clock, Done, Enter, Escape, Kept, Lost, NotKept, SettledDone, SettledVoid, Tick, Unsettled};
    let one = prop_oneof![
        6 => Just(Enter), 1 => Just(Escape), 3 => Just(Kept), 1 => Just(NotKept), 2 => Just(Done), 2 => Just(Lost),
        1 => Just(SettledVoid), 1 => Just(SettledDone), 1 => Just(Unsettled), 2 => Just(Tick),
        1 => (-100_i64..100).prop_map(Clock),
    ];
    proptest::collection::vec(one, 0..40)
}

fn lost() -> ClientError {
    ClientError::NoAnswer { origin: "http://127.0.0.1:8080".parse().unwrap(), reason: "test".to_owned() }
}

fn receipt() -> Receipt {
    Receipt::Order(order("queued"))
}

fn event_of(step: Move) -> Option<ticket::Event> {
    Some(match step {
        Move::Kept => ticket::Event::Kept { again: false },
        Move::NotKept => ticket::Event::NotKept,
        Move::Done => ticket::Event::Answered(Ok(Done { answer: receipt(), replayed: false })),
        Move::Lost => ticket::Event::Answered(Err(lost())),
        Move::SettledVoid => ticket::Event::Settled(Ok(Settlement::Void)),
        Move::SettledDone => ticket::Event::Settled(Ok(Settlement::Done(Some(Box::new(receipt()))))),
        Move::Unsettled => ticket::Event::Settled(Err(lost())),
        _ => return None,
    })
}

proptest! {
    /// Whatever happens in which order: a ticket is written to disk before it is sent, and sent once.
    #[test]
    fn an_order_is_kept_before_it_is_sent_and_sent_once(moves in moves()) {
        let mut desk = Desk::open();
        desk.press("2b0.05");
        for step in moves {
            match step {
                Move::Enter => desk.press("<Enter>"),
                Move::Escape => desk.press("<Esc>"),
                Move::Tick => desk.happen(Event::Prices(tick("84200"))),
                Move::Clock(seconds) => desk.now = desk.now.plus_millis(seconds * 1_000),
                other => {
                    let event = event_of(other).expect("the others are of tickets");
                    desk.happen(Event::Ticket(TicketNumber(1), event));
                }
            }
        }
        let done: Vec<_> = desk.effects.iter().filter_map(|effect| match effect {
            Effect::Ticket { number: TicketNumber(1), effect, intent } => Some((*effect, intent.key.clone())),
            _ => None,
        }).collect();
        let sent = done.iter().filter(|(effect, _)| *effect == ticket::Effect::Send).count();
        prop_assert!(sent <= 1 + done.iter().filter(|(effect, _)| *effect == ticket::Effect::Keep).count().saturating_sub(1));
        if let Some(at) = done.iter().position(|(effect, _)| *effect == ticket::Effect::Send) {
            prop_assert!(done[..at].iter().any(|(effect, _)| *effect == ticket::Effect::Keep));
        }
        prop_assert!(done.windows(2).all(|pair| pair[0].1 == pair[1].1), "its key never changes");
    }
}

#[test]
fn a_second_enter_does_nothing_while_the_first_is_out() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter><Enter><Enter><Enter>");
    let kept = desk.effects.iter().filter(|effect| matches!(effect, Effect::Ticket { .. })).count();
    assert_eq!(kept, 1);
}

#[test]
fn nothing_is_traded_while_the_server_is_away() {
    let mut desk = Desk::open();
    desk.happen(Event::Reconnecting(std::time::Duration::from_secs(3), lost()));
    desk.press("2b0.05<Enter><Enter>");
    assert!(desk.effects.iter().all(|effect| !matches!(effect, Effect::Ticket { .. })));
    assert!(desk.screen(80, 24).contains("Trading is off: the server is away."));
    assert!(desk.screen(80, 24).contains("Reconnecting in 3 s"));
}

#[test]
fn a_session_that_ends_asks_for_the_password_over_what_is_seen() {
    let mut desk = Desk::open();
    desk.press("2b0.05");
    desk.happen(Event::Session(Err(crate::app::event::SignInFailure::Client(lost()))));
    assert!(desk.screen(80, 24).contains("Log in again"));
    let welcome = desk.state.data.user.clone().unwrap();
    desk.happen(Event::Session(Ok(welcome)));
    assert!(desk.screen(80, 24).contains("Quantity          0.05"), "it goes on where it was");
}

#[test]
fn an_order_that_is_told_of_is_seen_and_counts() {
    let mut desk = Desk::open();
    let queued: Order = order("queued");
    desk.happen(Event::Order(Box::new(queued)));
    desk.press("4");
    assert!(desk.screen(80, 24).contains("Waiting"));
    desk.happen(Event::Order(Box::new(order("cancelled"))));
    assert!(!desk.screen(80, 24).contains("Waiting"));
}

/// The rules know no terminal, no network and no clock.
#[test]
fn the_rules_import_nothing_that_draws_waits_or_speaks() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/app");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            looked_at += 1;
            for word in [
                "crossterm",
                "ratatui",
                "tokio",
                "reqwest",
                "SystemTime",
                "Instant",
                "use crate::run",
                "use crate::view",
                "use crate::clock",
                "client::Client,",
                "client::Client;",
            ] {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
    assert!(looked_at > 20);
}
