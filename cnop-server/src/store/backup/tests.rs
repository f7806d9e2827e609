use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::store::Store;
use crate::store::commands::tests::bench::{Bench, NOON, block_on, deposit};
use cnop_core::time::Timestamp;

fn clock() -> Clock {
    Clock::new(|| Timestamp::from_millis(NOON + 60_000))
}

fn restore(from: &Path, to: &Path, force: bool) -> Result<Restored, CopyError> {
    Store::restore(from, to, force, &clock(), |_| Ok(()))
}

#[test]
fn a_copy_has_every_row_and_is_a_store_of_its_own() {
    let bench = Bench::new();
    bench.publish("80000");
    bench.funded("ada_lovelace");
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("copy.redb");
    let report = bench.store.backup(&to).unwrap();
    assert_eq!((report.users, report.entries, report.findings), (1, 1, vec![]));
    let copied = Store::open(&to, clock()).unwrap();
    let rows = |store: &Store| {
        store.read(|view| {
            let mut rows = Vec::new();
            for space in Space::ALL {
                for row in view.source().range(space, &[][..]..=&[0xff; 255][..])? {
                    let (key, value) = row.map_err(StorageFailure::from)?;
                    rows.push((space as usize, key.value().to_vec(), value.value().to_vec()));
                }
            }
            Ok::<_, StorageFailure>(rows)
        })
    };
    assert_eq!(rows(&copied).unwrap(), rows(&bench.store).unwrap());
    assert!(matches!(bench.store.backup(&to), Err(CopyError::Exists(_))));
    assert!(!beside(&to, "part").exists());
}

#[test]
fn a_copy_under_load_is_one_moment_and_holds_nobody_up() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let (done, folder) = (AtomicBool::new(false), tempfile::tempdir().unwrap());
    let (report, moved) = std::thread::scope(|scope| {
        let copying = scope.spawn(|| {
            let report = bench.store.backup(&folder.path().join("copy.redb"));
            done.store(true, Ordering::SeqCst);
            report.unwrap()
        });
        let mut moved = 0_u64;
        while !done.load(Ordering::SeqCst) && moved < 100_000 {
            block_on(bench.store.submit(bench.money(ada, deposit("0.01")))).unwrap();
            moved += 1;
        }
        (copying.join().unwrap(), moved)
    });
    assert_eq!(report.findings, []);
    assert!(report.entries <= 1 + moved);
    bench.assert_sound();
}

/// A backup of a store with one funded user, and the folder that it is in.
fn backup() -> (PathBuf, tempfile::TempDir, Bench) {
    let bench = Bench::new();
    bench.funded("ada_lovelace");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.redb");
    bench.store.backup(&file).unwrap();
    (file, folder, bench)
}

#[test]
fn a_restored_store_ends_all_sessions_and_leaves_the_backup_as_it_was() {
    let (from, folder, bench) = backup();
    let (before, to) = (fs::read(&from).unwrap(), folder.path().join("data.redb"));
    let restored = restore(&from, &to, false).unwrap();
    assert_eq!((restored.report.users, restored.kept), (1, None));
    assert_eq!(fs::read(&from).unwrap(), before);
    let store = Store::open(&to, clock()).unwrap();
    let user = store.read(|view| view.user_named(&"ada_lovelace".parse().unwrap())).unwrap().unwrap();
    // A token of after the backup, which may have been revoked then, is no better than one of before.
    for token in [bench.log_in(user), bench.log_in(user)] {
        assert_eq!(store.read(|view| view.check(token)).unwrap(), Err(crate::store::SessionError::Revoked));
    }
    assert_eq!(store.verify().unwrap().findings, []);
}

#[test]
fn data_is_replaced_by_force_alone_and_kept() {
    let (from, folder, _) = backup();
    let to = folder.path().join("data.redb");
    drop(Store::open(&to, clock()).unwrap());
    assert!(matches!(restore(&from, &to, false), Err(CopyError::WouldReplace(_))));
    let kept = restore(&from, &to, true).unwrap().kept.unwrap();
    assert_eq!(Store::verify_file(&kept).unwrap().users, 0);
    assert_eq!(Store::verify_file(&to).unwrap().users, 1);
}

