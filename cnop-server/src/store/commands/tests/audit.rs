//! The audit trail: what stands in it, and how it is looked through.

use cnop_core::ledger::Event;
use cnop_core::order::Side;
use cnop_core::time::Timestamp;

use super::bench::{Bench, buy, claim, deposit, limit, origin, read, withdraw};
use crate::store::commands::{Audited, EndSession, Note, PruneAudit};
use crate::store::{
    Act, AdminAct, AuditDraft, AuditFilter, AuditRecord, Cursor, Origin, PageRequest, PageStart, Session,
};

const ALL: PageRequest = PageRequest { limit: 100, start: PageStart::Offset(0) };

fn trail(bench: &Bench, filter: &AuditFilter) -> Vec<AuditRecord> {
    bench.look(|view| view.audit(filter, ALL)).items
}

fn actions(bench: &Bench, filter: &AuditFilter) -> Vec<&'static str> {
    trail(bench, filter).iter().map(|entry| entry.action).collect()
}

/// Two users with orders and money, and acts between them.
fn eventful() -> (Bench, Session) {
    let bench = Bench::new();
    bench.publish("80000");
    let ada = bench.register("ada_lovelace");
    bench.run(Note(AuditDraft::of(Act::LoginSuccess).about(&read("ada_lovelace")).from(&origin()))).unwrap();
    bench.run(bench.money(ada, deposit("9000"))).unwrap();
    bench.place(ada, buy("BTC", "0.01"));
    let waits = bench.place(ada, limit(Side::Buy, "BTC", "0.001", "79000"));
    bench.advance(ada, waits, Event::Price(read("78000"))).unwrap();
    let taken_back = bench.place(ada, limit(Side::Buy, "BTC", "0.001", "70000"));
    bench.cancel(ada, taken_back).unwrap();
    let bob = bench.funded("bob_builder");
    bench.run(bench.money(bob, withdraw("10"))).unwrap();
    bench
        .run(Note(AuditDraft::of(Act::Admin(AdminAct::UserDisabled)).about(&read("bob_builder")).by("root_admin")))
        .unwrap();
    (bench, ada)
}

#[test]
fn acts_and_ledger_rows_stand_in_the_order_in_which_they_happened() {
    let (bench, _) = eventful();
    let expected = [
        "authz_admin_user_disabled",
        "withdrawal",
        "deposit",
        "order_cancelled",
        "order_placed",
        "order_executed",
        "order_placed",
        "order_executed",
        "deposit",
        "authn_login_success",
    ];
    assert_eq!(actions(&bench, &AuditFilter::default()), expected);
    let trail = trail(&bench, &AuditFilter::default());
    assert!(trail.is_sorted_by(|newer, older| newer.sequence > older.sequence));
    for entry in &trail[1..] {
        assert_eq!(entry.particulars.origin, Some(origin()), "{} says where it came from", entry.action);
    }
    assert_eq!(trail[7].particulars.detail.as_deref(), Some("buy 0.01 BTC at 80000 for 800"));
    assert_eq!(
        (trail[7].particulars.user.as_deref(), trail[0].particulars.by.as_deref()),
        (Some("ada_lovelace"), Some("root_admin"))
    );
}

#[test]
fn filters_take_what_they_name_alone() {
    let (bench, _) = eventful();
    let check = |filter: AuditFilter, expected: &[&str]| assert_eq!(actions(&bench, &filter), expected);
    let any = AuditFilter::default;
    check(
        AuditFilter { user: Some(read("bob_builder")), ..any() },
        &["authz_admin_user_disabled", "withdrawal", "deposit"],
    );
    check(AuditFilter { user: Some(read("root_admin")), ..any() }, &["authz_admin_user_disabled"]);
    check(AuditFilter { user: Some(read("nobody_here")), ..any() }, &[]);
    check(AuditFilter { action: Some("authz_admin".to_owned()), ..any() }, &["authz_admin_user_disabled"]);
    check(AuditFilter { action: Some("deposit".to_owned()), ..any() }, &["deposit", "deposit"]);
    check(AuditFilter { address: Some(read("203.0.113.7")), ..any() }, &[]);
    let here = AuditFilter { address: Some(read("127.0.0.1")), ..any() };
    assert_eq!(actions(&bench, &here).len(), 9);
    check(AuditFilter { since: Some(bench.now().plus_millis(1)), ..any() }, &[]);
    assert_eq!(actions(&bench, &AuditFilter { since: Some(bench.now()), ..any() }).len(), 10);
}

#[test]
fn pages_of_any_length_are_the_whole_trail() {
    let (bench, _) = eventful();
    let whole: Vec<_> = trail(&bench, &AuditFilter::default()).iter().map(|entry| entry.sequence).collect();
    for limit in 1..=11 {
        let (mut found, mut next): (Vec<_>, Option<Cursor>) = (vec![], None);
        loop {
            let start = next.map_or(PageStart::Offset(0), PageStart::Cursor);
            let page = bench.look(|view| view.audit(&AuditFilter::default(), PageRequest { limit, start }));
            found.extend(page.items.iter().map(|entry| entry.sequence));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(found, whole, "pages of {limit}");
    }
}

#[test]
fn a_refusal_leaves_no_entry_and_a_success_one() {
    let (bench, ada) = eventful();
    let before = bench.look(|view| view.audit_after(read("0000000000000"))).len();
    let log_out = || Audited {
        command: EndSession { session: ada },
        entry: AuditDraft::of(Act::TokenRevoked).about(&read("ada_lovelace")).from(&origin()),
    };
    bench.run(log_out()).unwrap();
    bench.run(log_out()).unwrap_err();
    let after = bench.look(|view| view.audit_after(read("0000000000000")));
    assert_eq!(after.len(), before + 1);
    assert_eq!(after.last().unwrap().action, "authn_token_revoked");
}

#[test]
fn a_claim_has_one_entry() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let entry = AuditDraft::of(Act::RedPocketClaimed).about(&read("ada_lovelace")).from(&origin());
    bench.run(Audited { command: bench.money(ada, claim("8.88")), entry }).unwrap();
    assert_eq!(actions(&bench, &AuditFilter::default()), ["red_pocket_claimed"]);
}

#[test]
fn what_is_too_old_is_forgotten_and_the_ledger_stays() {
    let (bench, ada) = eventful();
    let history = bench.history(ada);
    let early = bench.now();
    bench.step_clock(Timestamp::DAY_MS);
    bench.run(Note(AuditDraft::of(Act::Startup))).unwrap();
    let prune = |before: Timestamp| bench.run(PruneAudit { before }).unwrap();
    assert_eq!(prune(early), 0);
    assert_eq!(prune(early.plus_millis(1)), 10);
    assert_eq!(prune(early.plus_millis(1)), 0);
    assert_eq!(actions(&bench, &AuditFilter::default()), ["sys_startup"]);
    assert_eq!(bench.history(ada), history);
    bench.assert_sound();
}

#[test]
fn every_act_has_a_name_of_its_own_and_counted_ones_say_how_many() {
    let bench = Bench::new();
    let stranger = Origin { address: read("2001:db8::7"), ..origin() };
    let mut tries = AuditDraft::of(Act::LoginFailMax).from(&stranger);
    tries.particulars.count = 250;
    bench.run(Note(tries)).unwrap();
    let network = AuditFilter { address: Some(read("2001:db8::/64")), ..AuditFilter::default() };
    let entry = &trail(&bench, &network)[0];
    assert_eq!((entry.action, entry.particulars.count, entry.success), ("authn_login_fail_max", 250, false));
}
