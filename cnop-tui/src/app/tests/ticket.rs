//! A ticket is written down before it is sent, sent once, and never forgotten.

use std::time::Duration;

use cnop_core::client::Done;
use cnop_core::ticket::{self, Receipt, Settlement, Stage};
use proptest::prelude::*;

use super::{lost, revoked};
use crate::app::effect::TicketNumber;
use crate::app::event::SignInFailure;
use crate::app::layer::Layer;
use crate::app::link::Standing;
use crate::app::{Effect, Event};
use crate::testing::{Desk, order, stale_tick, tick};

/// Something that a person, the disk, the server, the market or the clock may do while a ticket is open.
#[derive(Debug, Clone, Copy)]
enum Move {
    Enter,
    Escape,
    Kept,
    NotKept,
    Done,
    Lost,
    /// The session is over, says the answer.
    Revoked,
    SettledVoid,
    SettledDone,
    Unsettled,
    Tick,
    Stale,
    Broken,
    Connected,
    /// The session is over, and logging in again worked.
    LoggedInAgain,
    /// The clock goes so many seconds, also back.
    Clock(i64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    use Move::{
        Broken, Clock, Connected, Done, Enter, Escape, Kept, LoggedInAgain, Lost, NotKept, Revoked, SettledDone,
        SettledVoid, Stale, Tick, Unsettled,
    };
    let one = prop_oneof![
        8 => Just(Enter), 1 => Just(Escape), 3 => Just(Kept), 1 => Just(NotKept), 2 => Just(Done), 2 => Just(Lost),
        1 => Just(Revoked), 1 => Just(SettledVoid), 1 => Just(SettledDone), 1 => Just(Unsettled), 2 => Just(Tick),
        1 => Just(Stale), 1 => Just(Broken), 2 => Just(Connected), 1 => Just(LoggedInAgain),
        1 => (-100_i64..100).prop_map(Clock),
    ];
    proptest::collection::vec(one, 0..40)
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
        Move::Revoked => ticket::Event::Answered(Err(revoked())),
        Move::SettledVoid => ticket::Event::Settled(Ok(Settlement::Void)),
        Move::SettledDone => ticket::Event::Settled(Ok(Settlement::Done(Some(Box::new(receipt()))))),
        Move::Unsettled => ticket::Event::Settled(Err(lost())),
        _ => return None,
    })
}

fn make(desk: &mut Desk, step: Move) {
    match step {
        Move::Enter => desk.press("<Enter>"),
        Move::Escape => desk.press("<Esc>"),
        Move::Tick => desk.happen(Event::Prices(tick("84200"))),
        Move::Stale => desk.happen(Event::Prices(stale_tick())),
        Move::Broken => desk.happen(Event::Reconnecting(Duration::from_secs(3), lost())),
        Move::Connected => desk.happen(Event::Connected),
        Move::LoggedInAgain => {
            let welcome = desk.state.data.user.clone().expect("somebody was logged in");
            desk.happen(Event::SessionOver(revoked()));
            desk.happen(Event::Session(Err(SignInFailure::Client(revoked()))));
            desk.happen(Event::Session(Ok(welcome)));
        }
        Move::Clock(seconds) => desk.now = desk.now.plus_millis(seconds * 1_000),
        other => {
            let event = event_of(other).expect("the others are of tickets");
            desk.happen(Event::Ticket(TicketNumber(1), event));
        }
    }
}

/// Everything that the first ticket wanted done.
fn wanted(desk: &Desk) -> Vec<(ticket::Effect, String)> {
    let first = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Ticket { number: TicketNumber(1), effect, intent } => Some((*effect, intent.key.to_string())),
        _ => None,
    });
    first.collect()
}

fn count(done: &[(ticket::Effect, String)], effect: ticket::Effect) -> usize {
    done.iter().filter(|(wanted, _)| *wanted == effect).count()
}