#[test]
fn numbers_of_what_is_replaced_are_not_given_out_again() {
    let (from, folder, _) = backup();
    let to = folder.path().join("data.redb");
    let ahead = Clock::new(|| Timestamp::from_millis(NOON + Timestamp::DAY_MS)); // A clock that is put right later.
    let entry = || crate::store::commands::Note(crate::store::AuditDraft::of(crate::store::Act::Startup));
    let store = Store::open(&to, ahead).unwrap();
    block_on(store.submit(entry())).unwrap();
    let entries = |view: &Snapshot<'_, Reader>| view.audit_after(Sequence::from_u64(0));
    let last = store.read(entries).unwrap().last().unwrap().sequence;
    drop(store);
    let mut seen = None;
    let look = |view: &Snapshot<'_, Reader>| {
        seen = entries(view).unwrap().last().map(|entry| entry.sequence);
        Ok(())
    };
    Store::restore(&from, &to, true, &clock(), look).unwrap();
    assert_eq!(seen, Some(last), "who replaces it sees it before");
    let store = Store::open(&to, clock()).unwrap();
    block_on(store.submit(entry())).unwrap();
    assert!(store.read(entries).unwrap().last().unwrap().sequence > last);
}

#[test]
fn who_looks_at_it_last_may_keep_it() {
    let (from, folder, _) = backup();
    let to = folder.path().join("data.redb");
    drop(Store::open(&to, clock()).unwrap());
    let refuse = |_: &Snapshot<'_, Reader>| Err(CopyError::NotMirrored(std::io::Error::other("read-only")));
    assert!(matches!(Store::restore(&from, &to, true, &clock(), refuse), Err(CopyError::NotMirrored(_))));
    assert_eq!(Store::verify_file(&to).unwrap().users, 0, "it is still there");
    assert!(!beside(&to, "restored").exists());
}

#[test]
fn what_is_in_use_missing_or_no_backup_is_not_restored() {
    let (from, folder, bench) = backup();
    let restore = |from: &Path, to: &Path| restore(from, to, true).map(|_| ());
    assert!(matches!(restore(&from, &bench.file()), Err(CopyError::Open(OpenError::InUse))));
    let to = folder.path().join("data.redb");
    assert!(matches!(restore(&folder.path().join("nothing"), &to), Err(CopyError::Missing(_))));
    let diary = folder.path().join("diary");
    fs::write(&diary, "Dear diary").unwrap();
    assert!(matches!(restore(&diary, &to), Err(CopyError::BadBackup { error: OpenError::Database(_), .. })));
    assert!(!to.exists() && !beside(&to, "restored").exists());
}

#[test]
fn a_backup_that_does_not_add_up_is_not_restored() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.tamper(|changes| changes.remove(Space::Accounts, &key::single(ada.user, key::Kind::Account)));
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("backup.redb"), folder.path().join("data.redb"));
    assert_eq!(bench.store.backup(&from).unwrap().findings.len(), 1, "the copy is made, and says so");
    assert!(matches!(restore(&from, &to, false), Err(CopyError::Unsound(1))));
    assert!(!to.exists());
}

#[test]
fn a_copy_that_does_not_fit_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("copy.redb");
    assert!(check_room(1, 0, &to).is_ok());
    assert!(matches!(check_room(u64::MAX, 0, &to), Err(CopyError::NoRoom { .. })));
}

#[test]
fn damaged_data_is_replaced_and_kept_all_the_same() {
    let (from, folder, _) = backup();
    let to = folder.path().join("data.redb");
    for damage in [&b""[..], b"Dear diary", &[0xff; 5_000]] {
        fs::write(&to, damage).unwrap();
        let kept = restore(&from, &to, true).unwrap().kept.unwrap();
        assert_eq!(fs::read(&kept).unwrap(), damage);
        assert_eq!(Store::verify_file(&to).unwrap().users, 1);
        fs::remove_file(kept).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_restored_file_is_its_owners_alone_whatever_the_backup_was() {
    use std::os::unix::fs::PermissionsExt;
    let (from, folder, _) = backup();
    let to = folder.path().join("data.redb");
    fs::set_permissions(&from, std::fs::Permissions::from_mode(0o444)).unwrap();
    restore(&from, &to, false).unwrap();
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
}
