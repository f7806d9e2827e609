//! What nobody needs is not done.

use std::time::Duration;

use cnop_tests::Cli;

#[test]
fn ten_seconds_on_the_log_in_screen_write_nothing() {
    let cli = Cli::at("http://127.0.0.1:1");
    let mut terminal = cli.tui("");
    terminal.wait_for("Password");
    // What came with the first draw is read.
    std::thread::sleep(Duration::from_millis(500));
    let before = terminal.written();
    let used = processor_ticks(terminal.pid());
    std::thread::sleep(Duration::from_secs(10));
    assert_eq!(terminal.written(), before, "{}", terminal.screen());
    assert_eq!(processor_ticks(terminal.pid()), used, "it sleeps");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

/// What a process has used of the processor, in hundredths of a second (proc(5), `utime` and `stime`).
fn processor_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces.
    let (_, rest) = stat.rsplit_once(')').unwrap_or_default();
    let fields: Vec<_> = rest.split_whitespace().collect();
    [11, 12].iter().filter_map(|field| fields.get(*field)?.parse::<u64>().ok()).sum()
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
