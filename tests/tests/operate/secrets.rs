//! No password, token or key lies in any file of the data folder, or in what the server says.

use std::path::Path;

use cnop_tests::{DataFolder, PASSWORD, User};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn nothing_secret_is_written_in_a_whole_session() {
    look_for_secrets(&[("CNOP_COINGECKO_KEY", "CG-very-secret-key")]).await;
}

#[tokio::test]
async fn nothing_secret_is_written_whatever_is_logged() {
    look_for_secrets(&[("CNOP_COINGECKO_KEY", "CG-very-secret-key"), ("CNOP_LOG", "trace")]).await;
}

async fn look_for_secrets(variables: &[(&str, &str)]) {
    let folder = DataFolder::new().with_admin("root_admin");
    let server = folder.start_in(&[], variables);
    let user = User::funded(&server, 5_000).await;
    let raw = user.raw(&server);
    user.buy("BTC", "0.01").await;
    let other = "Another-Secret-Horse-9";
    let change = serde_json::json!({"current_password": PASSWORD, "new_password": other}).to_string();
    assert!(raw.json("PUT", "/auth/password", change).await.status.is_success());
    let login = |password: &str| serde_json::json!({"username": user.username, "password": password}).to_string();
    assert_eq!(server.raw().json("POST", "/auth/login", login("Wrong-Secret-Horse-0")).await.status.as_u16(), 401);
    // Typed into the wrong field.
    let confused = serde_json::json!({"username": "My-Secret-Passw0rd!", "password": "x"}).to_string();
    assert_eq!(server.raw().json("POST", "/auth/login", confused).await.status.as_u16(), 422);
    raw.json("POST", "/auth/login", r#"{"password": "Broken-Json-Secret-1", "#).await;
    raw.json("POST", "/cny/claim", r#"{"phrase": "a phrase that nobody else should know"}"#).await;
    raw.get("/balance?access_token=Token-In-A-Query-1").await;
    let key = raw.request("POST", "/balance/deposit").header("idempotency-key", "Idempotency-Secret-Key-1");
    let deposited = raw.send(key.header("content-type", "application/json").body(r#"{"amount": 1}"#)).await;
    assert!(deposited.status.is_success());
    let renewed = user.client.refresh().await.unwrap().access_token;
    let admin = User::log_in(&server, "root_admin").await;
    let limit = r#"{"order_type": "limit_buy", "asset_id": "BTC", "quantity": "0.01", "price": "1"}"#;
    assert!(server.raw().with_token(&renewed).json("POST", "/orders", limit).await.status.is_success());
    let mut stream = server.raw().with_token(&renewed).request("GET", "/stream").send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    drop(stream);
    assert!(server.raw().with_token(&renewed).json("POST", "/auth/logout", "").await.status.is_success());
    let backup = admin.raw(&server).request("POST", "/admin/backup").send().await.unwrap().bytes().await.unwrap();
    let said = server.log();
    let (_, folder) = server.stop();

    let secrets = [
        PASSWORD,
        other,
        "Wrong-Secret-Horse-0",
        "My-Secret-Passw0rd!",
        "Broken-Json-Secret-1",
        "a phrase that nobody else should know",
        "Token-In-A-Query-1",
        "Idempotency-Secret-Key-1",
        "CG-very-secret-key",
        user.token.as_str(),
        renewed.as_str(),
        admin.token.as_str(),
    ];
    let key = std::fs::read_to_string(folder.path().join("secrets/jwt.key")).unwrap();
    let mut looked_at = vec![("what it says".to_owned(), said.into_bytes()), ("a backup".to_owned(), backup.to_vec())];
    for path in files(folder.path()) {
        let bytes = std::fs::read(&path).unwrap();
        if path.ends_with("secrets/jwt.key") {
            continue;
        }
        looked_at.push((path.display().to_string(), bytes));
    }
    assert!(looked_at.len() >= 5, "the database, the log twice, the trail, what it says");
    for (name, bytes) in looked_at {
        for secret in secrets.iter().copied().chain([key.as_str()]) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{name} has {secret}");
        }
        // A token without its signature is none, but with it each part would do.
        for token in [&user.token, &renewed, &admin.token] {
            let signature = token.rsplit('.').next().unwrap();
            assert!(
                !bytes.windows(signature.len()).any(|window| window == signature.as_bytes()),
                "{name} has a signature"
            );
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = DataFolder::new();
    let server = folder.start();
    User::register(&server).await;
    let data = folder.path();
    let written = async || std::fs::metadata(data.join("logs/audit.log")).ok();
    cnop_tests::until("the mirror", written).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for folder in ["secrets", "logs"] {
        assert_eq!(mode(&data.join(folder)), 0o700, "{folder}");
    }
    for file in ["cnop.redb", "secrets/jwt.key", "logs/audit.log"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
}
