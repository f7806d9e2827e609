//! Holds `docs/cli.md` to what the command line has: commands, settings, checks, exit codes, error codes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cnop_tests::Cli;
use serde_json::Value;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The section of the reference below a heading, up to the next one of its level.
fn section(heading: &str) -> String {
    let text = read("docs/cli.md");
    let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    let end = format!("\n{} ", heading.split(' ').next().unwrap());
    rest.split(&end).next().unwrap().to_owned()
}

/// Everything between backticks in a cell of each row of a section's tables.
fn quoted(section: &str, cell: usize) -> BTreeSet<String> {
    let rows = section.lines().filter(|line| line.starts_with("| ")).map(|line| line.replace("\\|", "/"));
    let cells = rows.filter_map(|line| line.split('|').nth(cell + 1).map(str::to_owned));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn set<const N: usize>(words: [&str; N]) -> BTreeSet<String> {
    words.map(str::to_owned).into()
}

#[test]
fn every_command_is_documented_and_every_documented_one_exists() {
    let help = Cli::at("").ok("--help");
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let listed =
        list.lines().take_while(|line| line.starts_with("  ")).filter_map(|line| line.split_whitespace().next());
    let existing: BTreeSet<_> = listed.filter(|command| *command != "help").map(str::to_owned).collect();
    let named = quoted(&section("## Commands"), 0);
    let documented = named.iter().filter_map(|line| line.strip_prefix("cnop ")?.split(' ').next().map(str::to_owned));
    assert_eq!(documented.collect::<BTreeSet<_>>(), existing);
}

/// Also where a command is mentioned in passing.
#[test]
fn every_line_that_a_document_shows_begins_with_a_command_that_exists() {
    let cli = Cli::at("");
    let mut lines = BTreeSet::new();
    for document in ["docs/cli.md", "docs/tui.md", "docs/api.md", "README.md", "docs/architecture.md"] {
        let text = read(document);
        let spans = text.split('`').chain(text.lines()).filter_map(|span| span.trim().strip_prefix("cnop "));
        lines.extend(spans.map(|line| line.split([' ', '\n']).next().unwrap().to_owned()));
    }
    lines.retain(|word| word.chars().all(|c| c.is_ascii_lowercase()));
    assert!(lines.len() > 20, "documents show lines: {lines:?}");
    for command in lines {
        assert_eq!(cli.run(&format!("{command} --help")).status, 0, "cnop {command} does not exist");
    }
}

/// The words before the first that stands for something else.
fn fixed(line: &str) -> String {
    let words = line.split(' ').take_while(|word| !word.chars().all(|c| c.is_ascii_uppercase()));
    words.filter(|word| !word.starts_with('-')).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_command_beside_a_key_of_the_terminal_exists_with_its_options() {
    let cli = Cli::at("");
    let manual = read("docs/tui.md");
    let rows = manual.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(4));
    let lines: BTreeSet<_> =
        rows.filter_map(|cell| cell.trim().trim_matches('`').strip_prefix("cnop ").map(str::to_owned)).collect();
    assert!(lines.len() > 10, "{lines:?}");
    for line in lines {
        let help = cli.run(&format!("{} --help", fixed(&line)));
        assert_eq!(help.status, 0, "cnop {line}: {help}");
        let options = line.split(' ').filter(|word| word.starts_with("--"));
        options.for_each(|option| assert!(help.stdout.contains(option), "cnop {line}"));
    }
}

#[test]
fn every_option_variable_and_key_is_documented() {
    let help = Cli::at("").ok("--help");
    let settings = section("## Settings");
    let (_, global) = help.split_once("Global options:\n").unwrap();
    let options = global.lines().take_while(|line| !line.is_empty()).flat_map(str::split_whitespace);
    let options: BTreeSet<_> = options.filter(|word| word.starts_with("--")).map(str::to_owned).collect();
    let documented = quoted(&settings, 1).into_iter().filter(|text| text.starts_with("--"));
    let documented: BTreeSet<_> = documented.map(|text| text.split(' ').next().unwrap().to_owned()).collect();
    let with_password = options.into_iter().chain(["--password-stdin".to_owned()]).collect();
    assert_eq!(documented, with_password);

    let (_, environment) = help.split_once("Environment: ").unwrap();
    let words = environment.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(|word| word.contains('_'));
    let variables: BTreeSet<_> = words.map(str::to_owned).collect();
    let documented = quoted(&settings, 2).into_iter().filter(|text| text.contains('_')).collect::<BTreeSet<_>>();
    assert_eq!(documented, variables);

    let refusal = Cli::at("").run("config set xyz 1").stderr;
    let (_, keys) = refusal.split_once("there are ").unwrap();
    let keys = keys.split(", and").next().unwrap().split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(quoted(&settings, 3), keys);
}

#[test]
fn every_check_of_the_doctor_is_documented() {
    let report: Value = Cli::at("http://127.0.0.1:1").run("doctor --output json").value();
    let names = report["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap().to_owned());
    assert_eq!(quoted(&section("## Doctor"), 0), names.collect::<BTreeSet<_>>());
}

#[test]
fn every_exit_code_is_documented() {
    let source = read("cnop-cli/src/exit.rs");
    let (_, variants) = source.split_once("pub(crate) enum Exit {").unwrap();
    let variants = variants.split("\n}").next().unwrap();
    let codes =
        variants.lines().filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = ").map(|(_, code)| code));
    let rows = section("## Exit codes");
    let documented = rows.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse::<u8>().ok());
    assert_eq!(documented.collect::<Vec<_>>(), codes.map(|code| code.parse::<u8>().unwrap()).collect::<Vec<_>>());
}

/// A closed pipe ends with 0 and is never reported.
#[test]
fn every_code_of_an_error_is_documented() {
    let sources = [read("cnop-cli/src/report.rs"), read("cnop-cli/src/moves/failure.rs")].concat();
    let arms = sources.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
    let is_code = |text: &&str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let codes: BTreeSet<_> = arms.filter(is_code).map(str::to_owned).collect();
    assert!(codes.len() > 20, "{codes:?}");
    let documented = quoted(&section("## Errors"), 0).into_iter().chain(set(["closed_pipe"])).collect::<BTreeSet<_>>();
    assert_eq!(documented, codes);
}
