//! Holds the operators' documents to what there is: commands with their options, and tests that prove a defence.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cnop_tests::{Cli, DataFolder};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every document for operators, and the first page.
fn documents() -> Vec<(String, String)> {
    let mut folders = vec![root().join("docs/operations")];
    let mut found = vec![("README.md".to_owned(), fs::read_to_string(root().join("README.md")).unwrap())];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|kind| kind != "json") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 8, "the documents are there");
    found
}

/// What may stand before a program of ours.
const BEFORE: [&str; 3] = ["$ ", "sudo -u cnop ", "ExecStart=/usr/local/bin/"];

/// Every line that begins with a program of ours.
fn lines(program: &str) -> BTreeSet<(String, String)> {
    let mut lines = BTreeSet::new();
    for (document, text) in documents() {
        let bare =
            |span: &'_ str| BEFORE.iter().find_map(|before| span.strip_prefix(before)).unwrap_or(span).to_owned();
        let spans: Vec<_> = text.split('`').chain(text.lines()).map(|span| bare(span.trim())).collect();
        let ours = spans.iter().filter_map(|span| span.strip_prefix(program)?.strip_prefix(' '));
        let whole = ours.filter(|line| {
            line.starts_with(|first: char| first.is_ascii_lowercase()) || line.starts_with("--data-dir")
        });
        lines.extend(whole.map(|line| (document.clone(), line.lines().next().unwrap_or_default().to_owned())));
    }
    lines
}

/// The words that name a command, and the options of a line up to what a shell takes for itself.
fn parts(line: &str) -> (Vec<&str>, Vec<&str>) {
    let line = line.split(['|', '>', ';', '#', '&', '<']).next().unwrap_or_default();
    let mut words: Vec<_> = line.split_whitespace().collect();
    if words.first() == Some(&"--data-dir") {
        words.drain(..2);
    }
    let is_command = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
    let options =
        words.iter().copied().filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap());
    (words.iter().copied().take_while(is_command).collect(), options.collect())
}

/// The help of the longest run of words that is a command.
fn help(words: &[&str], run: &dyn Fn(&[&str]) -> Option<String>) -> Option<String> {
    (1..=words.len()).rev().find_map(|count| run(&[&words[..count], &["--help"]].concat()))
}

#[track_caller]
fn check(program: &str, at_least: usize, run: &dyn Fn(&[&str]) -> Option<String>) {
    let lines = lines(program);
    assert!(lines.len() >= at_least, "documents show lines of {program}: {lines:?}");
    for (document, line) in lines {
        let (words, options) = parts(&line);
        let Some(help) = help(&words, run) else { panic!("{document}: {program} {line} does not exist") };
        for option in options {
            assert!(help.contains(option), "{document}: {program} {line}: there is no {option}");
        }
    }
}

#[test]
fn every_command_of_the_server_that_a_document_shows_exists_with_its_options() {
    let folder = DataFolder::new();
    check("cnop-server", 15, &|words| {
        let output =
            Command::new(&cnop_tests::binaries().server).args(words).current_dir(folder.path()).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    });
}

#[test]
fn every_command_of_an_administrator_that_a_document_shows_exists_with_its_options() {
    let cli = Cli::at("");
    check("cnop", 20, &|words| {
        let said = cli.run(&words.join(" "));
        (said.status == 0).then_some(said.stdout)
    });
}

#[test]
fn every_defence_names_a_test_that_exists() {
    let text = fs::read_to_string(root().join("docs/operations/threat-model.md")).unwrap();
    let mut proven = 0;
    for row in text.lines().filter(|line| line.starts_with("| ") && line.contains(".rs`")) {
        let quoted: Vec<_> = row.split('`').skip(1).step_by(2).collect();
        let pairs: Vec<_> = quoted.windows(2).filter(|pair| pair[0].ends_with(".rs")).collect();
        assert!(!pairs.is_empty(), "{row}");
        for pair in pairs {
            let source =
                fs::read_to_string(root().join(pair[0])).unwrap_or_else(|error| panic!("{}: {error}", pair[0]));
            assert!(source.contains(&format!("fn {}(", pair[1])), "{} has no test {}", pair[0], pair[1]);
            proven += 1;
        }
    }
    assert!(proven >= 20, "threats name their proofs: {proven}");
    for letter in ["S", "T", "R", "I", "D", "E"] {
        assert!(text.contains(&format!("| {letter}")), "no threat of {letter}");
    }
}
