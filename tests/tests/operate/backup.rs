//! Backups: taken under load, put back, and compared with the moment of the copy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cnop_tests::{Cli, DataFolder, User};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_one_moment_and_loses_nothing_that_was_answered_before_it() {
    let server = DataFolder::new().with_admin("root_admin").start_with(&["--user-writes-per-minute", "0"]);
    let users: Vec<_> = {
        let mut users = Vec::new();
        for _ in 0..4 {
            users.push(User::funded(&server, 5_000).await);
        }
        users
    };
    let stop = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = users
        .iter()
        .cloned()
        .map(|user| {
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let mut answered = 0;
                while !stop.load(Ordering::SeqCst) {
                    user.buy("ADA", "1").await;
                    user.sell("ADA", "1").await;
                    answered += 2;
                }
                answered
            })
        })
        .collect();
    // Every order that was answered before the backup is asked for must be in it.
    let mut before = Vec::new();
    for user in &users {
        before.push(user.all_orders().await);
    }
    let cli = Cli::at(server.url());
    cli.log_in("root_admin").succeeded();
    let file = cli.home().join("backup.redb");
    let line = format!("admin backup {}", file.display());
    let fetched = tokio::task::block_in_place(|| cli.json(&line));
    stop.store(true, Ordering::SeqCst);
    for task in load {
        assert!(task.await.unwrap() > 0, "the load went on");
    }
    assert_eq!(fetched["bytes"].as_u64().unwrap(), std::fs::metadata(&file).unwrap().len());
    let again = cli.run(&line);
    assert!(again.status == 2 && again.stderr.contains("exists already"), "{again}");
    let mut after = Vec::new();
    for user in &users {
        after.push(user.all_orders().await);
    }

    let fresh = DataFolder::new();
    let (status, said) = fresh.operate(&["restore", &file.display().to_string()], "");
    assert!(status.success() && said.contains("0 findings") && said.contains("All sessions have ended"), "{said}");
    fresh.assert_sound();
    let restored = fresh.start();
    for ((user, before), after) in users.iter().zip(before).zip(after) {
        assert_eq!(user.raw(&restored).get("/balance").await.code(), "token_invalid", "another server's key");
        let user = User::log_in(&restored, &user.username).await;
        let orders = user.all_orders().await;
        assert!(before.iter().all(|order| orders.contains(order)), "what was answered before it is in it");
        assert_eq!(orders, after[after.len() - orders.len()..], "and it is one moment of the same history");
        user.buy("ADA", "1").await;
    }
}

#[tokio::test]
async fn data_is_not_overwritten_unless_told_and_then_kept() {
    let server = DataFolder::new().start();
    let ada = User::funded(&server, 100).await;
    let (_, folder) = server.stop();
    let file = folder.path().join("backup.redb").display().to_string();
    let (status, said) = folder.operate(&["backup", &file], "");
    assert!(status.success() && said.contains("1 accounts, 1 entries, 0 findings"), "{said}");
    let (status, said) = folder.operate(&["backup", &file], "");
    assert!(!status.success() && said.contains("exists already"), "{said}");

    let server = folder.start();
    let ada = ada.on(&server);
    ada.deposit(50).await;
    let bob = User::register(&server).await;
    for arguments in [&["backup", "elsewhere.redb"][..], &["restore", &file, "--force"]] {
        let (status, said) = server.folder().operate(arguments, "");
        assert!(!status.success() && said.contains("in use by another cnop-server"), "{said}");
    }
    let (_, folder) = server.stop();
    let (status, said) = folder.operate(&["restore", &file], "");
    assert!(!status.success() && said.contains("--force"), "{said}");
    let (status, said) = folder.operate(&["restore", &file, "--force"], "");
    assert!(status.success() && said.contains("is kept as"), "{said}");
    let kept = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(kept.filter(|name| name.starts_with("cnop.redb.before-")).count(), 1);
    folder.assert_sound();

    let server = folder.start();
    assert_eq!(ada.raw(&server).get("/balance").await.code(), "token_revoked", "also with the same key");
    assert_eq!(bob.raw(&server).get("/balance").await.code(), "token_invalid", "nobody knows them any more");
    assert_eq!(User::log_in(&server, &ada.username).await.cash().await.to_string(), "100");
}

