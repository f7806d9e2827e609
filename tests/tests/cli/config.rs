//! What is set where, and what wins; and that the file is changed with care.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use cnop_tests::{Cli, Said, TestServer};
use serde_json::{Value, json};

/// Somebody whose file says this.
fn configured(text: &str) -> Cli {
    let cli = Cli::at("");
    fs::create_dir_all(cli.config_file().parent().unwrap()).unwrap();
    fs::write(cli.config_file(), text).unwrap();
    cli
}

fn written(cli: &Cli) -> String {
    fs::read_to_string(cli.config_file()).unwrap()
}

/// What `said` says, with the file as `FILE`.
fn plain(cli: &Cli, said: &str) -> String {
    said.replace(&cli.config_file().display().to_string(), "FILE")
}

#[track_caller]
fn check_refused(cli: &Cli, said: &Said, stderr: &str) {
    assert_eq!((said.status, plain(cli, &said.stderr).as_str(), said.stdout.as_str()), (2, stderr, ""), "{said}");
}

/// The value of a setting and where it came from, by `config show`.
fn shown(said: &Said, name: &str) -> (String, Value) {
    let value = said.value();
    let rows = value["settings"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {said}"));
    (row["value"].as_str().unwrap().to_owned(), row["source"].clone())
}

#[test]
fn flags_go_before_variables_before_the_file_before_the_default() {
    let cli = configured("profile = 'work'\n[profiles.work]\nserver = 'https://work.example'\n");
    let path = cli.config_file();
    let show = |variables: &[(&str, &str)], line: &str| {
        cli.run_in(variables, &format!("config show --output json {line}")).succeeded()
    };
    let said = show(&[], "");
    assert_eq!(shown(&said, "profile"), ("work".into(), json!({"kind": "file", "path": path, "line": 1})));
    assert_eq!(
        shown(&said, "server"),
        ("https://work.example".into(), json!({"kind": "file", "path": path, "line": 3}))
    );
    assert_eq!(shown(&said, "output"), ("json".into(), json!({"kind": "flag", "name": "--output"})));
    assert_eq!(shown(&said, "allow_plain_http"), ("false".into(), json!({"kind": "default"})));
    let variable = [("CNOP_SERVER", "https://variable.example"), ("CNOP_PASSWORD", "Secret-Horse-9")];
    let said = show(&variable, "");
    let source = json!({"kind": "variable", "name": "CNOP_SERVER"});
    assert_eq!(shown(&said, "server"), ("https://variable.example".into(), source));
    assert_eq!(shown(&said, "password").0, "set, not shown");
    assert!(!said.to_string().contains("Secret-Horse-9"), "{said}");
    let said = show(&variable, "--server https://flag.example --profile home");
    assert_eq!(shown(&said, "server").0, "https://flag.example");
    assert_eq!(shown(&show(&[], "--profile home"), "server").0, "http://127.0.0.1:8080");
}

#[test]
fn a_set_server_and_format_are_used_by_every_command() {
    let server = TestServer::start();
    let cli = Cli::at("");
    cli.ok(&format!("config set server {}", server.url()));
    cli.ok("config set output csv");
    assert!(cli.ok("assets --limit 1").starts_with("market_cap_rank,asset_id,"));
    cli.ok("config set profiles.people.output table");
    assert!(cli.ok("health --profile people").starts_with("Server "));
    assert!(cli.ok("health").starts_with("server,"));
    cli.ok("config unset output");
    assert!(cli.ok("health").starts_with("Server "));
}

#[test]
fn setting_a_key_keeps_the_rest_of_the_file_and_says_where() {
    let cli = configured("# Mine.\noutput = 'json' # for scripts\n");
    fs::set_permissions(cli.config_file(), fs::Permissions::from_mode(0o666)).unwrap();
    let said = cli.run("config set output table").succeeded();
    assert_eq!(
        plain(&cli, &said.stdout),
        "{\n  \"key\": \"output\",\n  \"value\": \"table\",\n  \"path\": \"FILE\"\n}\n"
    );
    let said = cli.run("config set server https://CNOP.example:443/").succeeded();
    assert_eq!(plain(&cli, &said.stdout), "Set server to https://cnop.example in FILE.\n");
    assert_eq!(written(&cli), "# Mine.\noutput = \"table\" # for scripts\nserver = \"https://cnop.example\"\n");
    assert_eq!(fs::metadata(cli.config_file()).unwrap().permissions().mode() & 0o777, 0o600);
    let names: Vec<_> =
        fs::read_dir(cli.config().join("cnop")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["config.toml"], "nothing half written stays behind");
    assert_eq!(plain(&cli, &cli.ok("config unset output")), "Took output out of FILE.\n");
    assert_eq!(plain(&cli, &cli.ok("config unset output")), "output is not set in FILE.\n");
    assert_eq!(plain(&cli, &cli.ok("config path")), "FILE\n");
    assert_eq!(written(&cli), "server = \"https://cnop.example\"\n");
}

#[test]
fn a_key_that_a_variable_overrules_is_set_and_said_so() {
    let cli = Cli::at("https://variable.example");
    let said = cli.run("config set server https://file.example").succeeded();
    assert_eq!(said.stderr, "hint: CNOP_SERVER is set, and goes before it\n");
    assert_eq!(cli.run("config set profile work").succeeded().stderr, "");
}

#[test]
fn what_cannot_be_set_is_refused_and_the_file_stays() {
    let cli = configured("output = 'csv'\n");
    let said = cli.run("config set output xml");
    check_refused(
        &cli,
        &said,
        "error: `output` must be table, json or csv\nhint: such as `cnop config set output json`\n",
    );
    let said = cli.run("config set profiles.work.allow_plain_http maybe");
    let hint = "hint: such as `cnop config set profiles.work.allow_plain_http false`";
    check_refused(&cli, &said, &format!("error: `profiles.work.allow_plain_http` must be true or false\n{hint}\n"));
    let said = cli.run("config set outptu json");
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.contains("there is no such key; is it `output`?"), "{said}");
    let said = cli.run("config set colour never");
    assert!(said.stderr.contains("there are server, profile, output, allow_plain_http"), "{said}");
    let said = cli.run("config set output json --profile work");
    let sentence = "error: `--profile` does not say where to set a key";
    check_refused(&cli, &said, &format!("{sentence}\nhint: name the profile in the key: `profiles.work.output`\n"));
    assert_eq!(written(&cli), "output = 'csv'\n");
}

