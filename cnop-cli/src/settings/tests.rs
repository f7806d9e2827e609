use std::fs;
use std::path::PathBuf;

use clap::Parser;

use super::*;
use crate::cli::Cli;

const FILE: &str = "\
server = 'https://everybody.example'
output = 'csv'

[profiles.work]
server = 'https://work.example'
allow_plain_http = true
";

/// What holds for a line, some variables and a file.
fn resolved(line: &str, variables: &[(&str, &str)], file: &str) -> (Settings, PathBuf, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    fs::write(&path, file).unwrap();
    let cli = Cli::try_parse_from(format!("cnop health {line}").split_whitespace()).unwrap();
    let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
    let file = Some(ConfigFile::at(&path));
    (resolve(&cli.global, &variable, file), path, dir)
}

/// Holds what the server is and who said so: a flag, a variable, a line of the file (its number), or the default.
#[track_caller]
fn check(line: &str, variables: &[(&str, &str)], file: &str, server: &str, source: &str) {
    let (settings, path, _dir) = resolved(line, variables, file);
    let said = match &settings.server.source {
        Source::File { path: found, line: Some(line) } if *found == path => line.to_string(),
        source => source.to_string(),
    };
    assert_eq!((settings.server.value.as_str(), said.as_str()), (server, source), "{line} {variables:?}");
    assert_eq!(settings.faults, []);
}

#[test]
fn flags_go_before_variables_before_the_profile_before_the_file_before_the_default() {
    let variable = [("CNOP_SERVER", "https://variable.example")];
    check("", &[], "", "http://127.0.0.1:8080", "default");
    check("", &[], FILE, "https://everybody.example", "1");
    check("--profile home", &[], FILE, "https://everybody.example", "1");
    check("--profile work", &[], FILE, "https://work.example", "5");
    check("", &[("CNOP_PROFILE", "work")], FILE, "https://work.example", "5");
    check("", &[], &format!("profile = 'work'\n{FILE}"), "https://work.example", "6");
    check("--profile home", &[], &format!("profile = 'work'\n{FILE}"), "https://everybody.example", "2");
    check("--profile work", &variable, FILE, "https://variable.example", "CNOP_SERVER");
    check("--server https://flag.example", &variable, FILE, "https://flag.example", "--server");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    check(
        "",
        &[("CNOP_SERVER", ""), ("CNOP_PROFILE", ""), ("CNOP_OUTPUT", "")],
        FILE,
        "https://everybody.example",
        "1",
    );
    let (settings, ..) = resolved("", &[("CNOP_PASSWORD", ""), ("NO_COLOR", "")], "");
    assert!(settings.password.is_none() && settings.colour.value);
}

#[test]
fn colours_are_refused_by_flag_and_by_variable() {
    let colour = |line, variables: &[(&str, &str)]| {
        let (settings, ..) = resolved(line, variables, "");
        (settings.colour.value, settings.colour.source.to_string())
    };
    assert_eq!(colour("", &[]), (true, "default".to_owned()));
    assert_eq!(colour("", &[("NO_COLOR", "0")]), (false, "NO_COLOR".to_owned()));
    assert_eq!(colour("--no-color", &[("NO_COLOR", "1")]), (false, "--no-color".to_owned()));
}

#[test]
fn every_setting_has_a_row_and_the_password_is_not_in_its_own() {
    let (settings, ..) = resolved("-q -y --output json", &[("CNOP_PASSWORD", "Secret-Horse-9")], "");
    let rows = settings.rows();
    let values: Vec<_> = rows.iter().map(|row| format!("{}={} {}", row.name, row.value, row.source)).collect();
    assert_eq!(
        values,
        [
            "server=http://127.0.0.1:8080 default",
            "profile=default default",
            "output=json --output",
            "quiet=true --quiet",
            "color=auto default",
            "yes=true --yes",
            "allow_plain_http=false default",
            "password=set, not shown CNOP_PASSWORD",
        ]
    );
    assert!(!format!("{settings:?}").contains("Secret-Horse-9"));
}

/// Holds what is said about a wrong value. Its source is overruled, so that the command could go on: it must not.
#[track_caller]
fn check_fault(variables: &[(&str, &str)], file: &str, sentence: &str, hint: &str) {
    let line = "--server https://flag.example --output json --profile home";
    let (settings, path, _dir) = resolved(line, variables, file);
    let Err(Failure::Usage { message, hint: said }) = settings.checked() else { panic!("nothing is wrong") };
    assert_eq!(message.replace(&path.display().to_string(), "FILE"), sentence);
    assert!(said.contains(hint), "{said}");
}

#[test]
fn a_wrong_value_is_refused_by_the_name_of_its_source_with_what_is_right() {
    let origin = "must be http:// or https://, a host and perhaps a port, such as http://127.0.0.1:8080";
    let server = format!("CNOP_SERVER: {origin}");
    check_fault(&[("CNOP_SERVER", "localhost")], "", &server, "unset CNOP_SERVER, or set it");
    check_fault(&[("CNOP_OUTPUT", "xml")], "", "CNOP_OUTPUT: must be table, json or csv", "such as json");
    check_fault(&[("CNOP_ALLOW_PLAIN_HTTP", "maybe")], "", "CNOP_ALLOW_PLAIN_HTTP: must be true or false", "unset");
    let file = format!("FILE, line 2: `server` {origin}");
    check_fault(&[], "\nserver = 'localhost'", &file, "`cnop config set server http://127.0.0.1:8080`");
    let other = "[profiles.other]\noutput = true";
    let sentence = "FILE, line 2: `profiles.other.output` must be table, json or csv";
    check_fault(&[], other, sentence, "`cnop config unset profiles.other.output`");
    check_fault(
        &[],
        "output = 5",
        "FILE, line 1: `output` must be a text or true or false, not of the kind integer",
        "",
    );
    check_fault(
        &[],
        "output =",
        "FILE, line 1: string values must be quoted, expected literal string",
        "mend it by hand",
    );
}

/// An address may hold a password.
#[test]
fn a_wrong_server_is_not_repeated() {
    let address = "https://ada:Secret-Horse-9@cnop.example";
    let (settings, ..) = resolved("", &[("CNOP_SERVER", address)], &format!("server = '{address}'"));
    assert_eq!(settings.faults.len(), 2);
    assert!(!format!("{:?}", settings.faults).contains("Secret-Horse-9"));
    assert_eq!(settings.server.source, Source::Default);
}

#[test]
fn an_unknown_key_is_no_fault_and_names_the_one_that_was_meant() {
    let (settings, path, _dir) = resolved("", &[], "servr = 'x'\n[profile.work]\nserver = 'y'");
    settings.checked().unwrap();
    let said: Vec<_> = settings.unknown.iter().map(ToString::to_string).collect();
    let path = path.display();
    assert_eq!(
        said,
        [
            format!("{path}, line 1: `servr`: there is no such key; is it `server`?"),
            format!("{path}, line 3: `profile.work.server`: there is no such key; is it `profiles.work.server`?"),
        ]
    );
}

#[test]
fn every_format_can_be_set() {
    let names: Vec<_> = Format::value_variants().iter().map(|format| format_name(*format)).collect();
    assert_eq!(names, cnop_core::settings::OUTPUTS);
    assert!(Format::value_variants().iter().all(|format| format_of(format_name(*format)) == *format));
}