#[tokio::test]
async fn no_new_data_is_begun_where_there_was_some() {
    let server = DataFolder::new().start();
    let ada = User::funded(&server, 100).await;
    let (_, folder) = server.stop();
    let file = folder.path().join("cnop.redb");
    let aside = folder.path().join("elsewhere");
    std::fs::rename(&file, &aside).unwrap();
    let (_, said) = folder.fail_to_start(&[], &[]);
    assert!(said.contains("is missing or empty") && said.contains("logs/audit.log"), "{said}");
    std::fs::write(&file, "").unwrap();
    let (_, said) = folder.fail_to_start(&[], &[]);
    assert!(said.contains("is missing or empty"), "{said}");
    let (status, said) = folder.operate(&["admin", "create", "root_admin"], cnop_tests::PASSWORD);
    assert!(!status.success() && said.contains("is missing or empty"), "{said}");
    std::fs::rename(&aside, &file).unwrap();
    let server = folder.start();
    assert_eq!(ada.on(&server).cash().await.to_string(), "100");
}

#[tokio::test]
async fn a_backup_in_which_a_byte_was_changed_is_not_restored_and_nothing_panics() {
    let server = DataFolder::new().start();
    User::funded(&server, 100).await;
    let (_, folder) = server.stop();
    let file = folder.path().join("backup.redb");
    let path = file.display().to_string();
    folder.operate(&["backup", &path], "");
    let whole = std::fs::read(&file).unwrap();
    // What the ledger does not cover: the hash of a password.
    let hash = whole.windows(9).position(|bytes| bytes == b"$argon2id").unwrap();
    for at in [hash + 60, whole.len() / 3, whole.len() / 2] {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        std::fs::write(&file, &altered).unwrap();
        let fresh = DataFolder::new();
        let (status, said) = fresh.operate(&["restore", &path], "");
        assert!(!said.contains("panicked"), "{said}");
        if at == hash + 60 {
            assert!(!status.success() && said.contains("damaged"), "{said}");
            assert!(!fresh.path().join("cnop.redb").exists());
        }
    }
}

#[tokio::test]
async fn nothing_of_anybody_else_is_overwritten_on_the_way() {
    let server = DataFolder::new().with_admin("root_admin").start();
    let cli = Cli::at(server.url());
    cli.log_in("root_admin").succeeded();
    let file = cli.home().join("backup.redb");
    let part = cli.home().join("backup.redb.part");
    std::fs::write(&part, "Dear diary").unwrap();
    let said = cli.run(&format!("admin backup {}", file.display()));
    assert!(said.status == 2 && said.stderr.contains("backup.redb.part exists already"), "{said}");
    let said = cli.run("admin backup /nowhere/at/all.redb");
    assert!(said.status == 1 && said.stderr.contains("/nowhere/at/all.redb.part"), "{said}");
    let (_, folder) = server.stop();
    let (status, said) = folder.operate(&["backup", &file.display().to_string()], "");
    assert!(!status.success() && said.contains("backup.redb.part is half of a copy"), "{said}");
    #[cfg(unix)]
    {
        let link = folder.path().join("link.redb");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let (status, said) = folder.operate(&["backup", &link.display().to_string()], "");
        assert!(!status.success() && said.contains("link.redb exists already"), "{said}");
    }
    let (status, said) = folder.operate(&["backup", "no/folder/backup.redb"], "");
    assert!(!status.success() && said.matches("no/folder/backup.redb").count() == 1, "{said}");
    assert_eq!(said.matches("No such file").count(), 1, "{said}");
    assert_eq!(std::fs::read_to_string(&part).unwrap(), "Dear diary");
}

