//! Whatever way it ends, the terminal is as it was.

use std::process::Command;

use cnop_tests::{Cli, Terminal, TestServer, binaries};

/// The terminal at its log-in screen, with a variable more.
fn opened(variables: &[(&str, &str)]) -> (Cli, Terminal) {
    let cli = Cli::at("http://127.0.0.1:1");
    let mut command = cli.at_home(Command::new(&binaries().tui), "");
    command.envs(variables.iter().copied());
    let terminal = Terminal::run_in(&command, 80, 24);
    (cli, terminal)
}

#[track_caller]
fn check(name: &str, status: u32, end: impl FnOnce(&mut Terminal)) {
    let (_cli, mut terminal) = opened(&[]);
    terminal.wait_for("Password");
    assert_eq!(
        terminal.changed_modes().len(),
        5,
        "{name}: it takes all of the terminal: {:?}",
        terminal.changed_modes()
    );
    end(&mut terminal);
    let ended = terminal.end();
    assert_eq!((ended.status, ended.changed_modes), (status, Vec::new()), "{name}: {}", ended.screen);
}

#[test]
fn ctrl_c_and_signals_give_the_terminal_back() {
    check("Ctrl+C", 0, Terminal::press_ctrl_c);
    for signal in ["TERM", "HUP", "INT"] {
        check(signal, 0, |terminal| terminal.signal(signal));
    }
}

#[test]
fn q_gives_it_back_where_it_is_no_text() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let mut terminal = cli.tui("");
    terminal.wait_for("● Live");
    terminal.press("2/q");
    terminal.wait_for("Search q");
    terminal.press("\r?");
    terminal.wait_for("Help, 1 to");
    terminal.press("q");
    let ended = terminal.end();
    assert_eq!((ended.status, ended.changed_modes), (0, Vec::new()));
}

#[test]
fn an_error_and_a_panic_give_it_back_and_say_what_happened() {
    for (how, status) in [("error", 1), ("panic", 101)] {
        let (cli, terminal) = opened(&[("CNOP_TUI_TEST_END", how)]);
        let ended = terminal.end();
        assert_eq!((ended.status, ended.changed_modes), (status, Vec::new()), "{how}: {}", ended.screen);
        assert!(ended.screen.contains("a test wants it"), "{how}: {}", ended.screen);
        assert!(log(&cli).contains("a test wants it"), "{how}: {}", log(&cli));
    }
}

/// Everything that it logged.
fn log(cli: &Cli) -> String {
    let files = std::fs::read_dir(cli.state().join("cnop/logs")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn it_is_put_aside_and_comes_back_in_a_shell() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let mut shell = Command::new("/bin/bash");
    shell.args(["--norc", "--noprofile", "-i"]);
    let mut shell = cli.at_home(shell, "");
    shell.env("PS1", "shell> ").env("PATH", std::env::var_os("PATH").unwrap());
    let mut terminal = Terminal::run_in(&shell, 80, 24);
    terminal.wait_for("shell>");
    terminal.enter(&binaries().tui.display().to_string());
    terminal.wait_for("● Live");
    terminal.press("2");
    terminal.wait_for("By rank");
    for how in ["a key", "a signal"] {
        if how == "a key" {
            terminal.press("\u{1a}");
        } else {
            Command::new("pkill").args(["-TSTP", "-P", &terminal.pid().to_string()]).status().unwrap();
        }
        terminal.wait_for_end("shell>");
        terminal.wait_for("Stopped");
        // The shell's own: it wants to read a line by itself.
        assert!(!terminal.is_on_its_own_page(), "{how}: {}", terminal.screen());
        assert!(terminal.changed_modes().iter().all(|mode| ["no echo", "bracketed paste"].contains(mode)), "{how}");
        terminal.enter("echo between; fg");
        terminal.wait_for("By rank");
        assert!(terminal.is_on_its_own_page(), "{how}");
        terminal.wait_for("● Live");
    }
    terminal.press("q");
    terminal.wait_until_gone("By rank");
    terminal.enter("exit");
    assert_eq!(terminal.end().status, 0);
}
