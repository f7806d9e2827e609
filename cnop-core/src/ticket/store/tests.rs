//! What lies on disk, who may take it, and what a crash leaves.

use super::*;
use crate::ticket::Movement;
use crate::ticket::intent::tests::intent;

fn store() -> (tempfile::TempDir, IntentStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = IntentStore::at(dir.path().join("state/cnop/intents/default"));
    (dir, store)
}

fn claim(store: &IntentStore, intent: &Intent) -> Result<Claim, IntentError> {
    store.claim(intent.clone(), intent.created_at)
}

/// What was found, in a word each.
fn found(store: &IntentStore) -> Vec<String> {
    let word = |left: &Left| match left {
        Left::Behind(claim) => format!("behind: {}", claim.intent().movement),
        Left::InFlight(intent) => format!("in flight: {}", intent.movement),
        Left::Damaged { path, .. } => format!("damaged: {}", path.file_name().unwrap().display()),
    };
    store.left().unwrap().iter().map(word).collect()
}

fn names(store: &IntentStore) -> Vec<String> {
    let entries = fs::read_dir(&store.folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_intent_is_in_flight_until_its_process_lets_go_and_left_behind_then() {
    let (_dir, store) = store();
    assert_eq!(found(&store), [] as [&str; 0]);
    assert!(!store.folder.exists(), "looking makes no folder");
    let held = claim(&store, &intent("5")).unwrap();
    assert!(!held.was_left());
    assert_eq!(found(&store), ["in flight: deposit of $5.00"]);
    drop(held);
    assert_eq!(found(&store), ["behind: deposit of $5.00"]);
    assert_eq!(found(&store), ["behind: deposit of $5.00"], "to be found is not to be lost");
    assert_eq!(store.count().unwrap(), 1);
}

#[test]
fn who_finds_an_intent_holds_it_and_who_forgets_it_leaves_nothing() {
    let (_dir, store) = store();
    let wanted = intent("5");
    drop(claim(&store, &wanted).unwrap());
    let Left::Behind(mine) = store.left().unwrap().remove(0) else { panic!("it was left behind") };
    assert_eq!((mine.intent(), mine.was_left()), (&wanted, true));
    assert_eq!(found(&store), ["in flight: deposit of $5.00"], "a second one that looks sees that it is taken");
    mine.forget().unwrap();
    assert_eq!((found(&store).len(), store.count().unwrap()), (0, 0));
    assert_eq!(names(&store), [".lock"]);
}

#[test]
fn the_oldest_is_found_first() {
    let (_dir, store) = store();
    for (amount, after_ms) in [("2", 2_000), ("1", 1_000), ("3", 3_000)] {
        let later = intent(amount);
        let created_at = later.created_at.plus_millis(after_ms);
        drop(claim(&store, &Intent { created_at, ..later }).unwrap());
    }
    assert_eq!(found(&store), ["behind: deposit of $1.00", "behind: deposit of $2.00", "behind: deposit of $3.00"]);
}

#[test]
fn the_same_request_takes_over_what_it_left_and_no_other_does() {
    let (_dir, store) = store();
    let first = intent("5");
    let held = claim(&store, &first).unwrap();
    assert!(matches!(claim(&store, &first), Err(IntentError::InFlight(_))));
    let other = Intent { movement: Movement::Withdrawal("5".parse().unwrap()), ..first.clone() };
    assert!(matches!(claim(&store, &other), Err(IntentError::KeyTaken(_))));
    drop(held);
    assert!(matches!(claim(&store, &other), Err(IntentError::KeyTaken(_))));
    let later = first.created_at.plus_millis(60_000);
    let taken = store.claim(Intent { created_at: later, ..first.clone() }, later).unwrap();
    assert_eq!((taken.was_left(), taken.intent().created_at), (true, first.created_at), "its age is that of the first");
}

/// Sent once more it could happen twice: the server may not know the key any more.
#[test]
fn what_is_too_old_is_not_taken_over() {
    let (_dir, store) = store();
    let first = intent("5");
    drop(claim(&store, &first).unwrap());
    let next_day = first.created_at.plus_millis(Intent::SETTLED_WITHIN_MS);
    assert!(matches!(store.claim(first, next_day), Err(IntentError::TooOld(_))));
    assert_eq!(found(&store), ["behind: deposit of $5.00"]);
}

#[test]
fn any_key_has_a_file_of_its_own_in_the_folder() {
    let (_dir, store) = store();
    let long = "x".repeat(128);
    for key in ["run-42", "Run-42", "../../etc/passwd", "a/b", ".hidden", "con", "=E", "\\", &long, &long[1..]] {
        let wanted = Intent { key: key.parse().unwrap(), ..intent("5") };
        drop(claim(&store, &wanted).unwrap());
        assert!(store.left().unwrap().iter().any(|left| left.intent() == Some(&wanted)), "{key}");
    }
    assert_eq!(store.count().unwrap(), 10);
    let folded: std::collections::BTreeSet<_> = names(&store).iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), 11, "also where names that differ in their case are one");
    assert!(names(&store).iter().all(|name| name.len() <= 255));
}

