//! The screens, after real keys, as text with their styles.

use crate::app::Event;
use crate::testing::{Desk, tick};

#[test]
fn no_window_is_too_small_or_too_large_to_draw() {
    let mut desk = Desk::open();
    for keys in ["1", "2", "3", "4", "5", "6", "7", "2<Enter>", "<Esc>b", "<Esc>?", "<Esc><C-p>", "<Esc>8"] {
        desk.press(keys);
        for columns in [1, 2, 9, 10, 20, 40, 59, 60, 80, 100, 120, 200, 300] {
            for rows in [1, 2, 5, 14, 15, 24, 60, 100] {
                desk.screen(columns, rows);
            }
        }
    }
}

#[test]
fn every_screen_with_its_styles() {
    for (name, keys) in [
        ("log_in", ""),
        ("dashboard", "1"),
        ("market", "2"),
        ("market_search", "2/eth"),
        ("portfolio", "3"),
        ("orders", "4"),
        ("account", "5"),
        ("insights", "6"),
        ("profile", "7"),
        ("asset", "2<Enter>"),
        ("ticket", "2b"),
        ("ticket_fault", "2b0.05x<Enter>"),
        ("review", "2b0.05<Enter>"),
        ("help", "?"),
        ("palette", "<C-p>"),
        ("pocket", "8"),
    ] {
        let mut desk = if name == "log_in" { Desk::new() } else { Desk::open() };
        if name == "log_in" {
            desk.happen(Event::LoggedOut);
        }
        desk.press(keys);
        desk.answer();
        insta::assert_snapshot!(name, desk.styled(80, 24));
    }
}

#[test]
fn a_small_window_says_what_it_needs() {
    assert!(Desk::open().screen(59, 24).contains("60 columns and 15 rows"));
}

#[test]
fn a_purchase_is_reviewed_at_the_price_of_the_moment() {
    let mut desk = Desk::open();
    desk.press("2b0.05<Enter>");
    let screen = desk.screen(80, 24);
    for part in [
        "Buy BTC (Bitcoin)",
        "Quantity          0.05",
        "$84,110.40 (0 s ago)",
        "$4,205.52",
        "Cash after        $5,794.48",
    ] {
        assert!(screen.contains(part), "{part}:\n{screen}");
    }
    desk.happen(Event::Prices(tick("84200")));
    assert!(desk.screen(80, 24).contains("$84,200.00"), "it follows the market");
}
