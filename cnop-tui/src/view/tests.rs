//! The screens, after real keys, as text with their styles; those of the manual stand in `docs/tui.md`.

use std::time::Duration;

use cnop_core::client::{ClientError, Done};
use cnop_core::ticket::{self, Receipt};

use crate::app::Event;
use crate::app::effect::TicketNumber;
use crate::app::event::SignInFailure;
use crate::testing::{Desk, answers, claim, manual, order, stale_tick, tick};

/// Every screen, by the keys that lead there from the dashboard.
const SCREENS: [(&str, &str); 8] = [
    ("dashboard", "1"),
    ("market", "2"),
    ("asset", "2<Enter>"),
    ("portfolio", "3"),
    ("orders", "4"),
    ("account", "5"),
    ("insights", "6"),
    ("profile", "7"),
];

fn lost() -> ClientError {
    ClientError::NoAnswer { origin: "http://127.0.0.1:8080".parse().unwrap(), reason: "connection reset".to_owned() }
}

/// Ada at a place, with everything answered that was asked on the way.
fn at(keys: &str) -> Desk {
    let mut desk = Desk::open();
    desk.press(keys);
    desk.answer();
    desk
}

#[test]
fn no_window_is_too_small_or_too_large_to_draw() {
    let layers = ["2b", "2b0.05<Enter>", "?", "<C-p>", "8", "5d", "4<Enter>", "4C", "7e", "7p", "7x"];
    for keys in SCREENS.iter().map(|(_, keys)| *keys).chain(layers) {
        let desk = at(keys);
        for columns in [1, 2, 9, 10, 20, 40, 59, 60, 61, 80, 100, 120, 131, 200, 300] {
            for rows in [1, 2, 5, 14, 15, 16, 24, 60, 100] {
                desk.screen(columns, rows);
            }
        }
    }
}

#[test]
fn every_screen_full() {
    for (name, keys) in SCREENS {
        let desk = at(keys);
        insta::assert_snapshot!(name, desk.styled(80, 24));
        manual::check(name, &format!("```text\n{}```\n", desk.screen(80, 24)));
    }
    for (name, keys) in
        [("market_search", "2/eth"), ("orders_history", "4f"), ("orders_of_asset", "4a"), ("asset_trades", "2<Enter>f")]
    {
        insta::assert_snapshot!(name, at(keys).styled(80, 24));
    }
}

#[test]
fn two_screens_in_larger_windows() {
    for (name, keys) in [("dashboard", "1"), ("asset", "2<Enter>")] {
        let desk = at(keys);
        insta::assert_snapshot!(format!("{name}_120x40"), desk.styled(120, 40));
        insta::assert_snapshot!(format!("{name}_200x60"), desk.styled(200, 60));
    }
}

/// Nothing is left out of a figure without a sign of it.
#[test]
fn the_least_window_cuts_no_figure_of_the_account() {
    for (name, keys) in
        [("dashboard", "1"), ("orders", "4"), ("account", "5"), ("review", "2b<C-o>0.05<Tab>90000<Enter>")]
    {
        let desk = at(keys);
        insta::assert_snapshot!(format!("{name}_60x15"), desk.styled(60, 15));
    }
    let screen = at("1").screen(60, 15);
    assert!(
        ["$14,205.52", "$10,000.00", "$3,000.00", "$4,205.52"].iter().all(|amount| screen.contains(amount)),
        "{screen}"
    );
}

#[test]
fn every_layer() {
    for (name, keys) in [
        ("ticket", "2b"),
        ("ticket_limit", "2b<C-o>0.05<Tab>60000"),
        ("ticket_fault", "2b0.05x<Enter>"),
        ("review", "2b0.05<Enter>"),
        ("review_limit", "2s<C-o>0.05<Tab>90000<Tab>7d<Enter>"),
        ("review_warnings", "2b<C-o>0.05<Tab>90000<Enter>"),
        ("review_obstacle", "2b1<Enter>"),
        ("sending", "2b0.05<Enter><Enter>"),
        ("deposit", "5d"),
        ("pocket", "8"),
        ("order", "4<Enter>"),
        ("confirm", "4C"),
        ("profile_edit", "7e<Tab>1<Tab><Tab><Tab>x<Enter>"),
        ("password", "7pold<Enter>short<Enter>other<Enter>"),
        ("log_out", "7x"),
        ("help", "?"),
        ("palette", "<C-p>"),
        ("palette_search", "2<C-p>sell"),
    ] {
        let mut desk = Desk::open();
        desk.press("7");
        desk.answer();
        desk.press(keys);
        desk.answer();
        insta::assert_snapshot!(name, desk.styled(80, 24));
    }
    let review = at("2b0.05<Enter>").screen(80, 24);
    manual::check("review", &format!("```text\n{review}```\n"));
}

#[test]
fn what_became_of_a_ticket() {
    let happen = |desk: &mut Desk, event| desk.happen(Event::Ticket(TicketNumber(1), event));
    let done = |receipt| ticket::Event::Answered(Ok(Done { answer: receipt, replayed: false }));
    for (name, events) in [
        ("filled", vec![done(Receipt::Order(order("completed")))]),
        ("unknown", vec![ticket::Event::Answered(Err(lost())), ticket::Event::Settled(Err(lost()))]),
        ("settling", vec![ticket::Event::Answered(Err(lost()))]),
    ] {
        let mut desk = at("2b0.05<Enter><Enter>");
        happen(&mut desk, ticket::Event::Kept { again: false });
        events.into_iter().for_each(|event| happen(&mut desk, event));
        insta::assert_snapshot!(name, desk.styled(80, 24));
    }
    for (name, is_big) in [("pocket_big", true), ("pocket_small", false)] {
        let mut desk = at("8luck<Enter>");
        happen(&mut desk, ticket::Event::Kept { again: false });
        happen(&mut desk, done(Receipt::Claimed(claim(is_big))));
        insta::assert_snapshot!(name, desk.styled(80, 24));
    }
}

