//! `cnop` as somebody runs it: in a home of their own, with nothing in the environment but that.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries::binaries;
use crate::terminal::Terminal;
use crate::user::{PASSWORD, fresh_username};

/// Longer than any command takes, even one that waits for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody at a command line.
#[derive(Debug)]
pub struct Cli {
    home: TempDir,
    server: String,
}

/// A command that runs while the test goes on, as others do beside it.
#[derive(Debug)]
pub struct Running {
    line: String,
    child: Child,
}

/// What one command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The line that was typed.
    pub line: String,
    /// The status it ended with; -1 where a signal ended it.
    pub status: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Cli {
    /// The options of a registration beside the name, which replaces `USER`.
    pub const PERSON: &str = "--email USER@example.com --first-name Ada --last-name Lovelace";

    /// Somebody new, whose `CNOP_SERVER` is `server`.
    ///
    /// # Panics
    /// Where the system gives no temporary folder.
    pub fn at(server: &str) -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder"), server: server.to_owned() }
    }

    /// Somebody new who has registered and logged in.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn logged_in(server: &str) -> Self {
        let cli = Self::at(server);
        let username = fresh_username();
        cli.register(&username);
        cli.log_in(&username);
        cli
    }

    /// Somebody new who has logged in and paid in what a day allows.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn funded(server: &str) -> Self {
        let cli = Self::logged_in(server);
        cli.ok("deposit 10000");
        cli
    }

    /// Opens an account with everybody's password.
    ///
    /// # Panics
    /// Where the server refuses.
    #[track_caller]
    pub fn register(&self, username: &str) -> Said {
        let line = format!("register {username} {} --password-stdin", Self::PERSON.replace("USER", username));
        self.pipe(&line, &format!("{PASSWORD}\n")).succeeded()
    }

    /// Logs in with everybody's password.
    ///
    /// # Panics
    /// Where the server refuses.
    #[track_caller]
    pub fn log_in(&self, username: &str) -> Said {
        self.pipe(&format!("login {username} --password-stdin"), &format!("{PASSWORD}\n")).succeeded()
    }

    /// Runs `cnop` and the words of `line`, without a terminal and with nothing to read.
    ///
    /// # Panics
    /// Where it does not end.
    #[track_caller]
    pub fn run(&self, line: &str) -> Said {
        self.pipe(line, "")
    }

    /// The same with something to read.
    ///
    /// # Panics
    /// Where it does not end.
    #[track_caller]
    pub fn pipe(&self, line: &str, stdin: &str) -> Said {
        self.pipe_in(&[], line, stdin)
    }

    /// Runs a line with further variables of the environment.
    ///
    /// # Panics
    /// Where it does not end.
    #[track_caller]
    pub fn run_in(&self, variables: &[(&str, &str)], line: &str) -> Said {
        self.pipe_in(variables, line, "")
    }

    /// The same with something to read.
    ///
    /// # Panics
    /// Where it does not end.
    #[track_caller]
    pub fn pipe_in(&self, variables: &[(&str, &str)], line: &str, stdin: &str) -> Said {
        let mut command = assert_cmd::Command::from_std(self.command(line));
        command.envs(variables.iter().copied());
        Said::of(line, command.write_stdin(stdin).timeout(PATIENCE).output().expect("it starts"))
    }

    /// Starts a line, without a terminal and with nothing to read.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn start(&self, line: &str) -> Running {
        let mut command = self.command(line);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running { line: line.to_owned(), child: command.spawn().expect("it starts") }
    }

    /// Runs a line that must succeed: what it printed.
    ///
    /// # Panics
    /// Where it fails.
    #[track_caller]
    pub fn ok(&self, line: &str) -> String {
        self.run(line).succeeded().stdout
    }

    /// Runs a line that must succeed, as `--output json`: the one value that it printed.
    ///
    /// # Panics
    /// Where it fails, or prints anything but one JSON value.
    #[track_caller]
    pub fn json(&self, line: &str) -> Value {
        self.run(&format!("{line} --output json")).succeeded().value()
    }

    /// Runs a line in a terminal that is `columns` wide.
    ///
    /// # Panics
    /// Where the system gives no terminal.
    pub fn terminal(&self, line: &str, columns: u16) -> Terminal {
        Terminal::run(&self.command(line), columns)
    }

    /// Opens `cnop-tui` with the words of `line`, in a terminal of 80 columns and 24 rows.
    ///
    /// # Panics
    /// Where the system gives no terminal.
    pub fn tui(&self, line: &str) -> Terminal {
        Terminal::run_in(&self.at_home(Command::new(&binaries().tui), line), 80, 24)
    }

    /// The command of a line, to be started by the test itself.
    pub fn command(&self, line: &str) -> Command {
        self.at_home(Command::new(&binaries().cli), line)
    }

    /// A command in this home, with nothing in its environment but that.
    pub fn at_home(&self, mut command: Command, line: &str) -> Command {
        command.args(line.split_whitespace()).env_clear().current_dir(self.home.path());
        command.env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.config());
        command.env("XDG_STATE_HOME", self.state()).env("CNOP_SERVER", &self.server);
        command
    }

    /// Where it is configured.
    pub fn config(&self) -> PathBuf {
        self.home.path().join("config")
    }

    /// The file that configures it.
    pub fn config_file(&self) -> PathBuf {
        self.config().join("cnop/config.toml")
    }

    /// Where it remembers things.
    pub fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// Everything below its home.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the session of a profile is kept.
    pub fn session_file(&self, profile: &str) -> PathBuf {
        self.state().join("cnop/sessions").join(format!("{profile}.json"))
    }

    /// What a profile left in doubt, a file each.
    ///
    /// # Panics
    /// Where the folder cannot be read.
    pub fn intent_files(&self, profile: &str) -> Vec<PathBuf> {
        let folder = self.state().join("cnop/intents").join(profile);
        if !folder.exists() {
            return Vec::new();
        }
        let entries = std::fs::read_dir(folder).expect("it can be read");
        let paths = entries.map(|entry| entry.expect("it can be read").path());
        paths.filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect()
    }

    /// The token of a profile's session.
    ///
    /// # Panics
    /// Where there is no session.
    pub fn token(&self, profile: &str) -> String {
        let file = std::fs::read(self.session_file(profile)).expect("the profile has a session");
        let session: Value = serde_json::from_slice(&file).expect("a session file is JSON");
        session["token"].as_str().expect("it holds a token").to_owned()
    }
}

impl Running {
    /// Sends it what Ctrl+C sends.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("there is a kill command");
        assert!(sent.success(), "the process is running");
    }

    /// Ends it as the system does that has no memory left: it gets to do nothing.
    ///
    /// # Panics
    /// Where the system does not end it.
    pub fn kill(mut self) {
        self.child.kill().expect("it was started");
        self.end();
    }

    /// Waits for its end. What it writes must fit into a pipe.
    ///
    /// # Panics
    /// Where the system does not tell.
    pub fn end(self) -> Said {
        Said::of(&self.line, self.child.wait_with_output().expect("it was started"))
    }
}

impl Said {
    fn of(line: &str, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("it writes text");
        let status = output.status.code().unwrap_or(-1);
        Self { line: line.to_owned(), status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The same, if it succeeded.
    ///
    /// # Panics
    /// Where it did not.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.status, 0, "{self}");
        self
    }

    /// Standard output as the one JSON value that it must be.
    ///
    /// # Panics
    /// Where it is anything else.
    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, status, stdout, stderr } = self;
        write!(out, "$ cnop {line}\n-> {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}
