//! Holds the manual of the settings to the parser. `CNOP_WRITE_MANUAL=1 cargo test -p cnop-server manual` writes it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, CommandFactory};

use super::Cli;
use crate::config::{COINGECKO_KEY_VARIABLE, GEMINI_KEY_VARIABLE, INSIGHTS_KEY_VARIABLE, JWT_SECRET_VARIABLE};
use crate::ops::LOG_VARIABLE;

const BEGIN: &str = "<!-- settings: written by a test -->\n";
const END: &str = "<!-- /settings -->";

fn manual() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations/self-hosting.md")
}

/// Variables that are no flags: flags are seen by everyone on the machine.
const VARIABLES: [(&str, &str, &str); 5] = [
    (JWT_SECRET_VARIABLE, "made on the first start", "Key that signs tokens, at least 32 bytes"),
    (COINGECKO_KEY_VARIABLE, "none", "Key of a CoinGecko account"),
    (GEMINI_KEY_VARIABLE, "none", "Key of Google, for insights of Gemini"),
    (INSIGHTS_KEY_VARIABLE, "none", "Key of the service at CNOP_INSIGHTS_URL, for insights of openai"),
    (LOG_VARIABLE, "info", "What is logged, such as debug or cnop_server::http=debug"),
];

fn row(argument: &Arg) -> Option<String> {
    let flag = argument.get_long()?;
    let variable = argument.get_env()?.to_string_lossy().into_owned();
    let help = argument.get_help()?.to_string().replace('|', r"\|");
    let mut defaults = argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    // Where the default is no value, the help says it.
    let (help, said) = match help.split_once(" [default: ") {
        Some((help, default)) => (help.to_owned(), Some(default.trim_end_matches(']').to_owned())),
        None => (help, None),
    };
    let default = defaults.next().or(said).unwrap_or_else(|| "none".to_owned());
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    let values =
        if values.is_empty() || default == "false" { String::new() } else { format!(": {}", values.join(", ")) };
    Some(format!("| `--{flag}` | `{variable}` | {default} | {help}{values} |\n"))
}

/// The table as it must be.
fn table() -> String {
    let cli = Cli::command();
    let serve = cli.find_subcommand("serve").unwrap();
    let arguments = serve.get_arguments().chain(cli.get_arguments());
    let mut text = "\n| Flag | Variable | Default | What it is |\n|---|---|---|---|\n".to_owned();
    text.extend(arguments.filter_map(row));
    text.extend(VARIABLES.map(|(variable, default, help)| format!("| – | `{variable}` | {default} | {help} |\n")));
    text + "\n"
}

#[test]
fn the_manual_has_every_setting_as_the_parser_knows_it() {
    let text = fs::read_to_string(manual()).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the manual has a place for the settings");
    let (written, after) = rest.split_once(END).expect("the place has an end");
    if std::env::var_os("CNOP_WRITE_MANUAL").is_some() {
        fs::write(manual(), format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert_eq!(written, table(), "CNOP_WRITE_MANUAL=1 cargo test -p cnop-server manual writes it");
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}