#[test]
fn a_restore_of_nothing_makes_nothing() {
    let folder = DataFolder::new();
    std::fs::remove_dir(folder.path()).unwrap();
    let (status, said) = folder.operate(&["restore", "nothing.redb"], "");
    assert!(!status.success() && said.contains("nothing.redb is no file, or there is none"), "{said}");
    let (status, said) = folder.operate(&["restore", "/dev/zero"], "");
    assert!(!status.success() && said.contains("/dev/zero is no file"), "{said}");
    assert!(!folder.path().exists());
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let folder = DataFolder::new();
    let diary = folder.path().join("diary.txt");
    std::fs::write(&diary, "Dear diary").unwrap();
    for file in [diary.display().to_string(), folder.path().join("nothing.redb").display().to_string()] {
        let (status, said) = folder.operate(&["restore", &file], "");
        assert!(status.code() == Some(1) && said.starts_with("error: "), "{said}");
    }
    assert!(!folder.path().join("cnop.redb").exists());
    let new = folder.path().join("new");
    let output =
        folder.command(&["restore", &diary.display().to_string()]).arg("--data-dir").arg(&new).output().unwrap();
    assert!(!output.status.success() && !new.exists(), "a folder that was made for it is gone: {output:?}");
}

#[test]
fn what_a_restore_left_that_was_killed_is_removed() {
    let folder = DataFolder::new().with_admin("root_admin");
    let left = folder.path().join("cnop.redb.restored");
    std::fs::write(&left, "half a backup").unwrap();
    folder.start().stop();
    assert!(!left.exists());
}

#[cfg(unix)]
#[test]
fn one_process_has_a_folder_also_where_there_is_no_database_or_a_damaged_one() {
    let folder = DataFolder::new().with_admin("root_admin");
    let backup = folder.path().join("backup.redb").display().to_string();
    assert!(folder.operate(&["backup", &backup], "").0.success());
    let another = std::fs::File::open(folder.path()).unwrap();
    another.lock().unwrap();
    let file = folder.path().join("cnop.redb");
    for data in [&b""[..], &[0; 10_000]] {
        std::fs::write(&file, data).unwrap();
        for arguments in [&["restore", &backup, "--force"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let (status, said) = folder.operate(arguments, "");
            assert!(!status.success() && said.contains("in use by another cnop-server"), "{arguments:?}: {said}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), data);
    }
    another.unlock().unwrap();
    let (status, said) = folder.operate(&["restore", &backup, "--force"], "");
    assert!(status.success(), "{said}");
    folder.assert_sound();
}

#[test]
fn data_whose_last_acts_cannot_be_mirrored_is_not_replaced() {
    let folder = DataFolder::new().with_admin("root_admin");
    let backup = folder.path().join("backup.redb").display().to_string();
    assert!(folder.operate(&["backup", &backup], "").0.success());
    let log = folder.path().join("logs/audit.log");
    std::fs::rename(&log, folder.path().join("moved.log")).unwrap();
    std::fs::create_dir(&log).unwrap();
    let (status, said) = folder.operate(&["admin", "disable", "root_admin"], "");
    assert!(status.success() && said.contains("logs/audit.log"), "the act is done, and the mirror said: {said}");
    let (status, said) = folder.operate(&["restore", &backup, "--force"], "");
    assert!(!status.success() && said.contains("lacks the last acts"), "{said}");
    std::fs::remove_dir(&log).unwrap();
    let (status, said) = folder.operate(&["restore", &backup, "--force"], "");
    assert!(status.success(), "{said}");
    let text = std::fs::read_to_string(&log).unwrap();
    let actions: Vec<_> = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect();
    let actions: Vec<_> = actions.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["authz_admin_user_disabled", "authz_admin_restored"], "what was moved away has the rest");
}