proptest! {
    /// Whatever happens in which order.
    #[test]
    fn an_order_is_kept_before_it_is_sent_sent_once_and_known_in_the_end(moves in moves()) {
        let mut desk = Desk::open();
        desk.press("2b0.05");
        for step in moves {
            let was_live = desk.state.data.standing(desk.now) == Standing::Live;
            let kept_before = count(&wanted(&desk), ticket::Effect::Keep);
            make(&mut desk, step);
            let kept = count(&wanted(&desk), ticket::Effect::Keep);
            prop_assert!(kept == kept_before || was_live, "nothing is confirmed while prices are old or the server away");
        }
        let done = wanted(&desk);
        let (kept, sent) = (count(&done, ticket::Effect::Keep), count(&done, ticket::Effect::Send));
        // What could not be kept was not sent, and may be confirmed again.
        prop_assert!(sent <= 1 && sent <= kept);
        if let Some(at) = done.iter().position(|(effect, _)| *effect == ticket::Effect::Send) {
            prop_assert!(done[..at].iter().any(|(effect, _)| *effect == ticket::Effect::Keep));
            let after = &done[at + 1..];
            prop_assert!(after.iter().all(|(effect, _)| !matches!(effect, ticket::Effect::Keep | ticket::Effect::Send)));
        }
        prop_assert!(done.windows(2).all(|pair| pair[0].1 == pair[1].1), "its key never changes");

        // Somewhere it is known, or still being found out: in its window, on the side, or it was said.
        if sent == 1 && count(&done, ticket::Effect::Forget) == 0 {
            let in_window = desk.state.layers.iter_mut().any(|layer| layer.holds_ticket(TicketNumber(1)));
            let aside = desk.state.data.settling.iter().any(|(number, _)| *number == TicketNumber(1));
            prop_assert!(in_window || aside, "{:?}", desk.state.layers);
        }
    }
}

/// The ticket that is open.
fn stage(desk: &Desk) -> &Stage {
    match desk.state.layers.first() {
        Some(Layer::Ticket(window)) => window.errand.ticket.stage(),
        other => panic!("no ticket: {other:?}"),
    }
}

/// Two keys that come together, as from a key that is held or from what was typed ahead: the review was never seen.
#[test]
fn nothing_is_confirmed_that_was_not_seen() {
    let mut desk = Desk::open();
    desk.press("2b0.05");
    for _ in 0..5 {
        desk.happen(Event::Key(crate::app::Key::Enter));
    }
    assert!(matches!(stage(&desk), Stage::Review(_)));
    assert_eq!(wanted(&desk).len(), 0);
    desk.state.drawn();
    desk.press("<Enter>");
    assert_eq!(wanted(&desk).len(), 1);

    // Nor other figures than those that were seen, with keys that come together.
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter>");
    for key in [crate::app::Key::Escape, crate::app::Key::Char('9'), crate::app::Key::Enter, crate::app::Key::Enter] {
        desk.happen(Event::Key(key));
    }
    assert!(matches!(stage(&desk), Stage::Review(_)));
    assert_eq!(wanted(&desk).len(), 0);

    // Nor what had no room.
    let mut desk = Desk::open();
    desk.happen(Event::Resize(59, 14));
    desk.press("2b0.05<Enter><Enter><Enter>");
    assert_eq!(wanted(&desk).len(), 0);
    desk.happen(Event::Resize(60, 15));
    desk.seen();
    desk.press("<Enter>");
    assert_eq!(wanted(&desk).len(), 1);

    // A warning that came since it was drawn has to be seen, too.
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter>");
    desk.now = desk.now.plus_millis(80_000);
    desk.happen(Event::Alive);
    desk.happen(Event::Balance(desk.state.data.wallet.balance.get().unwrap().clone()));
    desk.happen(Event::Key(crate::app::Key::Enter));
    assert_eq!(wanted(&desk).len(), 0, "its price has grown old meanwhile");
    desk.state.drawn();
    desk.press("<Enter>");
    assert_eq!(wanted(&desk).len(), 1);
}

