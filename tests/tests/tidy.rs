//! Holds the documents and the layout to the code.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its input has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie in the workspace").to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Markdown file at the root and under `docs/`.
fn documents() -> Vec<(String, String)> {
    let mut folders = vec![root(), root().join("docs")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let below_docs = path.starts_with(root().join("docs"));
            if path.is_dir() && below_docs {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "md") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 5, "the documents are there");
    found
}

/// What stands between backticks on one line.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with("```")).flat_map(|line| line.split('`').skip(1).step_by(2))
}

#[test]
fn every_path_that_a_document_names_exists() {
    let roots = ["cnop-core/", "cnop-server/", "cnop-cli/", "cnop-tui/", "tests/", "docs/", "scripts/", ".ci/"];
    let mut named = 0;
    for (document, text) in documents() {
        for word in quoted(&text).filter_map(|quote| quote.split_whitespace().next()) {
            let word = word.trim_start_matches("./");
            if roots.iter().any(|root| word.starts_with(root)) {
                named += 1;
                assert!(root().join(word).exists(), "{document} names {word}, which does not exist");
            }
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                let folder = Path::new(&document).parent().unwrap();
                assert!(folder.join(target).exists(), "{document} links to {target}, which does not exist");
            }
        }
    }
    assert!(named > 20, "documents name files");
}

#[test]
fn the_route_table_of_the_documents_is_the_routers() {
    assert_eq!(documented_routes(), routes_of_the_router());
}

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// Rows `` | `METHOD` | `/path` | `` of the API document.
fn documented_routes() -> BTreeSet<String> {
    let text = read("docs/api.md");
    let cells = text.lines().map(|line| line.split('`').collect::<Vec<_>>());
    cells
        .filter(|cells| cells.len() >= 5 && cells[0] == "| " && METHODS.contains(&cells[1]))
        .map(|cells| format!("{} {}", cells[1], cells[3]))
        .collect()
}

/// Every `("/api/v1/path", get(..).post(..))` of the router, without what the document's paths begin behind.
fn routes_of_the_router() -> BTreeSet<String> {
    let text: String = read("cnop-server/src/http/router.rs").split_whitespace().collect();
    let mut routes = BTreeSet::new();
    for (path, handlers) in text.split("(\"").skip(1).filter_map(|row| row.split_once('"')) {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let starts = |method: &str| [",", "."].iter().any(|before| handlers.contains(&format!("{before}{method}(")));
        let methods = METHODS.iter().filter(|method| starts(&method.to_lowercase()));
        routes.extend(methods.map(|method| format!("{method} {path}")));
    }
    routes
}

#[test]
fn every_error_code_is_documented() {
    let document = read("docs/api.md");
    let meanings = read("cnop-server/src/http/meaning.rs");
    let codes = meanings.split("Code::").skip(1).map(|rest| {
        rest.chars().take_while(char::is_ascii_alphanumeric).fold(String::new(), |mut word, letter| {
            if letter.is_ascii_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.push(letter.to_ascii_lowercase());
            word
        })
    });
    // What a client calls a code of a newer server is none of this one's.
    let codes: BTreeSet<_> = codes.filter(|code| code != "unknown").collect();
    assert!(codes.len() > 30, "{codes:?}");
    for code in codes {
        assert!(document.contains(&format!("`{code}`")), "docs/api.md does not name {code}");
    }
}

#[test]
fn core_knows_no_face_and_the_faces_do_not_know_each_other() {
    let output = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let dependencies = |name: &str| -> BTreeSet<String> {
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages.iter().find(|package| package["name"] == name).unwrap_or_else(|| panic!("no {name}"));
        let listed = package["dependencies"].as_array().unwrap();
        listed.iter().map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect()
    };
    let ours =
        |name: &str| dependencies(name).into_iter().filter(|other| other.starts_with("cnop-")).collect::<Vec<_>>();
    assert_eq!(ours("cnop-core"), [] as [&str; 0]);
    assert_eq!(ours("cnop-server"), ["cnop-core"]);
    assert_eq!(ours("cnop-cli"), ["cnop-core"]);
    for foreign in ["axum", "redb", "ratatui", "crossterm", "clap"] {
        assert!(!dependencies("cnop-core").contains(foreign), "cnop-core depends on {foreign}");
    }
}
