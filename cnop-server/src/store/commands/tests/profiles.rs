//! Who a user is: what registering writes, and what a change leaves as it was.

use super::bench::{Bench, FIRST_HASH, deposit, read, registration};
use super::refusals::password_change;
use crate::store::commands::{ProfileChange, Register, UpdateProfile};
use crate::store::rows::{Profile, UserRecord};
use crate::store::space::Space;

fn full_profile() -> Profile {
    Profile {
        phone: Some(read("+44 20 7946 0000")),
        date_of_birth: Some(read("1990-12-10")),
        ..registration("ada_lovelace", "ada_lovelace@example.com").profile
    }
}

fn full_registration() -> Register {
    Register { profile: full_profile(), ..registration("ada_lovelace", "ada_lovelace@example.com") }
}

#[test]
fn a_registered_user_has_an_empty_account_and_every_field() {
    let bench = Bench::new();
    bench.run(full_registration()).unwrap();
    let user = bench.look(|view| view.user_named(&read("ADA_lovelace"))).unwrap();
    let session = bench.log_in(user);
    let now = bench.now();
    let record = bench.reopened().look(|view| view.user(session.user));
    let password_hash = FIRST_HASH.to_owned();
    assert_eq!(record, UserRecord { profile: full_profile(), password_hash, created_at: now, updated_at: now });
}

#[test]
fn a_change_touches_what_it_names_and_nothing_else() {
    let bench = Bench::new();
    bench.run(full_registration()).unwrap();
    let session = bench.log_in(bench.look(|view| view.user_named(&read("ada_lovelace"))).unwrap());
    let created = bench.look(|view| view.user(session.user));
    bench.run(bench.money(session, deposit("100"))).unwrap();
    let mut expected = created.clone();
    let mut change = |change: ProfileChange, apply: fn(&mut Profile)| {
        bench.step_clock(1_000);
        apply(&mut expected.profile);
        expected.updated_at = bench.now();
        assert_eq!(bench.run(UpdateProfile { session, change }).unwrap(), expected);
        assert_eq!(bench.look(|view| view.user(session.user)), expected);
    };
    let none = ProfileChange::default;
    change(none(), |_| ());
    change(ProfileChange { first_name: Some(read("Augusta")), ..none() }, |new| new.first_name = read("Augusta"));
    change(ProfileChange { last_name: Some(read("King")), ..none() }, |new| new.last_name = read("King"));
    change(ProfileChange { phone: Some(read("0123456789")), ..none() }, |new| new.phone = Some(read("0123456789")));
    change(ProfileChange { date_of_birth: Some(read("1980-01-01")), ..none() }, |new| {
        new.date_of_birth = Some(read("1980-01-01"));
    });
    change(ProfileChange { marketing_emails_consent: Some(true), ..none() }, |new| new.marketing_emails_consent = true);
    change(ProfileChange { email: Some(read("ada@example.com")), ..none() }, |new| new.email = read("ada@example.com"));
    assert_eq!(bench.rows(&[Space::Emails]).len(), 1, "the old address leads nowhere");
    assert_eq!(bench.cash(session), "100");
    bench.assert_sound();
}

#[test]
fn a_new_password_changes_nothing_but_the_password() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let (before, account) = (bench.look(|view| view.user(ada.user)), bench.account(ada));
    bench.step_clock(1_000);
    bench.run(password_change(ada, FIRST_HASH)).unwrap();
    let after = bench.look(|view| view.user(ada.user));
    assert_eq!(after, UserRecord { password_hash: "$argon2id$new".to_owned(), ..before });
    assert_eq!(bench.account(ada), account);
}
