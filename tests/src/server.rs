//! A server process.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cnop_core::client::{Client, ClientOptions};
use tempfile::TempDir;

use crate::binaries::binaries;
use crate::raw::Raw;

/// Longer than any start or stop takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A data folder that outlives the servers on it and goes with the last of its clones.
#[derive(Debug, Clone)]
pub struct DataFolder(Arc<TempDir>);

impl DataFolder {
    /// A new, empty one.
    ///
    /// # Panics
    /// Where the system gives no temporary folder.
    pub fn new() -> Self {
        Self(Arc::new(tempfile::tempdir().expect("a temporary folder")))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts a server on it.
    ///
    /// # Panics
    /// Where the server does not start.
    pub fn start(&self) -> TestServer {
        self.start_with(&[])
    }

    /// Starts a server on it with further flags.
    ///
    /// # Panics
    /// Where the server does not start.
    pub fn start_with(&self, flags: &[&str]) -> TestServer {
        TestServer::spawn(self.clone(), flags)
    }

    /// Runs `cnop-server verify` on it: its exit status and what it said.
    ///
    /// # Panics
    /// Where the command cannot be started.
    pub fn verify(&self) -> (ExitStatus, String) {
        let output = server_command(self.path(), "verify").output().expect("the server binary starts");
        let said = [output.stdout, output.stderr].concat();
        (output.status, String::from_utf8_lossy(&said).into_owned())
    }

    /// Holds that nothing in it fails to add up.
    ///
    /// # Panics
    /// Where something does.
    pub fn assert_sound(&self) {
        let (status, said) = self.verify();
        assert!(status.success() && said.contains(" 0 findings"), "{said}");
    }
}

impl Default for DataFolder {
    fn default() -> Self {
        Self::new()
    }
}

/// A running server. It is killed when dropped.
#[derive(Debug)]
pub struct TestServer {
    child: Child,
    url: String,
    folder: DataFolder,
}

impl TestServer {
    /// A server on a new folder.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start() -> Self {
        DataFolder::new().start()
    }

    /// The same with further flags.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_with(flags: &[&str]) -> Self {
        DataFolder::new().start_with(flags)
    }

    fn spawn(folder: DataFolder, flags: &[&str]) -> Self {
        let mut command = server_command(folder.path(), "serve");
        command.args(["--listen", "127.0.0.1:0"]).args(flags).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut line).expect("the server's output is text");
        let Some((_, url)) = line.trim_end().split_once(" listening on ") else {
            let mut said = String::new();
            child.stderr.take().expect("it was asked for").read_to_string(&mut said).expect("its log is text");
            panic!("the server did not start: {line}{said}");
        };
        // Nobody reads the log, but a full pipe would stop the server.
        let mut log = child.stderr.take().expect("it was asked for");
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { url: url.to_owned(), child, folder }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its data.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// A client without a session.
    ///
    /// # Panics
    /// Never: the address is a good one.
    pub fn client(&self) -> Client {
        let origin = self.url.parse().expect("the server printed its address");
        Client::new(origin, ClientOptions::default()).expect("plain http needs no setup")
    }

    /// Requests that the client would not send.
    pub fn raw(&self) -> Raw {
        Raw::new(&self.url)
    }

    /// Kills it as a power cut would, and leaves the data.
    ///
    /// # Panics
    /// Where it is gone already.
    pub fn kill(mut self) -> DataFolder {
        self.child.kill().expect("the server is running");
        self.child.wait().expect("a killed process ends");
        self.folder.clone()
    }

    /// Asks it to stop, as an operator would, and waits for its end.
    ///
    /// # Panics
    /// Where it does not end in time.
    pub fn stop(mut self) -> (ExitStatus, DataFolder) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("there is a kill command");
        assert!(sent.success(), "the server is running");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the process can be asked") {
                return (status, self.folder.clone());
            }
            assert!(Instant::now() < deadline, "the server does not stop");
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.child.kill(); // It may have ended already.
        let _ = self.child.wait();
    }
}

/// The server's binary with one of its commands, untouched by the variables of whoever runs the tests.
fn server_command(folder: &Path, command: &str) -> Command {
    let server: &PathBuf = &binaries().server;
    let mut process = Command::new(server);
    let ours = |name: &str| name.starts_with("CNOP_") || name.starts_with("DAILY_") || name == "JWT_SECRET_KEY";
    for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
        process.env_remove(name);
    }
    process.arg(command).arg("--data-dir").arg(folder);
    process
}
