//! Tells the walk as it happens, and keeps it for those who want it as data.

use indicatif::ProgressBar;
use serde::Serialize;

use crate::cell::Cell;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::progress;
use crate::text::one_line;
use crate::view::{View, left, right};

/// What the walk came to, for `--output json`.
#[derive(Serialize)]
struct Report<'a> {
    steps: &'a [Step],
}

/// One step as it was told.
#[derive(Serialize)]
struct Step {
    step: u32,
    title: String,
    calls: Vec<Call>,
}

impl Step {
    fn rows(&self) -> impl Iterator<Item = [Cell; 4]> {
        let lines = self.calls.iter().flat_map(|call| call.came_back.iter().map(|text| (&call.route, text)));
        lines.map(|(route, text)| [Cell::text(self.step), Cell::text(&self.title), Cell::text(route), Cell::text(text)])
    }
}

/// One request, and what came back in a few words.
#[derive(Serialize)]
struct Call {
    route: String,
    came_back: Vec<String>,
}

/// Tells one walk.
pub(super) struct Narrator<'a> {
    printer: &'a Printer,
    bar: ProgressBar,
    total: u32,
    steps: Vec<Step>,
}

impl<'a> Narrator<'a> {
    /// For a walk of `total` steps.
    pub(super) fn new(printer: &'a Printer, total: u32) -> Self {
        Self { printer, bar: progress::bar(total, printer.is_quiet()), total, steps: Vec::new() }
    }

    /// A new step begins.
    pub(super) fn step(&mut self, title: &str) -> Result<(), Failure> {
        let step = self.steps.len() as u32 + 1;
        self.bar.set_position(u64::from(step - 1));
        self.bar.set_message(title.to_owned());
        self.steps.push(Step { step, title: title.to_owned(), calls: Vec::new() });
        self.tell(&format!("[{step}/{}] {title}", self.total))
    }

    /// A route below `/api/v1` is about to be called.
    pub(super) fn calls(&mut self, method: &str, route: &str) -> Result<(), Failure> {
        let route = format!("{method} /api/v1{route}");
        self.tell(&format!("       {route}"))?;
        if let Some(step) = self.steps.last_mut() {
            step.calls.push(Call { route, came_back: Vec::new() });
        }
        Ok(())
    }

    /// What came back, in a line.
    pub(super) fn came_back(&mut self, text: &str) -> Result<(), Failure> {
        self.tell(&format!("       -> {text}"))?;
        if let Some(call) = self.steps.last_mut().and_then(|step| step.calls.last_mut()) {
            call.came_back.push(text.to_owned());
        }
        Ok(())
    }

    /// Ends the walk: with a last line, or with where and why it stopped.
    pub(super) fn finish(&self, walked: Result<(), Failure>) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        match walked {
            Ok(()) => {
                let report = Report { steps: &self.steps };
                self.printer.answer(&report, |_| self.view())
            }
            Err(quiet @ (Failure::ClosedPipe | Failure::Interrupted)) => Err(quiet),
            Err(cause) => Err(Failure::Step { step: self.place(), cause: Box::new(cause) }),
        }
    }

    /// People have read the story by now; as csv it is a table of what came back.
    fn view(&self) -> View {
        let columns =
            [right("STEP", "step"), left("TITLE", "title"), left("ROUTE", "route"), left("CAME BACK", "came_back")];
        let story = View::table(columns, self.steps.iter().flat_map(Step::rows), "");
        View::sentence(format!("All {} steps came back as they should.", self.total)).with_data(story)
    }

    fn place(&self) -> String {
        let title = self.steps.last().map_or("", |step| step.title.as_str());
        format!("step {} of {} ({title})", self.steps.len(), self.total)
    }

    fn tell(&self, text: &str) -> Result<(), Failure> {
        self.bar.suspend(|| self.printer.line(&one_line(text)))
    }
}

impl Drop for Narrator<'_> {
    /// Ctrl+C drops the walk in the middle: no half bar stays behind.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
