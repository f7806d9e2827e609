//! What `cnop` says about itself.

use cnop_tests::Cli;

use crate::look::check_exact;

/// Every command that the top of the help lists.
fn commands(help: &str) -> Vec<String> {
    let (_, rest) = help.split_once("Commands:\n").expect("it lists commands");
    let lines = rest.lines().take_while(|line| line.starts_with("  "));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_help_lists_every_command_and_each_has_its_own() {
    let cli = Cli::at("http://127.0.0.1:1");
    let help = cli.ok("--help");
    check_exact("help", &help);
    assert_eq!(cli.ok("help"), help);
    let each = commands(&help).into_iter().filter(|command| command != "help").map(|command| {
        let text = cli.ok(&format!("{command} --help"));
        assert!(text.contains(&format!("Examples:\n  cnop {command}")) || command == "completions", "{text}");
        let (own, global) = text.split_once("\nGlobal options:\n").expect("global options hold everywhere");
        let after = global.split_once("\n\n").map_or("", |(_, after)| after);
        format!("$ cnop {command} --help\n{own}\n{after}\n")
    });
    check_exact("help_of_each_command", &each.collect::<String>());
}

/// Also where a variable of the environment is set: that is nothing typed.
#[test]
fn nothing_at_all_shows_the_help_as_a_mistake() {
    let cli = Cli::at("http://127.0.0.1:1");
    for set in [true, false] {
        let mut command = cli.command("");
        if !set {
            command.env_remove("CNOP_SERVER");
        }
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{stderr}");
        assert!(stderr.starts_with("Trade on a CNOP server from the command line\n\nUsage: cnop"), "{stderr}");
    }
}

#[test]
fn a_mistake_names_what_was_meant_and_the_usage_that_fits() {
    let cli = Cli::at("http://127.0.0.1:1");
    let check = |line: &str, parts: &[&str]| {
        let said = cli.run(line);
        assert_eq!(said.status, 2, "{said}");
        assert!(parts.iter().all(|part| said.stderr.contains(part)), "{said}");
    };
    check("depositt 5", &["'deposit'", "--help"]);
    check("deposit", &["<AMOUNT>", "Usage: cnop deposit <AMOUNT>\n"]);
    check("buy BTC", &["Usage: cnop buy [OPTIONS] <ID> <QUANTITY>\n       cnop buy [OPTIONS] <ID> --usd <AMOUNT>\n"]);
    check("buy BTC 1 --usd 5", &["cannot be used with"]);
    check("orders show", &["<ID>"]);
    check("health --server ftp://x", &["invalid value 'ftp://x' for '--server <URL>'"]);
    check("profile update", &["--email <EMAIL>", "Usage: cnop profile update [OPTIONS]\n"]);
    check("config set", &["<KEY>", "Usage: cnop config set <KEY> <VALUE>\n"]);
}

#[test]
fn the_version_is_a_line() {
    assert_eq!(Cli::at("http://127.0.0.1:1").ok("--version"), "cnop 0.1.0\n");
}
