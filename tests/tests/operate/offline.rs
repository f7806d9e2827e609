//! What operators do while no server runs, and what a start does for them.

use cnop_tests::{DataFolder, PASSWORD, Terminal, TestServer, User};

#[tokio::test]
async fn an_administrator_is_made_and_can_log_in() {
    let folder = DataFolder::new();
    let (status, said) = folder.operate(&["admin", "create", "root_admin", "--email", "root@example.com"], PASSWORD);
    assert!(status.success() && said.contains("root_admin is an administrator."), "{said}");
    for (arguments, input, expected) in [
        (&["admin", "create", "root_admin"][..], PASSWORD, "This username is taken"),
        (&["admin", "create", "other_admin", "--email", "root@example.com"], PASSWORD, "email address is already"),
        (&["admin", "create", "other_admin"], "short", "the password"),
        (&["admin", "create", "other_admin"], "", "standard input has no password"),
        (&["admin", "create", "x"], PASSWORD, "6 to 30"),
        (&["admin", "reset-password", "nobody_here"], "", "There is no user nobody_here"),
        (&["admin", "disable", "nobody_here"], "", "There is no user nobody_here"),
    ] {
        let (status, said) = folder.operate(arguments, input);
        assert!(!status.success() && said.contains(expected), "{arguments:?}: {said}");
    }
    let server = folder.start();
    let admin = User::log_in(&server, "root_admin").await;
    assert_eq!(admin.client.verify().await.unwrap().findings, []);
    assert_eq!(admin.client.profile().await.unwrap().email.to_string(), "root@example.com");
    let (status, said) = server.folder().operate(&["admin", "disable", "root_admin"], "");
    assert!(!status.success() && said.contains("in use by another cnop-server"), "{said}");
}

#[tokio::test]
async fn an_account_is_handed_out_where_registration_is_closed() {
    let folder = DataFolder::new().with_admin("root_admin");
    let arguments = ["admin", "create", "ada_lovelace", "--role", "customer", "--email", "ada@example.com"];
    let (status, said) = folder.operate(&arguments, PASSWORD);
    assert!(status.success() && said.contains("ada_lovelace is a customer."), "{said}");
    let server = folder.start_with(&["--registration", "closed"]);
    let ada = User::log_in(&server, "ada_lovelace").await;
    ada.deposit(10).await;
    assert_eq!(ada.raw(&server).get("/admin/audit").await.code(), "permission_denied");
}

