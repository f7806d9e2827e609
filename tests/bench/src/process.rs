//! Server processes: started, looked at, stopped or killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::connection::Connection;

/// The variable that holds the signing key of both servers.
pub(crate) const JWT_SECRET_VARIABLE: &str = "JWT_SECRET_KEY";
/// Long enough for RFC 7518.
pub(crate) const JWT_SECRET: &str = "the load generator and its servers share this key";
/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The unit of processor times in `/proc`: on Linux it is 100, whatever the kernel's own is.
const KERNEL_TICKS_A_SECOND: u64 = 100;

/// One machine plays thousands of clients: what is counted of each is not what is measured, and is counted all the same.
const UNLIMITED: [&str; 10] = [
    "--listen",
    "127.0.0.1:0",
    "--rate-limit-per-minute",
    "4294967295",
    "--user-writes-per-minute",
    "4294967295",
    "--connections-per-ip",
    "0",
    "--max-connections",
    "0",
];

/// A running server. It is killed when dropped.
pub(crate) struct Process {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Process {
    /// The server under test on `folder`, and how long it took to its first 200 of `/health`.
    pub(crate) async fn server(binary: &Path, folder: &Path, flags: &[&str]) -> anyhow::Result<(Self, Duration)> {
        Self::start_server(binary, folder, &[&UNLIMITED, flags].concat()).await
    }

    /// The same with the limits that the flags say.
    pub(crate) async fn start_server(binary: &Path, folder: &Path, flags: &[&str]) -> anyhow::Result<(Self, Duration)> {
        let mut command = Command::new(binary);
        command.arg("serve").arg("--data-dir").arg(folder).args(flags);
        let started = Instant::now();
        let process = Self::start(command)?;
        process.wait_until_healthy(started + PATIENCE).await?;
        Ok((process, started.elapsed()))
    }

    /// The baseline.
    pub(crate) fn baseline() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("baseline");
        Self::start(command)
    }

    fn start(mut command: Command) -> anyhow::Result<Self> {
        command.env(JWT_SECRET_VARIABLE, JWT_SECRET).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {command:?}"))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output was asked for")?).read_line(&mut line)?;
        match line.trim_end().split_once(" listening on http://") {
            Some((_, address)) => Ok(Self { address: address.to_owned(), child }),
            None => bail!("{command:?} did not start: {line}"),
        }
    }

    async fn wait_until_healthy(&self, deadline: Instant) -> anyhow::Result<()> {
        let mut connection = Connection::open(&self.address).await?;
        let request = format!("GET /health HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        while connection.exchange(request.as_bytes()).await?.status != 200 {
            ensure!(Instant::now() < deadline, "the server does not become healthy");
        }
        Ok(())
    }

    /// Resident memory in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel tells the memory")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    }

    /// Processor time that it has used.
    pub(crate) fn cpu_time(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in brackets, may hold spaces; user and system time are the 12th and 13th field behind it.
        let (_, fields) = stat.rsplit_once(") ").context("the kernel puts the name in brackets")?;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 1000 / KERNEL_TICKS_A_SECOND))
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it as an operator would.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(sent.success(), "the server is gone already");
        ensure!(self.child.wait()?.success(), "the server did not end cleanly");
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill(); // It may have ended already.
        let _ = self.child.wait();
    }
}

/// The database of a data folder.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join(cnop_server::app::DATABASE_FILE)
}

/// What is read by people and by the parent process stands on stdout.
#[expect(clippy::print_stdout, reason = "the one printer of the load generator")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
