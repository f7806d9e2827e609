//! A server process.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
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
        self.start_in(flags, &[])
    }

    /// Starts a server on it with further flags and variables of the environment.
    ///
    /// # Panics
    /// Where the server does not start.
    pub fn start_in(&self, flags: &[&str], variables: &[(&str, &str)]) -> TestServer {
        match TestServer::spawn(self.clone(), flags, variables) {
            Ok(server) => server,
            Err((_, said)) => panic!("the server did not start: {said}"),
        }
    }

    /// Starts a server on a disk of `mib` MiB of its own. Files `fill` and `free` in [`DataFolder::control`] fill it and
    /// empty it. It needs Linux, and a system that lets its users mount in a namespace of theirs.
    ///
    /// # Panics
    /// Where the server does not start.
    pub fn start_on_small_disk(&self, mib: u32, flags: &[&str]) -> TestServer {
        let disk = self.path().join("disk");
        for folder in [&disk, &self.control()] {
            std::fs::create_dir_all(folder).expect("the folder is ours");
        }
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, "sh"]);
        command.args([&disk, &self.control()]).arg(mib.to_string()).arg(&binaries().server).args(serve_flags(flags));
        match TestServer::spawn_command(self.clone(), command) {
            Ok(server) => server,
            Err((_, said)) => panic!("the server did not start: {said}"),
        }
    }

    /// Where whoever fills and empties a small disk is told to.
    pub fn control(&self) -> PathBuf {
        self.path().join("control")
    }

    /// Starts a server that must not come up: its exit status and what it said.
    ///
    /// # Panics
    /// Where it does come up.
    pub fn fail_to_start(&self, flags: &[&str], variables: &[(&str, &str)]) -> (ExitStatus, String) {
        match TestServer::spawn(self.clone(), flags, variables) {
            Ok(server) => panic!("the server started and listens on {}", server.url()),
            Err(refusal) => refusal,
        }
    }

    /// Runs one of the server's commands on it, with `input` to read: its exit status and what it said.
    ///
    /// # Panics
    /// Where the command cannot be started.
    pub fn operate(&self, arguments: &[&str], input: &str) -> (ExitStatus, String) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server binary starts");
        let mut stdin = child.stdin.take().expect("it was asked for");
        let _ = std::io::Write::write_all(&mut stdin, input.as_bytes()); // It may not read.
        drop(stdin);
        let output = child.wait_with_output().expect("the command ends");
        let said = [output.stdout, output.stderr].concat();
        (output.status, String::from_utf8_lossy(&said).into_owned())
    }

    /// One of the server's commands on it.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = server_command(self.path(), arguments[0]);
        command.args(&arguments[1..]);
        command
    }

    /// Makes an administrator with everybody's password, while no server has it.
    ///
    /// # Panics
    /// Where that fails.
    #[must_use]
    pub fn with_admin(self, username: &str) -> Self {
        let (status, said) = self.operate(&["admin", "create", username], &format!("{}\n", crate::user::PASSWORD));
        assert!(status.success(), "{said}");
        self
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
    log: Arc<Mutex<String>>,
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

    /// The server once it listens, or how it ended and what it said.
    fn spawn(folder: DataFolder, flags: &[&str], variables: &[(&str, &str)]) -> Result<Self, (ExitStatus, String)> {
        let mut command = server_command(folder.path(), "serve");
        command.args(serve_flags(flags)).envs(variables.iter().copied());
        Self::spawn_command(folder, command)
    }

    fn spawn_command(folder: DataFolder, mut command: Command) -> Result<Self, (ExitStatus, String)> {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the server binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut line).expect("the server's output is text");
        let mut stderr = child.stderr.take().expect("it was asked for");
        let Some((_, url)) = line.trim_end().split_once(" listening on ") else {
            let mut said = line;
            stderr.read_to_string(&mut said).expect("its log is text");
            return Err((child.wait().expect("a process that says no more ends"), said));
        };
        let url = url.to_owned();
        Ok(Self { url, child, folder, log: collect_log(stderr) })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its data.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// What it has logged so far.
    ///
    /// # Panics
    /// Never: nobody panics while writing it.
    pub fn log(&self) -> String {
        self.log.lock().expect("the collector does not panic").clone()
    }

    /// The process' number.
    pub fn id(&self) -> u32 {
        self.child.id()
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
    pub fn stop(self) -> (ExitStatus, DataFolder) {
        self.end_by("TERM")
    }

    /// Sends it a signal by its name, such as `STOP`.
    ///
    /// # Panics
    /// Where it is gone.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("there is a kill command");
        assert!(sent.success(), "the server is running");
    }

    /// Ends it as Ctrl+C does.
    ///
    /// # Panics
    /// Where it does not end in time.
    pub fn interrupt(self) -> (ExitStatus, DataFolder) {
        self.end_by("INT")
    }

    fn end_by(mut self, signal: &str) -> (ExitStatus, DataFolder) {
        self.signal(signal);
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

/// The flags of a server that listens where there is room.
fn serve_flags<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    let listen: &[&str] = if flags.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
    [listen, flags].concat()
}

/// Mounts a small disk where nobody else sees it, and becomes the server on it. A shell beside it fills the disk and
/// empties it again, when a file of that name appears in the folder of the second argument, and then removes that.
const SMALL_DISK: &str = r#"
disk=$1 control=$2 size=$3 server=$4; shift 4
mount -t tmpfs -o "size=${size}m" tmpfs "$disk" || { echo "no disk of its own can be mounted here" >&2; exit 1; }
me=$$
(
  while kill -0 "$me" 2>/dev/null; do
    if [ -e "$control/fill" ]; then dd if=/dev/zero of="$disk/ballast" bs=64k; rm "$control/fill"; fi
    if [ -e "$control/free" ]; then rm -f "$disk/ballast"; rm "$control/free"; fi
    sleep 0.02
  done
) >/dev/null 2>&1 &
exec "$server" serve --data-dir "$disk" "$@"
"#;

/// Reads a log for as long as it is written: a full pipe would stop the server.
fn collect_log(stderr: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let log = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut kept = kept.lock().expect("no holder panics");
            kept.push_str(&line);
            kept.push('\n');
        }
    });
    log
}

/// The server's binary with one of its commands, untouched by the variables of whoever runs the tests.
fn server_command(folder: &Path, command: &str) -> Command {
    let server: &PathBuf = &binaries().server;
    let mut process = Command::new(server);
    let ours = |name: &str| ["CNOP_", "DAILY_", "GOOGLE_", "JWT_"].iter().any(|ours| name.starts_with(ours));
    for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
        process.env_remove(name);
    }
    process.arg(command).arg("--data-dir").arg(folder);
    process
}