#[tokio::test]
async fn a_password_is_set_and_an_account_is_shut_while_the_server_is_stopped() {
    let server = TestServer::start();
    let user = User::funded(&server, 5).await;
    let (_, folder) = server.stop();
    let (status, said) = folder.operate(&["admin", "reset-password", &user.username], "Another-Horse-8\n");
    assert!(status.success() && said.contains("no session"), "{said}");
    let login = |password: &str| serde_json::json!({"username": user.username, "password": password}).to_string();
    let server = folder.start();
    assert_eq!(user.raw(&server).get("/balance").await.code(), "token_revoked");
    assert_eq!(server.raw().json("POST", "/auth/login", login(PASSWORD)).await.code(), "invalid_credentials");
    assert_eq!(server.raw().json("POST", "/auth/login", login("Another-Horse-8")).await.status.as_u16(), 200);
    let (_, folder) = server.stop();
    folder.operate(&["admin", "disable", &user.username], "");
    let server = folder.start();
    assert_eq!(server.raw().json("POST", "/auth/login", login("Another-Horse-8")).await.code(), "account_disabled");
    let (_, folder) = server.stop();
    folder.operate(&["admin", "enable", &user.username], "");
    let server = folder.start();
    assert_eq!(server.raw().json("POST", "/auth/login", login("Another-Horse-8")).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_new_key_ends_all_sessions() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let (_, folder) = server.stop();
    let (status, said) = folder.operate(&["rotate-key"], "");
    assert!(status.success() && said.contains("all sessions have ended"), "{said}");
    let server = folder.start();
    assert_eq!(user.raw(&server).get("/balance").await.code(), "token_invalid");
    User::log_in(&server, &user.username).await;
}

#[tokio::test]
async fn a_new_key_ends_sessions_also_of_a_server_that_brings_its_own() {
    let folder = DataFolder::new();
    let key = [("JWT_SECRET_KEY", "a key that only the service knows, 32 bytes")];
    let server = folder.start_in(&[], &key);
    let user = User::register(&server).await;
    let (_, folder) = server.stop();
    let (status, said) = folder.operate(&["rotate-key"], "");
    assert!(status.success() && said.contains("all sessions have ended"), "{said}");
    assert!(said.contains("started with JWT_SECRET_KEY signs with that one"), "{said}");
    let server = folder.start_in(&[], &key);
    assert_eq!(user.raw(&server).get("/balance").await.code(), "token_revoked");
    User::log_in(&server, &user.username).await;
}

#[test]
fn a_password_is_asked_for_twice_and_ctrl_c_leaves_the_terminal_as_it_was() {
    let folder = DataFolder::new();
    let create = || {
        let terminal = Terminal::run(&folder.command(&["admin", "create", "root_admin"]), 80);
        terminal.wait_for_secret_prompt("Password:");
        terminal
    };
    let mut terminal = create();
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (130, true), "{}", ended.screen);
    let mut terminal = create();
    terminal.enter("short");
    let ended = terminal.end();
    assert!(ended.status == 1 && !ended.screen.contains("The same again"), "{}", ended.screen);
    let (status, said) = folder.operate(&["admin", "create", "root_admin"], "short");
    assert!(!status.success() && said.contains("nothing was changed"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and nothing was made");
    let mut terminal = create();
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.enter("Another-Horse-8");
    let ended = terminal.end();
    assert!(ended.status == 1 && ended.screen.contains("the two passwords differ"), "{}", ended.screen);
    let mut terminal = create();
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.enter(PASSWORD);
    let ended = terminal.end();
    assert!(ended.status == 0 && ended.screen.contains("root_admin is an administrator."), "{}", ended.screen);
}

#[cfg(unix)]
#[test]
fn data_of_another_user_is_left_alone() {
    if std::os::unix::fs::chown(DataFolder::new().path(), Some(4711), None).is_err() {
        return; // Only root can be in the place of another user.
    }
    let folder = DataFolder::new().with_admin("root_admin");
    let backup = folder.path().join("backup.redb").display().to_string();
    assert!(folder.operate(&["backup", &backup], "").0.success());
    std::os::unix::fs::chown(folder.path().join("cnop.redb"), Some(4711), None).unwrap();
    for arguments in [&["admin", "disable", "root_admin"][..], &["rotate-key"], &["restore", &backup, "--force"]] {
        let (status, said) = folder.operate(arguments, "");
        assert!(status.code() == Some(1) && said.contains("sudo -u '#4711' cnop-server"), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn the_first_administrator_may_come_with_the_first_start() {
    let folder = DataFolder::new();
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let path = file.display().to_string();
    let variables = [("CNOP_ADMIN_USERNAME", "root_admin"), ("CNOP_ADMIN_PASSWORD_FILE", path.as_str())];
    let server = folder.start_in(&[], &variables);
    User::log_in(&server, "root_admin").await.client.ip_blocks().await.unwrap();
    let (_, folder) = server.stop();
    std::fs::write(&file, "Another-Horse-8").unwrap();
    let server = folder.start_in(&[], &variables);
    User::log_in(&server, "root_admin").await; // Only a first start makes one; nobody's password is changed.
    let (_, folder) = server.stop();
    std::fs::write(&file, "short").unwrap();
    let (_, said) = DataFolder::new().fail_to_start(&[], &variables);
    assert!(said.contains("the password in"), "{said}");
    let (_, said) = folder.fail_to_start(&[], &[("CNOP_ADMIN_USERNAME", "root_admin")]);
    assert!(said.contains("--admin-password-file"), "{said}");
}

#[tokio::test]
async fn a_container_asks_whether_its_server_is_healthy() {
    let server = TestServer::start();
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let folder = DataFolder::new();
    let (status, said) = folder.operate(&["healthcheck", "--listen", &address], "");
    assert!(status.success() && said.contains("\"healthy\""), "{said}");
    server.stop();
    let (status, said) = folder.operate(&["healthcheck", "--listen", &address], "");
    assert!(status.code() == Some(1) && said.contains("asking http://"), "{said}");
    let (status, _) = folder.operate(&["healthcheck", "--live", "--listen", &address], "");
    assert_eq!(status.code(), Some(1), "nobody is there");
    let (_, full) = TestServer::start().stop();
    let server = full.start_with(&["--free-space-reserve-mib", "100000000"]);
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let (status, said) = folder.operate(&["healthcheck", "--listen", &address], "");
    assert!(status.code() == Some(1) && said.contains("disk full"), "{said}");
    let (status, said) = folder.operate(&["healthcheck", "--live", "--listen", &address], "");
    assert!(status.success() && said.contains("degraded"), "it lives: {said}");
}
