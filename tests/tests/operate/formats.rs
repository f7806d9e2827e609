//! Data of other versions: an older one is taken over and a copy of it kept, a newer one is left alone.

use std::io::Read;

use cnop_tests::{DataFolder, User};
use flate2::read::GzDecoder;

/// Written by the last server of format 2: a deposit, an order, one that waits, one that was cancelled, a red pocket.
const FORMAT_2: &[u8] = include_bytes!("fixtures/format-2.redb.gz");

fn older() -> DataFolder {
    let folder = DataFolder::new();
    let mut bytes = Vec::new();
    GzDecoder::new(FORMAT_2).read_to_end(&mut bytes).unwrap();
    std::fs::write(folder.path().join("cnop.redb"), bytes).unwrap();
    folder
}

#[tokio::test]
async fn data_of_format_2_goes_on_with_its_audit_trail_and_a_copy_is_kept() {
    let folder = older().with_admin("root_admin");
    folder.assert_sound();
    let kept = folder.path().join("cnop.format-2.redb");
    let before = DataFolder::new();
    std::fs::copy(&kept, before.path().join("cnop.redb")).unwrap();
    let (status, said) = before.verify();
    assert!(status.success() && said.contains("1 accounts, 3 entries, 0 findings"), "{said}");

    let server = folder.start();
    let ada = User::log_in(&server, "ada_lovelace").await;
    assert_eq!(ada.all_orders().await.len(), 3);
    ada.buy("BTC", "0.001").await;
    let admin = User::log_in(&server, "root_admin").await.raw(&server);
    let page = admin.get("/admin/audit?user=ada_lovelace").await.value();
    let actions: Vec<_> =
        page["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let old = ["red_pocket", "order_cancelled", "order_placed", "order_placed", "order_executed", "deposit"];
    assert!(actions.ends_with(&old), "{actions:?}");
    let (_, folder) = server.stop();
    let kept = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(kept.filter(|name| name.contains("format-")).count(), 1, "one copy of one upgrade");
}

#[test]
fn a_backup_of_format_2_is_brought_to_the_format_of_now_and_is_its_own_copy() {
    let (folder, fresh) = (older(), DataFolder::new());
    let backup = folder.path().join("cnop.redb");
    let before = std::fs::read(&backup).unwrap();
    let (status, said) = fresh.operate(&["restore", &backup.display().to_string()], "");
    assert!(status.success() && said.contains("1 accounts, 3 entries, 0 findings"), "{said}");
    fresh.start().stop();
    fresh.assert_sound();
    assert_eq!(std::fs::read(&backup).unwrap(), before);
    let names = std::fs::read_dir(fresh.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.contains("format-")).count(), 0, "the backup is the copy");
}

#[test]
fn data_of_a_newer_server_is_refused_with_the_reason_and_left_alone() {
    let folder = older();
    let file = folder.path().join("cnop.redb");
    let database = redb::Database::open(&file).unwrap();
    let transaction = database.begin_write().unwrap();
    let meta: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("meta");
    transaction.open_table(meta).unwrap().insert(&b"format"[..], &99_u32.to_be_bytes()[..]).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let tables = || {
        let database = redb::Database::open(&file).unwrap();
        let transaction = redb::ReadableDatabase::begin_read(&database).unwrap();
        let names = transaction.list_tables().unwrap().map(|table| redb::TableHandle::name(&table).to_owned());
        names.collect::<Vec<_>>()
    };
    let before = tables();
    for arguments in [&["verify"][..], &["backup", "elsewhere.redb"], &["admin", "disable", "ada_lovelace"]] {
        let (status, said) = folder.operate(arguments, "");
        assert!(!status.success() && said.contains("format 99") && said.contains("upgrade the server"), "{said}");
    }
    let (_, said) = folder.fail_to_start(&[], &[]);
    assert!(said.contains("written by a newer version"), "{said}");
    assert_eq!(tables(), before, "nothing was added");
    assert_eq!(
        std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains("format-")))
            .count(),
        0
    );
}
