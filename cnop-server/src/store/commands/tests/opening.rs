//! Opening a file, and what it keeps for the server itself.

use std::fs;
use std::path::Path;

use super::bench::{Bench, NOON, buy, limit, withdraw};
use crate::clock::Clock;
use crate::store::commands::ChooseMarket;
use crate::store::key;
use crate::store::space::Source;
use crate::store::space::Space;
use crate::store::{MarketSeed, OpenError, StorageFailure, Store};
use cnop_core::ledger::Event;
use cnop_core::order::Side;
use cnop_core::time::Timestamp;

fn open(file: &Path) -> Result<Store, OpenError> {
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
    bench.tamper(|changes| changes.put(Space::Meta, key::META_FORMAT, 4_u32.to_be_bytes().into()));
    let (file, _folder) = bench.closed();
    for _ in 0..2 {
        assert!(matches!(open(&file), Err(OpenError::TooNew { found: 4, known: 3 })));
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

/// Makes a file one of an older format: it has none of the tables that came later.
fn put_back(file: &Path, format: u32, without: &[Space]) {
    let database = redb::Database::open(file).unwrap();
    let transaction = database.begin_write().unwrap();
    for space in without {
        assert!(transaction.delete_table(space.definition()).unwrap());
    }
    let mut meta = transaction.open_table(Space::Meta.definition()).unwrap();
    meta.insert(key::META_FORMAT, &format.to_be_bytes()[..]).unwrap();
    drop(meta);
    transaction.commit().unwrap();
}

const SINCE_3: [Space; 4] = [Space::Audit, Space::Activity, Space::Blocks, Space::ClosedAssets];

fn format_of(store: &Store) -> Option<Vec<u8>> {
    let format = store.read(|view| {
        let row = view.source().get(Space::Meta, key::META_FORMAT)?;
        Ok::<_, StorageFailure>(row.map(|row| row.value().to_vec()))
    });
    format.unwrap()
}

#[test]
fn a_file_of_format_1_is_verified_as_it_is_and_goes_on_when_it_is_opened() {
    let bench = Bench::new();
    bench.funded("ada_lovelace");
    let (file, _folder) = bench.closed();
    put_back(&file, 1, &[&[Space::OpenOrders, Space::Market], &SINCE_3[..]].concat());
    for _ in 0..2 {
        let report = Store::verify_file(&file).unwrap();
        assert_eq!((report.users, report.entries, report.findings), (1, 1, vec![]), "looking changes nothing");
    }
    let store = open(&file).unwrap();
    assert_eq!(store.verify().unwrap().findings, []);
    assert_eq!(format_of(&store), Some(3_u32.to_be_bytes().to_vec()));
}

/// Orders of every kind and end, and money that moved without one.
fn eventful() -> Bench {
    let bench = Bench::new();
    bench.publish("80000");
    let ada = bench.funded("ada_lovelace");
    bench.place(ada, buy("BTC", "0.01"));
    let bought = bench.place(ada, limit(Side::Buy, "BTC", "0.001", "79000"));
    bench.advance(ada, bought, Event::Price("78000".parse().unwrap())).unwrap();
    let cancelled = bench.place(ada, limit(Side::Buy, "BTC", "0.001", "70000"));
    bench.cancel(ada, cancelled).unwrap();
    bench.place(ada, limit(Side::Buy, "BTC", "0.001", "60000"));
    let bob = bench.funded("bob_builder");
    bench.run(bench.money(bob, withdraw("10"))).unwrap();
    bench
}

#[test]
fn a_file_of_format_2_gets_its_audit_trail_and_a_copy_of_it_is_kept() {
    let bench = eventful();
    let trail = bench.rows(&[Space::Activity]);
    assert_eq!(trail.len(), 9, "2 deposits, a withdrawal, a purchase, 3 limit orders and 2 ends");
    let (file, _folder) = bench.closed();
    put_back(&file, 2, &SINCE_3);

    let store = open(&file).unwrap();
    assert_eq!(format_of(&store), Some(3_u32.to_be_bytes().to_vec()));
    assert_eq!(store.verify().unwrap().findings, []);
    let migrated = store.read(|view| {
        let rows = view.source().range(Space::Activity, &[][..]..=&[0xff; 255][..])?;
        rows.map(|row| row.map(|(key, value)| (Space::Activity, key.value().to_vec(), value.value().to_vec())))
            .collect::<Result<Vec<_>, _>>()
            .map_err(StorageFailure::from)
    });
    assert_eq!(migrated.unwrap(), trail);

    let kept = file.with_extension("format-2.redb");
    let report = Store::verify_file(&kept).unwrap();
    assert_eq!((report.users, report.findings), (2, vec![]));
    assert_eq!(format_of_file(&kept), Some(2_u32.to_be_bytes().to_vec()), "as it was");
}

fn format_of_file(file: &Path) -> Option<Vec<u8>> {
    use redb::ReadableDatabase;
    let database = redb::Database::open(file).unwrap();
    let meta = database.begin_read().unwrap().open_table(Space::Meta.definition()).unwrap();
    meta.get(key::META_FORMAT).unwrap().map(|row| row.value().to_vec())
}

#[test]
fn a_migration_that_was_broken_off_is_done_again() {
    let (file, _folder) = eventful().closed();
    put_back(&file, 2, &[Space::Audit]); // Everything is listed, and the format not yet written.
    std::fs::write(file.with_extension("format-2.redb.part"), "half a copy").unwrap();
    let store = open(&file).unwrap();
    assert_eq!(format_of(&store), Some(3_u32.to_be_bytes().to_vec()));
    let count = store.read(|view| view.source().count(Space::Activity)).unwrap();
    assert_eq!(count, 9);
}
