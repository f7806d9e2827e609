//! The table: every figure beside its target.

use anyhow::ensure;

use crate::Settings;
use crate::addresses::AddressFigures;
use crate::logins::LoginFigures;
use crate::measure::Figures;
use crate::plan::{Bench, Scenario};
use crate::process::say;
use crate::streams::StreamFigures;
use crate::waiting::WaitingFigures;

const MIB: f64 = 1024.0 * 1024.0;

/// A figure and what it should reach.
struct Line {
    name: &'static str,
    reached: f64,
    target: Target,
    unit: &'static str,
}

#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Line {
    fn is_reached(&self) -> bool {
        match self.target {
            Target::AtLeast(least) => self.reached >= least,
            Target::AtMost(most) => self.reached <= most,
        }
    }

    fn print(&self) {
        let (sign, target) = match self.target {
            Target::AtLeast(least) => ("≥", least),
            Target::AtMost(most) => ("≤", most),
        };
        let verdict = if self.is_reached() { "reached" } else { "MISSED" };
        say(&format!("| {} | {:.3} {} | {sign} {target} | {verdict} |", self.name, self.reached, self.unit));
    }
}

/// Prints both tables, keeps the figures, and fails where a target is missed.
pub(crate) fn finish(bench: &Bench, settings: &Settings) -> anyhow::Result<()> {
    print_figures("empty history", &bench.empty);
    print_figures("long history", &bench.full);
    print_waiting(&bench.waiting);
    print_streams(&bench.streams);
    print_logins(&bench.logins);
    print_addresses(&bench.addresses);
    say("\n| Target | Reached | To reach | |\n|---|---|---|---|");
    let lines = targets(bench);
    lines.iter().for_each(Line::print);
    if let Some(folder) = settings.json.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&settings.json, serde_json::to_string_pretty(bench)?)?;
    say(&format!("\nfigures kept in {}", settings.json.display()));
    let missed = lines.iter().filter(|line| !line.is_reached()).count();
    ensure!(settings.lenient || missed == 0, "{missed} targets are missed");
    Ok(())
}

fn print_figures(title: &str, scenario: &Scenario) {
    say(&format!("\n{title}: {} orders stored", scenario.orders_stored));
    say("\n| Request | a second | p50 ms | p99 ms | to the baseline |\n|---|---|---|---|---|");
    let baseline = scenario.baseline.per_second;
    let rows: [(&str, &Figures); 5] = [
        ("baseline", &scenario.baseline),
        ("POST /orders", &scenario.place_order),
        ("GET /portfolio", &scenario.portfolio),
        ("GET /orders?limit=50", &scenario.orders),
        ("GET /inventory/assets", &scenario.assets),
    ];
    for (name, Figures { per_second, p50_ms, p99_ms }) in rows {
        say(&format!("| {name} | {per_second:.0} | {p50_ms:.2} | {p99_ms:.2} | {:.3} |", per_second / baseline));
    }
}

fn print_waiting(figures: &WaitingFigures) {
    let WaitingFigures { orders, load_ms, memory, longest_quiet_tick_ms, triggered, longest_loud_tick_ms, .. } =
        figures;
    say(&format!("\n{orders} orders wait; a loud tick triggers {triggered} of them"));
    say("\n| Longest quiet tick | Longest loud tick | Until all are read | Memory |\n|---|---|---|---|");
    let memory = *memory as f64 / MIB;
    say(&format!(
        "| {longest_quiet_tick_ms:.2} ms | {longest_loud_tick_ms:.0} ms | {load_ms:.0} ms | {memory:.0} MiB |"
    ));
}

fn print_streams(StreamFigures { readers, events, p50_ms, p99_ms, memory, .. }: &StreamFigures) {
    say(&format!("\n{readers} readers of the event stream, a tick a second: {events} events"));
    say("\n| p50 | p99 | Memory |\n|---|---|---|");
    say(&format!("| {p50_ms:.0} ms | {p99_ms:.0} ms | {:.0} MiB |", *memory as f64 / MIB));
}

fn print_logins(figures: &LoginFigures) {
    let LoginFigures { at_once, per_second, alone_p99_ms, beside_p99_ms, throughput, .. } = figures;
    say(&format!("\n{at_once} logins at once beside orders, {per_second:.0} of them answered a second"));
    say("\n| p99 of orders alone | p99 beside logins | Orders beside logins |\n|---|---|---|");
    say(&format!("| {alone_p99_ms:.2} ms | {beside_p99_ms:.2} ms | {throughput:.2} of those alone |"));
}

fn print_addresses(AddressFigures { addresses, per_second, first, others }: &AddressFigures) {
    say(&format!("\n{addresses} client addresses, {per_second:.0} of them a second"));
    say("\n| The first tenth took | All others beside |\n|---|---|");
    say(&format!("| {:.1} MiB | {:.1} MiB |", *first as f64 / MIB, *others as f64 / MIB));
}

fn targets(Bench { empty, full, waiting, streams, logins, addresses }: &Bench) -> Vec<Line> {
    use Target::{AtLeast, AtMost};
    let line = |name, reached, target, unit| Line { name, reached, target, unit };
    let ratio = |scenario: &Scenario, figures: &Figures| figures.per_second / scenario.baseline.per_second;
    let disk_an_order = full.file_size.saturating_sub(empty.file_size) as f64
        / f64::from(full.orders_stored.saturating_sub(empty.orders_stored).max(1));
    vec![
        line("`POST /orders`, empty", ratio(empty, &empty.place_order), AtLeast(0.16), "of the baseline"),
        line("`POST /orders`, full", ratio(full, &full.place_order), AtLeast(0.09), "of the baseline"),
        line("its p99, empty", empty.place_order.p99_ms, AtMost(10.0), "ms"),
        line("its p99, full", full.place_order.p99_ms, AtMost(18.0), "ms"),
        line("`GET /portfolio`, full", ratio(full, &full.portfolio), AtLeast(0.6), "of the baseline"),
        line("`GET /orders?limit=50`, full", ratio(full, &full.orders), AtLeast(0.35), "of the baseline"),
        line("page 1,000 by cursor", full.deep_page.unwrap_or(f64::NAN), AtMost(1.5), "times page 1"),
        line("memory, idle", empty.idle_memory as f64 / MIB, AtMost(25.0), "MiB"),
        line("memory, after the full history", full.memory as f64 / MIB, AtMost(250.0), "MiB"),
        line("start, empty", empty.start_ms, AtMost(100.0), "ms"),
        line("start, full", full.start_ms, AtMost(1_000.0), "ms"),
        line("start after `kill -9`, full", full.start_after_kill_ms, AtMost(2_000.0), "ms"),
        line("disk an order", disk_an_order, AtMost(1_024.0), "bytes"),
        line("a tick that triggers none, orders waiting", waiting.quiet_tick_ms, AtMost(1.0), "ms"),
        line("a tick that triggers many, until all are on disk", waiting.loud_tick_ms, AtMost(500.0), "ms"),
        line("start, orders waiting", waiting.start_ms, AtMost(1_500.0), "ms"),
        line("processor, readers of the stream", streams.cpu_percent, AtMost(15.0), "% of a core"),
        line("latest event at a reader", streams.latest_ms, AtMost(100.0), "ms"),
        line("p99 of orders beside 200 logins", logins.p99_ratio, AtMost(2.0), "times without"),
        line("memory of a million addresses", (addresses.first + addresses.others) as f64 / MIB, AtMost(50.0), "MiB"),
    ]
}
