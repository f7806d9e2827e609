//! What operators do to users, blocks and assets.

use std::collections::BTreeSet;

use cnop_core::time::Timestamp;

use super::bench::{Bench, FIRST_HASH, read};
use super::refusals::check;
use crate::store::Block;
use crate::store::commands::{
    EndBlock, EndSession, KeepBlock, OpenSession, PruneBlocks, ResetPassword, SetAssetClosed, SetDisabled,
};

#[test]
fn a_shut_account_has_no_session_and_the_old_ones_do_not_come_back() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let set = |disabled| bench.run(SetDisabled { username: read("ada_lovelace"), disabled }).unwrap();
    set(true);
    check(&bench, EndSession { session: ada }, "Disabled");
    check(&bench, OpenSession { user: ada.user, verified_hash: FIRST_HASH.to_owned() }, "Disabled");
    set(false);
    check(&bench, EndSession { session: ada }, "Revoked");
    let again = bench.log_in(ada.user);
    set(false);
    bench.run(EndSession { session: again }).unwrap();
    check(&bench, SetDisabled { username: read("nobody_here"), disabled: true }, "NoSuchUser");
}

#[test]
fn a_password_that_was_set_ends_every_session() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let password_hash = "$argon2id$set".to_owned();
    bench.run(ResetPassword { username: read("ada_lovelace"), password_hash }).unwrap();
    check(&bench, EndSession { session: ada }, "Revoked");
    check(&bench, OpenSession { user: ada.user, verified_hash: FIRST_HASH.to_owned() }, "PasswordChanged");
    bench.run(EndSession { session: bench.log_in(ada.user) }).unwrap();
    check(&bench, ResetPassword { username: read("nobody_here"), password_hash: String::new() }, "NoSuchUser");
}

#[test]
fn a_block_is_there_after_a_restart_until_it_is_ended_or_over() {
    let bench = Bench::new();
    let block = |seconds: i64| Block {
        since: bench.now(),
        until: bench.now().plus_millis(seconds * Timestamp::SECOND_MS),
        reason: "5 failed logins".to_owned(),
        by: None,
    };
    let blocks = [("203.0.113.7", block(60)), ("2001:db8::1", block(300)), ("203.0.113.8", block(300))];
    for (network, block) in blocks.clone() {
        bench.run(KeepBlock { network: read(network), block }).unwrap();
    }
    let bench = bench.reopened();
    let kept = |bench: &Bench| {
        let blocks = bench.look(|view| view.blocks());
        blocks.into_iter().map(|(network, _)| network.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(kept(&bench), ["203.0.113.7", "203.0.113.8", "2001:db8::/64"].map(str::to_owned).into());
    assert_eq!(
        bench.look(|view| view.blocks()).iter().find(|(network, _)| network.to_string() == "2001:db8::/64").unwrap().1,
        blocks[1].1
    );
    bench.run(EndBlock { network: read("203.0.113.8") }).unwrap();
    assert_eq!(bench.run(PruneBlocks { now: bench.now().plus_millis(60_000) }).unwrap(), 1);
    assert_eq!(kept(&bench), ["2001:db8::/64".to_owned()].into());
}

#[test]
fn an_asset_is_closed_until_it_is_opened() {
    let bench = Bench::new();
    bench.run(SetAssetClosed { asset_id: read("BTC"), by: Some(read("root_admin")) }).unwrap();
    let bench = bench.reopened();
    assert_eq!(bench.look(|view| view.closed_assets()), [read("BTC")].into());
    bench.run(SetAssetClosed { asset_id: read("BTC"), by: None }).unwrap();
    assert_eq!(bench.look(|view| view.closed_assets()), BTreeSet::new());
}
