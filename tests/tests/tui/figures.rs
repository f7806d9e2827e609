//! Memory over time, in a release build: `scripts/bench-tui`.

use std::time::{Duration, Instant};

use cnop_tests::TestServer;

use crate::trader;

/// Minutes that it is watched for.
const MINUTES: &str = "CNOP_BENCH_MINUTES";
/// Memory that it may hold after an hour, in KiB.
const MOST_KIB: u64 = 30 * 1_024;

#[test]
#[ignore = "a figure of the release build: scripts/bench-tui"]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn memory_stays_small() {
    let minutes: u64 = std::env::var(MINUTES).ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(1);
    let server = TestServer::start();
    let (cli, mut terminal) = trader(server.url());
    terminal.resize(200.try_into().unwrap(), 60.try_into().unwrap());
    let at_first = resident_kib(terminal.pid());
    let begun = Instant::now();
    // What somebody does all day: looks around, opens pages and tickets, and trades elsewhere meanwhile.
    while begun.elapsed() < Duration::from_secs(minutes * 60) {
        for keys in ["2jj\r", "lll", "\u{1b}", "b0.01", "\u{1b}", "3", "4f", "5", "6", "7", "?", "\u{1b}", "1"] {
            terminal.press(keys);
            std::thread::sleep(Duration::from_millis(300));
        }
        cli.ok("buy DOGE 1 --yes");
    }
    let in_the_end = resident_kib(terminal.pid());
    println!("| memory at first, after {minutes} min | {at_first} KiB, {in_the_end} KiB |");
    assert!(in_the_end < MOST_KIB, "{in_the_end} KiB");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

/// Memory of a process that is not on disk (proc(5), `VmRSS`).
fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
