//! Sessions begin, end in the middle of something, and are another user's.

use super::{lost, revoked};
use crate::app::event::{Answer, SignInFailure};
use crate::app::known::Generation;
use crate::app::{Effect, Event};
use crate::testing::{Desk, order};

fn recoveries(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::Recover(_))).count()
}

#[test]
fn a_session_that_ends_is_looked_for_once_and_then_asks_for_the_password_over_what_is_seen() {
    let mut desk = Desk::open();
    desk.press("2b0.05");
    desk.happen(Event::SessionOver(revoked()));
    desk.happen(Event::Answered(Generation(1), Answer::Balance(Err(revoked()))));
    assert_eq!(recoveries(&desk), 1);
    assert!(!desk.screen(80, 24).contains("Log in again"), "nobody is asked before that is known");
    desk.happen(Event::Session(Err(SignInFailure::Client(revoked()))));
    assert!(desk.screen(80, 24).contains("Log in again"));
    desk.happen(Event::SessionOver(revoked()));
    assert_eq!(recoveries(&desk), 1, "it is asked for already");
    let welcome = desk.state.data.user.clone().unwrap();
    desk.happen(Event::Session(Ok(welcome)));
    assert!(desk.screen(80, 24).contains("Quantity          0.05"), "it goes on where it was");
}

#[test]
fn a_wrong_password_keeps_the_name_and_asks_again() {
    let mut desk = Desk::new();
    desk.happen(Event::LoggedOut);
    desk.press("ada_lovelace<Enter>secret<Enter><Enter>");
    assert_eq!(desk.effects.iter().filter(|effect| matches!(effect, Effect::LogIn { .. })).count(), 1);
    assert!(!desk.screen(80, 24).contains("secret"), "what is typed there is not shown");
    desk.happen(Event::Session(Err(SignInFailure::Client(lost()))));
    let screen = desk.screen(80, 24);
    assert!(screen.contains("ada_lovelace") && !screen.contains("••"), "{screen}");
}

/// A ticket, an order, a page that one left is not the next one's to see or to confirm.
#[test]
fn another_user_finds_nothing_of_the_one_before() {
    let mut desk = Desk::open();
    desk.press("4<Enter>");
    desk.happen(Event::SessionOver(revoked()));
    desk.happen(Event::Session(Err(SignInFailure::Client(revoked()))));
    let mut welcome = desk.state.data.user.clone().unwrap();
    welcome.username = "grace_hopper".parse().unwrap();
    desk.happen(Event::Session(Ok(welcome)));
    let screen = desk.screen(80, 24);
    assert!(desk.state.layers.is_empty());
    assert!(screen.contains("grace_hopper") && !screen.contains("60,000") && !screen.contains("14,205"), "{screen}");
}

#[test]
fn logging_out_leaves_nothing_on_the_screen() {
    let mut desk = Desk::open();
    desk.press("7xy");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::LogOut)));
    desk.happen(Event::LoggedOut);
    let screen = desk.screen(80, 24);
    assert!(screen.contains("Password") && !screen.contains("ada") && !screen.contains("$"), "{screen}");
}

#[test]
fn an_order_that_is_told_of_is_seen_and_counts() {
    let mut desk = Desk::open();
    desk.press("4");
    desk.answer();
    desk.happen(Event::Order(Box::new(order("cancelled"))));
    assert!(desk.screen(80, 24).contains("No order waits."), "{}", desk.screen(80, 24));
    desk.press("f");
    assert!(desk.screen(80, 24).contains("Cancelled"));
}