#[test]
fn logging_in() {
    let mut desk = Desk::new();
    desk.happen(Event::LoggedOut);
    insta::assert_snapshot!("log_in", desk.styled(80, 24));
    desk.press("<C-r>ada");
    insta::assert_snapshot!("register", desk.styled(80, 24));
    let mut desk = at("2b0.05");
    desk.happen(Event::Session(Err(SignInFailure::Client(lost()))));
    insta::assert_snapshot!("log_in_again", desk.styled(80, 24));
}

#[test]
fn before_anything_is_known() {
    for (name, keys) in SCREENS {
        let mut desk = Desk::connected();
        if name == "asset" {
            // One has to be there to be opened.
            desk.answer();
        }
        desk.press(keys);
        insta::assert_snapshot!(format!("loading_{name}"), desk.styled(80, 24));
    }
}

#[test]
fn for_somebody_who_has_done_nothing_yet() {
    for (name, keys) in SCREENS.into_iter().filter(|(name, _)| !["market", "insights", "profile"].contains(name)) {
        let mut desk = Desk::connected();
        desk.answer_with(answers::empty);
        desk.press(keys);
        desk.answer_with(answers::empty);
        insta::assert_snapshot!(format!("empty_{name}"), desk.styled(80, 24));
    }
}

#[test]
fn where_the_server_fails() {
    for (name, keys) in SCREENS.into_iter().filter(|(name, _)| *name != "asset") {
        let mut desk = Desk::connected();
        desk.answer_with(answers::failing);
        desk.press(keys);
        desk.answer_with(answers::failing);
        insta::assert_snapshot!(format!("error_{name}"), desk.styled(80, 24));
    }
    // What was known stays, and says that it is old.
    let mut desk = at("5");
    desk.now = desk.now.plus_millis(90_000);
    desk.press("1");
    desk.press("5");
    desk.answer_with(answers::failing);
    insta::assert_snapshot!("error_after_all_was_well", desk.styled(80, 24));
}

#[test]
fn with_old_prices() {
    for (name, keys) in
        [("dashboard", "1"), ("market", "2"), ("asset", "2<Enter>"), ("portfolio", "3"), ("ticket", "2b")]
    {
        let mut desk = at(keys);
        desk.happen(Event::Prices(stale_tick()));
        desk.now = desk.now.plus_millis(200_000);
        insta::assert_snapshot!(format!("stale_{name}"), desk.styled(80, 24));
    }
}

#[test]
fn without_a_server() {
    for (name, seconds) in [("reconnecting", 0), ("offline", 300)] {
        for (screen, keys) in [("market", "2"), ("account", "5")] {
            let mut desk = at(keys);
            desk.happen(Event::Reconnecting(Duration::from_secs(4), lost()));
            desk.now = desk.now.plus_millis(seconds * 1_000);
            desk.happen(Event::Reconnecting(Duration::from_secs(4), lost()));
            insta::assert_snapshot!(format!("{name}_{screen}"), desk.styled(80, 24));
        }
    }
}

#[test]
fn in_other_colours() {
    insta::assert_snapshot!("light", at("2t").styled(80, 24));
    let mut desk = at("2");
    desk.state.data.setup.colour = false;
    insta::assert_snapshot!("no_colour", desk.styled(80, 24));
}

#[test]
fn a_small_window_says_what_it_needs() {
    insta::assert_snapshot!("too_small", at("2").styled(50, 10));
}

#[test]
fn a_purchase_is_reviewed_at_the_price_of_the_moment() {
    let mut desk = at("2b0.05<Enter>");
    desk.happen(Event::Prices(tick("84200")));
    assert!(desk.screen(80, 24).contains("$84,200.00"), "it follows the market");
}

#[test]
fn a_name_from_the_server_breaks_no_cell() {
    let mut desk = Desk::connected();
    desk.answer_with(answers::hostile);
    desk.press("2");
    let screen = desk.screen(80, 24);
    let row = screen.lines().find(|line| line.contains("NEO  ")).unwrap();
    let ethereum = screen.lines().find(|line| line.contains("ETH")).unwrap();
    let column = |line: &str, text: &str| {
        line.chars().take_while(|_| true).collect::<String>().find(text).map(|at| line[..at].chars().count())
    };
    assert_eq!(
        column(row, "$5.25").map(|at| at + "$5.25".len()),
        column(ethereum, "$2,100.50").map(|at| at + "$2,100.50".len())
    );
    assert!(screen.chars().all(|letter| letter == '\n' || !letter.is_control()) && !screen.contains('\u{202e}'));
}

#[test]
fn the_last_candle_follows_the_market() {
    let mut desk = at("2<Enter>");
    let before = desk.screen(80, 24);
    desk.happen(Event::Prices(tick("90000")));
    let after = desk.screen(80, 24);
    assert!(after.contains("$90,000.00") && before != after, "{after}");
}
