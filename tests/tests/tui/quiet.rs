//! What nobody needs is not done.

use std::time::{Duration, Instant};

use cnop_core::time::Timestamp;
use cnop_tests::{Cli, TestServer};

#[test]
fn ten_seconds_on_the_log_in_screen_write_nothing() {
    let cli = Cli::at("http://127.0.0.1:1");
    let mut terminal = cli.tui("");
    terminal.wait_for("Password");
    // What came with the first draw is read.
    std::thread::sleep(Duration::from_millis(500));
    let before = terminal.written();
    let woken = wakeups(terminal.pid());
    std::thread::sleep(Duration::from_secs(10));
    assert_eq!(terminal.written(), before, "{}", terminal.screen());
    assert_eq!(wakeups(terminal.pid()), woken, "it sleeps");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

/// Prices come every second, and nothing of them is seen here.
#[test]
fn a_screen_that_does_not_change_writes_nothing() {
    let server = TestServer::start();
    let (_cli, mut terminal) = crate::trader(server.url());
    terminal.press("7");
    terminal.wait_for("Member since");
    std::thread::sleep(Duration::from_millis(500));
    let before = terminal.written();
    std::thread::sleep(Duration::from_secs(4));
    // At most the minute of the clock.
    let written = terminal.written() - before;
    assert!(written < 100, "{written} bytes: {}", terminal.screen());
    terminal.press("q");
    assert_eq!(terminal.end().status, 0);
}

/// What begins a frame: nothing is shown until its end (the synchronized output of terminals, mode 2026).
const FRAME: &str = "\u{1b}[?2026h";

/// As many prices as the server can make, and keys without a pause.
#[test]
fn at_most_thirty_frames_a_second_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let begin: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    let row = |minute: i64| {
        let price = 80_000 + minute % 977;
        let time = begin.plus_millis(minute * 60 * Timestamp::SECOND_MS);
        format!("{time},{price},{},{},{price},1000\n", price + 5, price - 5)
    };
    let rows: String = (0..500_000).map(row).collect();
    std::fs::write(folder.path().join("BTC.csv"), format!("time,open,high,low,close,volume\n{rows}")).unwrap();
    let server = TestServer::start_with(&[
        "--market",
        "replay",
        "--replay-folder",
        folder.path().to_str().unwrap(),
        "--replay-speed",
        "600000",
    ]);
    let (_cli, mut terminal) = crate::trader(server.url());
    terminal.press("2");
    terminal.wait_for("BTC");
    let before = terminal.written();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        terminal.press("jkoO");
        std::thread::sleep(Duration::from_millis(2));
    }
    terminal.press_ctrl_c();
    let written = terminal.end().written;
    let seconds = begun.elapsed().as_secs_f64();
    let frames = written.as_bytes()[before..].windows(FRAME.len()).filter(|part| *part == FRAME.as_bytes()).count();
    assert!((20..=(30.3 * seconds) as usize + 2).contains(&frames), "{frames} in {seconds} s");
}

/// How often the threads of a process were woken (proc(5), `voluntary_ctxt_switches`).
fn wakeups(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let of_thread = |status: String| {
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        line.trim().parse::<u64>().ok()
    };
    let statuses = threads.map(|thread| std::fs::read_to_string(thread.unwrap().path().join("status")).unwrap());
    statuses.filter_map(of_thread).sum()
}

#[test]
fn the_log_is_in_a_file_only() {
    let cli = Cli::at("http://127.0.0.1:1");
    let mut terminal = cli.tui("");
    terminal.wait_for("Password");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert!(!ended.written.contains("started"), "{}", ended.written);
    let logs: Vec<_> = std::fs::read_dir(cli.state().join("cnop/logs")).unwrap().collect();
    assert_eq!(logs.len(), 1);
    let log = std::fs::read_to_string(logs[0].as_ref().unwrap().path()).unwrap();
    assert!(log.contains("started") && log.contains("ended"), "{log}");
}
