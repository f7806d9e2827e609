//! Tokens given out, renewed, taken back and forgotten.

use super::bench::{Bench, FIRST_HASH, deposit};
use super::refusals::{check, email_change, password_change};
use crate::store::commands::{EndSession, RenewSession, TOKEN_LIFE_MS};
use crate::store::key;
use crate::store::rows::Access;
use crate::store::space::Space;
use crate::store::view::{Session, SessionError};

/// A token's life, and a minute for slow clocks.
const FORGET_AFTER_MS: i64 = TOKEN_LIFE_MS + 60_000;

fn holds(bench: &Bench, session: Session) -> Result<Access, SessionError> {
    bench.look(|view| view.check(session))
}

#[track_caller]
fn assert_hold(bench: &Bench, good: &[Session], over: &[Session]) {
    for session in good {
        assert!(holds(bench, *session).is_ok(), "{session:?}");
    }
    for session in over {
        assert_eq!(holds(bench, *session), Err(SessionError::Revoked), "{session:?}");
    }
}

/// Exchanges a token.
fn renew(bench: &Bench, session: Session) -> Session {
    Session { token: bench.run(RenewSession { session }).unwrap().token, ..session }
}

/// The tokens that are remembered as revoked.
fn revoked(bench: &Bench) -> Vec<Vec<u8>> {
    bench.rows(&[Space::Revoked]).into_iter().map(|(_, key, _)| key).collect()
}

#[test]
fn a_log_out_ends_one_session_for_good() {
    let bench = Bench::new();
    let first = bench.register("ada_lovelace");
    let second = bench.log_in(first.user);
    let bob = bench.register("bob_builder");
    bench.run(EndSession { session: first }).unwrap();
    assert_hold(&bench, &[second, bob], &[first]);
    let bench = bench.reopened();
    assert_hold(&bench, &[second, bob], &[first]);
    check(&bench, EndSession { session: first }, "Revoked");
}

#[test]
fn a_renewed_token_replaces_the_old_one() {
    let bench = Bench::new();
    let first = bench.register("ada_lovelace");
    let second = renew(&bench, first);
    let third = renew(&bench, second);
    assert!(first.token < second.token && second.token < third.token);
    assert_hold(&bench, &[third], &[first, second]);
    check(&bench, RenewSession { session: second }, "Revoked");
    let bench = bench.reopened();
    assert_hold(&bench, &[third], &[first, second]);
}

#[test]
fn a_new_password_spares_the_token_that_set_it_and_no_other() {
    let bench = Bench::new();
    let older = bench.register("ada_lovelace");
    let asking = bench.log_in(older.user);
    let newer = bench.log_in(older.user);
    let bob = bench.register("bob_builder");
    bench.run(password_change(asking, FIRST_HASH)).unwrap();
    let since = bench.log_in(older.user);
    assert_hold(&bench, &[asking, since, bob], &[older, newer]);
    check(&bench, bench.money(newer, deposit("1")), "Revoked");

    let bench = bench.reopened();
    assert_hold(&bench, &[asking, since, bob], &[older, newer]);

    bench.run(password_change(since, "$argon2id$new")).unwrap();
    assert_hold(&bench, &[since, bob], &[older, newer, asking]);
}

#[test]
fn a_spared_token_is_renewed_and_ended_like_any_other() {
    let bench = Bench::new();
    let asking = bench.register("ada_lovelace");
    bench.run(password_change(asking, FIRST_HASH)).unwrap();
    let renewed = renew(&bench, asking);
    assert_hold(&bench, &[renewed], &[asking]);
    bench.run(EndSession { session: renewed }).unwrap();
    assert_hold(&bench, &[], &[asking, renewed]);
}

#[test]
fn a_revoked_token_is_forgotten_once_its_time_is_over() {
    let bench = Bench::new();
    let early = bench.register("ada_lovelace");
    let late = bench.log_in(early.user);
    bench.run(EndSession { session: early }).unwrap();
    bench.step_clock(FORGET_AFTER_MS - 1);
    bench.run(EndSession { session: late }).unwrap();
    assert_eq!(revoked(&bench), [key::age(early.token), key::age(late.token)]);

    bench.step_clock(2);
    let newest = bench.log_in(early.user);
    bench.run(EndSession { session: newest }).unwrap();
    assert_eq!(revoked(&bench), [key::age(newest.token)]);
}

#[test]
fn old_revoked_tokens_are_forgotten_a_few_at_a_time() {
    let bench = Bench::new();
    let user = bench.register("ada_lovelace").user;
    for _ in 0..20 {
        bench.run(EndSession { session: bench.log_in(user) }).unwrap();
    }
    bench.step_clock(FORGET_AFTER_MS + 1);
    bench.run(EndSession { session: bench.log_in(user) }).unwrap();
    assert_eq!(revoked(&bench).len(), 20 - 16 + 1);
    bench.run(EndSession { session: bench.log_in(user) }).unwrap();
    assert_eq!(revoked(&bench).len(), 2);
}

#[test]
fn tokens_grow_when_the_clock_steps_back_and_across_a_restart() {
    let bench = Bench::new();
    let mut tokens = vec![bench.register("ada_lovelace")];
    let user = tokens[0].user;
    bench.step_clock(5_000);
    tokens.push(bench.log_in(user));
    bench.step_clock(-60_000);
    tokens.push(bench.log_in(user));
    let bench = bench.reopened();
    tokens.push(bench.log_in(user));
    tokens.push(renew(&bench, tokens[3]));
    bench.run(email_change(tokens[4], "new@example.com")).unwrap();
    let bench = bench.reopened();
    tokens.push(bench.log_in(user));
    assert!(tokens.windows(2).all(|pair| pair[0].token < pair[1].token), "{tokens:?}");
}
