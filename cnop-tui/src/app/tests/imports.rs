//! The rules know no terminal, no network and no clock.

#[test]
fn the_rules_import_nothing_that_draws_waits_or_speaks() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/app");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            looked_at += 1;
            for word in [
                "crossterm",
                "ratatui",
                "tokio",
                "reqwest",
                "SystemTime",
                "Instant",
                "use crate::run",
                "use crate::view",
                "use crate::clock",
                "client::Client,",
                "client::Client;",
                "client::{Client,",
                "std::fs",
                "std::time::S",
                "std::time::I",
                "std::thread",
                "std::env",
                "rustix",
                "::generate",
            ] {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
    assert!(looked_at > 20);
}
