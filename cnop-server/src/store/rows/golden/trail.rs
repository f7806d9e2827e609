//! Rows of the audit trail, of blocks, of closed assets and of insights.

use cnop_core::api::Insight;

use super::*;
use crate::store::rows::{Act, AdminAct, AuditRow, Block, ClosedAssetRow, KeptInsight};

fn entry(act: Act) -> AuditRow {
    AuditRow {
        act,
        user: Some("ada_lovelace".to_owned()),
        by: None,
        target: Some("BTC".to_owned()),
        detail: None,
        count: 3,
        origin: Some(ours().into()),
    }
}

#[test]
fn entries_of_the_trail() {
    let request = "00"; // A request id of our own, then the address.
    let origin = format!("01{request}{OURS}00c0000207");
    golden(&entry(Act::LoginFail), &format!("0103010c6164615f6c6f76656c61636500010342544300{}{origin}", "03"));
    let alone = AuditRow { origin: None, count: 1, ..entry(Act::Startup) };
    golden(&alone, "010e010c6164615f6c6f76656c616365000103425443000100");
}

/// Acts are stored by their place: a new one goes to the end.
#[test]
fn acts_stay_in_their_places() {
    let place = |act| encode(&entry(act))[1..3].to_vec();
    for (act, number) in [
        (Act::UserCreated, 0),
        (Act::UserUpdated, 1),
        (Act::LoginSuccess, 2),
        (Act::LoginFail, 3),
        (Act::LoginFailMax, 4),
        (Act::LoginLock, 5),
        (Act::RateLimitExceeded, 6),
        (Act::SessionRenewed, 7),
        (Act::TokenRevoked, 8),
        (Act::PasswordChange, 9),
        (Act::PasswordChangeFail, 10),
        (Act::RedPocketClaimed, 11),
        (Act::AuthorizationFail, 12),
        (Act::Startup, 14),
        (Act::Shutdown, 15),
    ] {
        assert_eq!(place(act)[0], number, "{act:?}");
    }
    for (act, number) in [
        (AdminAct::AddressBlocked, 0),
        (AdminAct::AddressUnblocked, 1),
        (AdminAct::AdminCreated, 2),
        (AdminAct::UserDisabled, 3),
        (AdminAct::UserEnabled, 4),
        (AdminAct::PasswordReset, 5),
        (AdminAct::AssetDisabled, 6),
        (AdminAct::AssetEnabled, 7),
        (AdminAct::Backup, 8),
        (AdminAct::Verify, 9),
        (AdminAct::KeyRotated, 10),
        (AdminAct::Restored, 11),
        (AdminAct::UserCreated, 12),
    ] {
        assert_eq!(place(Act::Admin(act)), [13, number], "{act:?}");
    }
}

#[test]
fn blocks_and_closed_assets() {
    let block = Block {
        since: noon(),
        until: noon().plus_millis(300_000),
        reason: "5 failed logins".to_owned(),
        by: Some("root_admin".to_owned()),
    };
    golden(&block, "018088e0928c67c0d784938c670f35206661696c6564206c6f67696e73010a726f6f745f61646d696e");
    golden(&ClosedAssetRow { since: noon(), by: "root_admin".to_owned() }, "018088e0928c670a726f6f745f61646d696e");
}

#[test]
fn a_kept_insight() {
    golden(
        &kept_insight(),
        "01070707070707070707070707070707071348616c66206f6620697420697320636173682e8088e0928c6707612d6d6f64656c",
    );
}

fn kept_insight() -> KeptInsight {
    let insight =
        Insight { summary: "Half of it is cash.".to_owned(), generated_at: noon(), model: "a-model".to_owned() };
    let fingerprint = postcard::from_bytes(&[7; 16]).unwrap();
    KeptInsight::new(fingerprint, insight)
}

/// What the damage of the other tests' rows is done to here too.
pub(super) fn rows() -> Vec<Vec<u8>> {
    let block = Block { since: noon(), until: noon(), reason: "5 failed logins".to_owned(), by: None };
    vec![encode(&entry(Act::Admin(AdminAct::Backup))), encode(&block), encode(&kept_insight())]
}

/// Reads bytes as each of these rows.
pub(super) fn read(bytes: &[u8]) {
    if let Ok(row) = decode::<AuditRow>(bytes) {
        drop(row.origin.and_then(|origin| origin.origin()));
    }
    drop((decode::<Block>(bytes), decode::<ClosedAssetRow>(bytes), decode::<KeptInsight>(bytes)));
}
