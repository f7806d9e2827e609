//! How long a frame takes: run in a release build by `scripts/bench-tui`.

use std::time::{Duration, Instant};

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::app::Event;
use crate::testing::{Desk, answers, tick_of};

/// The window that the target is given for.
const WINDOW: Rect = Rect { x: 0, y: 0, width: 200, height: 60 };
const FRAMES: usize = 300;
/// A frame takes at most so long in a release build.
const LONGEST: Duration = Duration::from_millis(2);

#[test]
#[ignore = "a figure of the release build: scripts/bench-tui"]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn a_frame_is_short() {
    let screens = [
        ("Dashboard", "1"),
        ("Market", "2"),
        ("asset", "2<Enter>"),
        ("Portfolio", "3"),
        ("Orders", "4"),
        ("ticket", "2b1"),
    ];
    for (name, keys) in screens {
        let (median, longest) = measure(keys);
        println!("| frame at 200x60, 250 assets, {name} | {:.3} ms, longest {:.3} ms |", ms(median), ms(longest));
        assert!(cfg!(debug_assertions) || median < LONGEST, "{name}: {median:?}");
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Every price moves before each frame; the time is that of drawing, comparing and writing what a terminal is told.
fn measure(keys: &str) -> (Duration, Duration) {
    let mut desk = Desk::connected();
    desk.answer_with(answers::large);
    desk.press(keys);
    desk.answer_with(answers::large);
    let options = TerminalOptions { viewport: Viewport::Fixed(WINDOW) };
    let mut terminal = Terminal::with_options(CrosstermBackend::new(Vec::new()), options).unwrap();
    let mut times = Vec::new();
    for frame in 0..FRAMES {
        desk.now = desk.now.plus_millis(1_000);
        desk.happen(Event::Prices(tick_of(250, frame, desk.now)));
        let begun = Instant::now();
        terminal.draw(|frame| drop(super::draw(&desk.state, frame, desk.now))).unwrap();
        times.push(begun.elapsed());
    }
    times.sort();
    (times[FRAMES / 2], times[FRAMES - 1])
}
