//! Opening a file, and what it keeps for the server itself.

use std::fs;

use super::bench::{Bench, NOON};
use crate::clock::Clock;
use crate::store::commands::ChooseMarket;
use crate::store::key;
use crate::store::space::Source;
use crate::store::space::Space;
use crate::store::{MarketSeed, OpenError, StorageFailure, Store};
use cnop_core::time::Timestamp;

fn open(file: &std::path::Path) -> Result<Store, OpenError> {
    Store::open(file, Clock::new(|| Timestamp::from_millis(NOON)))
}

#[test]
fn a_file_is_open_once() {
    let bench = Bench::new();
    assert!(matches!(open(&bench.file()), Err(OpenError::InUse)));
    let (file, _folder) = bench.closed();
    assert!(open(&file).is_ok());
}

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let bench = Bench::new();
    bench.tamper(|changes| changes.put(Space::Meta, key::META_FORMAT, 3_u32.to_be_bytes().into()));
    let (file, _folder) = bench.closed();
    for _ in 0..2 {
        assert!(matches!(open(&file), Err(OpenError::TooNew { found: 3, known: 2 })));
    }
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let (file, _folder) = Bench::new().closed();
    let text = b"Dear diary, today I bought 0.1 BTC.";
    fs::write(&file, text).unwrap();
    assert!(matches!(open(&file), Err(OpenError::Database(_))));
    assert_eq!(fs::read(&file).unwrap(), text);
}

#[test]
fn damage_anywhere_is_an_error_or_a_finding_and_no_panic() {
    let (file, _folder) = Bench::new().closed();
    let whole = fs::read(&file).unwrap();
    let mut noticed = 0;
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut damaged = whole.clone();
        let end = (at + 5_000).min(damaged.len());
        damaged[at..end].iter_mut().enumerate().for_each(|(place, byte)| *byte ^= (place * 31 + 7) as u8);
        fs::write(&file, &damaged).unwrap();
        noticed += usize::from(Store::verify_file(&file).map_or(true, |report| !report.findings.is_empty()));
    }
    assert!(noticed > 0, "some of it hits what is in use");
}

#[test]
fn a_market_goes_on_until_another_is_chosen() {
    let bench = Bench::new();
    let first = bench.run(ChooseMarket { seed: 7 }).unwrap();
    assert_eq!(first, MarketSeed { seed: 7, epoch: bench.now() });
    bench.step_clock(60_000);
    let bench = bench.reopened();
    assert_eq!(bench.run(ChooseMarket { seed: 7 }).unwrap(), first);
    assert_eq!(bench.look(|view| view.market_seed()), Some(first));

    let second = bench.run(ChooseMarket { seed: 8 }).unwrap();
    assert_eq!(second, MarketSeed { seed: 8, epoch: bench.now() });
    assert_eq!(bench.reopened().look(|view| view.market_seed()), Some(second));
}

/// A file of format 1: it has none of the tables that came later.
fn file_of_format_1() -> (std::path::PathBuf, tempfile::TempDir) {
    let bench = Bench::new();
    bench.funded("ada_lovelace");
    let (file, folder) = bench.closed();
    let database = redb::Database::open(&file).unwrap();
    let transaction = database.begin_write().unwrap();
    for space in [Space::OpenOrders, Space::Market] {
        assert!(transaction.delete_table(space.definition()).unwrap());
    }
    let mut meta = transaction.open_table(Space::Meta.definition()).unwrap();
    meta.insert(key::META_FORMAT, &1_u32.to_be_bytes()[..]).unwrap();
    drop(meta);
    transaction.commit().unwrap();
    (file, folder)
}

#[test]
fn a_file_of_format_1_is_verified_as_it_is_and_goes_on_when_it_is_opened() {
    let (file, _folder) = file_of_format_1();
    for _ in 0..2 {
        let report = Store::verify_file(&file).unwrap();
        assert_eq!((report.users, report.entries, report.findings), (1, 1, vec![]), "looking changes nothing");
    }
    let store = open(&file).unwrap();
    assert_eq!(store.verify().unwrap().findings, []);
    let format = store.read(|view| {
        let row = view.source().get(Space::Meta, key::META_FORMAT)?;
        Ok::<_, StorageFailure>(row.map(|row| row.value().to_vec()))
    });
    assert_eq!(format.unwrap(), Some(2_u32.to_be_bytes().to_vec()));
}