#[test]
fn a_wrong_value_stops_every_command_but_those_that_mend_it() {
    let cli = configured("\noutput = 'xml'\n");
    let sentence = "error: FILE, line 2: `output` must be table, json or csv";
    let hint = "hint: `cnop config set output json` sets it anew, `cnop config unset output` takes it out";
    for line in ["health", "assets --output csv", "balance", "demo"] {
        check_refused(&cli, &cli.run(line), &format!("{sentence}\n{hint}\n"));
    }
    let said = cli.run("config show");
    assert_eq!((said.status, plain(&cli, &said.stderr)), (2, format!("{sentence}\n{hint}\n")), "{said}");
    assert!(said.stdout.contains("\noutput            table                  default\n"), "{said}");
    for line in ["--help", "config path", "completions bash", "man"] {
        cli.ok(line);
    }
    cli.ok("config set output json");
    assert_eq!(written(&cli), "\noutput = \"json\"\n");

    let said = Cli::at("localhost").run("assets");
    let origin = "must be http:// or https://, a host and perhaps a port, such as http://127.0.0.1:8080";
    let hint = "hint: unset CNOP_SERVER, or set it to a value such as http://127.0.0.1:8080";
    check_refused(&cli, &said, &format!("error: CNOP_SERVER: {origin}\n{hint}\n"));
}

#[test]
fn a_damaged_file_is_put_aside_by_the_next_set_and_by_nothing_else() {
    let damaged = "output = json\n";
    let cli = configured(damaged);
    let sentence = "error: FILE, line 1: string values must be quoted, expected literal string";
    let hint = "hint: mend it by hand, or begin a new one with `cnop config set KEY VALUE`, which puts this one aside";
    check_refused(&cli, &cli.run("health"), &format!("{sentence}\n{hint}\n"));
    let said = cli.run("config");
    assert_eq!((said.status, plain(&cli, &said.stderr)), (2, format!("{sentence}\n{hint}\n")), "{said}");
    check_refused(&cli, &cli.run("config unset output"), &format!("{sentence}\n{hint}\n"));
    assert_eq!(written(&cli), damaged);
    let said = cli.run("config set output json").succeeded();
    let warning = "warning: the file was damaged; it now lies at FILE.damaged, and a new one begins\n";
    assert_eq!(plain(&cli, &said.stderr), warning);
    assert_eq!(written(&cli), "output = \"json\"\n");
    let aside = cli.config_file().with_extension("toml.damaged");
    assert_eq!(fs::read_to_string(aside).unwrap(), damaged);
}

/// A newer version may know it, so that the command goes on.
#[test]
fn an_unknown_key_is_a_warning_with_the_one_that_was_meant() {
    let server = TestServer::start();
    let cli = configured("servre = 'x'\n");
    let said = cli.run_in(&[("CNOP_SERVER", server.url())], "assets").succeeded();
    let warning = "warning: FILE, line 1: `servre`: there is no such key; is it `server`?\n";
    assert_eq!(plain(&cli, &said.stderr), warning);
    cli.ok("config unset servre");
    assert_eq!(written(&cli), "");
}

#[test]
fn what_the_system_refuses_is_said_with_the_file() {
    let cli = Cli::at("");
    fs::write(cli.config(), "a file where a folder belongs").unwrap();
    let said = cli.run("config set output json");
    assert_eq!(said.status, 1, "{said}");
    assert!(plain(&cli, &said.stderr).starts_with("error: FILE: "), "{said}");
    let cli = Cli::at("");
    fs::create_dir_all(cli.config_file()).unwrap();
    let said = cli.run("assets");
    assert_eq!(said.status, 2, "{said}");
    let sentence = "error: FILE: Is a directory (os error 21)\nhint: see to it that this is a file that you may read\n";
    check_refused(&cli, &said, sentence);
}