#[test]
fn damaged_files_are_found_beside_good_ones_and_stay() {
    let (_dir, store) = store();
    let good = intent("5");
    drop(claim(&store, &good).unwrap());
    let json = fs::read_to_string(store.path(&good.key)).unwrap();
    fs::write(store.folder.join("empty.json"), "").unwrap();
    fs::write(store.folder.join("half.json"), &json[..json.len() / 2]).unwrap();
    fs::write(store.folder.join("long.json"), "[".repeat(1 << 20)).unwrap();
    fs::create_dir(store.folder.join("folder.json")).unwrap();
    fs::write(store.folder.join("notes.txt"), "not one of ours").unwrap();
    let mut all = found(&store);
    all.sort();
    let expected = ["behind: deposit of $5.00", "damaged: empty.json", "damaged: folder.json", "damaged: half.json"];
    assert_eq!(all[..4], expected);
    let wanted = Intent { key: "half".parse().unwrap(), ..intent("5") };
    assert!(matches!(claim(&store, &wanted), Err(IntentError::Damaged { .. })));
    assert!(store.folder.join("half.json").exists());
}

#[test]
fn what_a_crash_left_half_written_goes_with_the_next_intent() {
    let (_dir, store) = store();
    claim(&store, &intent("5")).unwrap().forget().unwrap();
    fs::write(store.folder.join(".key.json.0.tmp"), "{").unwrap();
    assert_eq!(found(&store), [] as [&str; 0]);
    claim(&store, &intent("6")).unwrap().forget().unwrap();
    assert_eq!(names(&store), [".lock"]);
}

#[test]
fn where_nothing_can_be_written_nothing_is_claimed() {
    let (dir, store) = store();
    fs::write(dir.path().join("state"), "a file where a folder belongs").unwrap();
    assert!(matches!(claim(&store, &intent("5")), Err(IntentError::Io { .. })));
}

/// Each of many at once finds some file or none, and every file is found by exactly one.
#[test]
fn what_many_find_at_once_each_has_alone() {
    let (_dir, store) = store();
    for amount in ["1", "2", "3", "4", "5", "6"] {
        drop(claim(&store, &intent(amount)).unwrap());
    }
    let forgotten: usize = std::thread::scope(|scope| {
        let settle = || {
            let behind = store.left().unwrap().into_iter().filter_map(|left| match left {
                Left::Behind(claim) => Some(claim),
                _ => None,
            });
            behind.map(|claim| claim.forget().unwrap()).count()
        };
        let settlers: Vec<_> = (0..8).map(|_| scope.spawn(settle)).collect();
        settlers.into_iter().map(|settler| settler.join().unwrap()).sum()
    });
    assert_eq!((forgotten, store.count().unwrap()), (6, 0));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, store) = store();
    let wanted = intent("5");
    let _held = claim(&store, &wanted).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&store.path(&wanted.key)), mode(&store.folder)), (0o600, 0o700));
    assert_eq!(mode(&store.folder.join(".lock")), 0o600);
}