/// The server hangs, or this machine slept: nobody knows the prices of now.
#[test]
fn nothing_is_traded_while_nothing_is_heard() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter>");
    desk.now = desk.now.plus_millis(20_000);
    desk.press("<Enter>");
    assert_eq!(wanted(&desk).len(), 0);
    assert!(desk.screen(80, 24).contains("Stale"), "{}", desk.screen(80, 24));
    // A connection alone is not yet a price.
    desk.happen(Event::Connected);
    desk.press("<Enter>");
    assert_eq!(wanted(&desk).len(), 0);
    assert!(desk.screen(80, 24).contains("Connecting"));
    desk.happen(Event::Prices(tick("84200")));
    desk.state.drawn();
    desk.press("<Enter>");
    assert_eq!(wanted(&desk).len(), 1);
}

#[test]
fn what_was_refused_leads_back_to_the_fields_as_another_movement() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter><Enter>");
    make(&mut desk, Move::Kept);
    make(&mut desk, Move::Revoked);
    let first = wanted(&desk)[0].1.clone();
    assert!(desk.screen(80, 24).contains("This session is over."));
    desk.press("<Esc>");
    assert!(desk.screen(80, 24).contains("Quantity          0.05"));
    desk.press("<Enter><Enter>");
    let keys = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Ticket { effect: ticket::Effect::Keep, intent, .. } => Some(intent.key.to_string()),
        _ => None,
    });
    let keys: Vec<_> = keys.collect();
    assert!(keys.len() == 2 && keys[0] == first && keys[1] != first, "{keys:?}");
}

#[test]
fn a_closed_window_tells_that_nothing_could_be_kept() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter><Enter><Esc>");
    desk.happen(Event::NotKept(TicketNumber(1), "no space left".to_owned()));
    assert!(desk.screen(80, 24).contains("Nothing was sent: no space left"));
    assert!(desk.state.data.settling.is_empty());
}

#[test]
fn limit_and_expiry_are_still_there_when_one_comes_back_to_them() {
    let mut desk = Desk::open();
    desk.press("2b<C-o>0.05<Tab>60000<Tab>7d<C-o><C-o>");
    let screen = desk.screen(80, 24);
    assert!(screen.contains("60000") && screen.contains("7d") && screen.contains("0.05"), "{screen}");
}

#[test]
fn two_lines_never_become_one_figure() {
    let mut desk = Desk::open();
    desk.press("2b");
    desk.happen(Event::Paste("\n1\n5\n".to_owned()));
    desk.press("<Enter>");
    assert!(matches!(stage(&desk), Stage::Draft), "{}", desk.screen(80, 24));
    desk.press("<C-u>");
    desk.happen(Event::Paste(" 0.05\r\n".to_owned()));
    desk.press("<Enter>");
    assert!(matches!(stage(&desk), Stage::Review(_)), "{}", desk.screen(80, 24));
}

#[test]
fn a_second_enter_does_nothing_while_the_first_is_out() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter><Enter><Enter><Enter>");
    assert_eq!(wanted(&desk).len(), 1);
    assert!(matches!(stage(&desk), Stage::Keeping));
}

#[test]
fn a_lost_answer_is_shown_as_unknown_and_settled() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter><Enter>");
    make(&mut desk, Move::Kept);
    make(&mut desk, Move::Lost);
    assert!(desk.screen(80, 24).contains("It is unknown whether"), "{}", desk.screen(80, 24));
    assert_eq!(count(&wanted(&desk), ticket::Effect::Settle), 1);
    make(&mut desk, Move::Unsettled);
    desk.press("<Enter>");
    assert_eq!(count(&wanted(&desk), ticket::Effect::Settle), 2, "Enter asks again");
    make(&mut desk, Move::SettledDone);
    assert!(desk.screen(80, 24).contains("order_38GDQCCES0000"));
    desk.press("<Enter>xq1");
    assert!(desk.screen(80, 24).contains("order_38GDQCCES0000"), "it closes on Escape only");
    desk.press("<Esc>");
    assert!(desk.state.layers.is_empty());
}

