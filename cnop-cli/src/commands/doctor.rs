//! `cnop doctor`: what is set, and whether it works.
//!
//! It looks at everything it can and goes on where something is wrong: with a damaged file, without a session, without a
//! server. What is looked at is in `doctor/examine.rs`, what a look comes to in `doctor/check.rs`.

mod check;
mod clock;
mod examine;

use serde::Serialize;

use self::check::{Check, Verdict};
use crate::cell::{Cell, Tone};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::{Row, Settings};
use crate::view::{View, left};

/// What it says.
#[derive(Serialize)]
struct Report {
    settings: Vec<Row>,
    checks: Vec<Check>,
}

/// Shows every setting and checks everything; a failure if one check is.
pub(crate) async fn run(printer: &Printer, settings: &Settings) -> Result<(), Failure> {
    let report = Report { settings: settings.rows(), checks: examine::everything(settings).await };
    printer.answer(&report, view)?;
    for check in &report.checks {
        if let Some(hint) = &check.hint {
            printer.hint(format_args!("{}: {hint}", check.name));
        }
    }
    verdict(&report.checks)
}

fn view(report: &Report) -> View {
    let columns = [left("CHECK", "name"), left("VERDICT", "verdict"), left("FOUND", "message")];
    let checks = View::table(columns, report.checks.iter().map(row), "No checks.");
    checks.and(super::config::table(&report.settings))
}

fn row(check: &Check) -> [Cell; 3] {
    let tone = match check.verdict {
        Verdict::Ok => Tone::Gain,
        Verdict::Warning => Tone::Warning,
        Verdict::Failed(_) => Tone::Loss,
        Verdict::Skipped => Tone::Faint,
    };
    [Cell::text(check.name), Cell::text(check.verdict.word()).toned(tone), Cell::text(&check.message)]
}

/// The first failed check says how the whole ends.
fn verdict(checks: &[Check]) -> Result<(), Failure> {
    let failed = checks.iter().filter_map(|check| check.verdict.exit().map(|exit| (check.name, exit)));
    let failed: Vec<_> = failed.collect();
    match failed.first() {
        Some((_, exit)) => {
            let names = failed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            Err(Failure::Unwell { checks: names, exit: *exit })
        }
        None => Ok(()),
    }
}