/// The last thing that a closed window leaves is one line.
#[test]
fn a_ticket_whose_window_was_closed_says_how_it_ended() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter><Enter>");
    make(&mut desk, Move::Kept);
    desk.press("<Esc>");
    make(&mut desk, Move::Lost);
    make(&mut desk, Move::SettledVoid);
    assert!(desk.screen(80, 24).contains("was not done, and will not be"), "{}", desk.screen(80, 24));
}

#[test]
fn nothing_is_traded_while_the_server_is_away_or_prices_are_old() {
    for (step, reason) in [
        (Move::Broken, "Trading is off: the server is away."),
        (Move::Stale, "There is no current price of BTC to trade at."),
    ] {
        let mut desk = Desk::open();
        make(&mut desk, step);
        desk.press("2b0.05<Enter><Enter>");
        assert_eq!(wanted(&desk).len(), 0);
        assert!(desk.screen(80, 24).contains(reason), "{}", desk.screen(80, 24));
    }
}

/// Nobody has to remember to ask: the server is asked as soon as it is there.
#[test]
fn what_is_unknown_is_asked_about_when_the_server_is_back() {
    for is_open in [true, false] {
        let mut desk = Desk::open();
        desk.press("2b0.05<Enter><Enter>");
        make(&mut desk, Move::Kept);
        if !is_open {
            desk.press("<Esc>");
            assert!(desk.screen(80, 24).contains("? 1 unknown"));
        }
        make(&mut desk, Move::Lost);
        make(&mut desk, Move::Unsettled);
        assert_eq!(count(&wanted(&desk), ticket::Effect::Settle), 1);
        make(&mut desk, Move::Broken);
        make(&mut desk, Move::Connected);
        assert_eq!(count(&wanted(&desk), ticket::Effect::Settle), 2);
        make(&mut desk, Move::Connected);
        assert_eq!(count(&wanted(&desk), ticket::Effect::Settle), 2, "it is asked already");
        make(&mut desk, Move::SettledDone);
        assert!(desk.state.data.settling.is_empty());
    }
}

/// What does not parse is refused at the field, never read as something else.
#[test]
fn what_does_not_parse_is_refused_at_its_field() {
    for typed in ["", "abc", "0.05x", "-1", "0", "0.0001", "1,5", "1 000", "0x10", "٣"] {
        let mut desk = Desk::open();
        desk.press(&format!("2b{typed}<Enter><Enter>"));
        assert!(matches!(stage(&desk), Stage::Draft), "{typed:?}");
        assert!(!desk.screen(80, 24).contains("Cash after"), "{typed:?}");
        assert_eq!(wanted(&desk).len(), 0, "{typed:?}");
    }
    for (limit, expiry) in [("", ""), ("abc", ""), ("60000", "soon"), ("60000", "2001-01-01")] {
        let mut desk = Desk::open();
        desk.press(&format!("2b<C-o>0.05<Tab>{limit}<Tab>{expiry}<Enter>"));
        assert!(matches!(stage(&desk), Stage::Draft), "{limit:?} {expiry:?}: {}", desk.screen(80, 24));
    }
}

#[test]
fn a_share_of_cash_or_of_the_position_takes_one_key() {
    for (keys, text) in
        [("2b<C-d>%", "1750"), ("2b<C-d>%%%%", "7000"), ("2s%%", "0.025"), ("2s%%%%", "0.05"), ("2b%%%%%", "0.0208")]
    {
        let mut desk = Desk::open();
        desk.press(keys);
        assert!(desk.screen(80, 24).contains(text), "{keys}: {}", desk.screen(80, 24));
    }
}
