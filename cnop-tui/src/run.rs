//! The rim: one loop that hears of keys, answers, the stream, signals and one deadline, lets `app::update` decide, and
//! draws at most once for everything that came together.
//!
//! `terminal` takes the terminal and gives it back whatever happens, `input` reads keys and the mouse, `performer` does
//! what an effect asks for.

mod input;
mod journal;
mod performer;
mod signals;
mod stream;
mod terminal;

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use anyhow::Context;
use cnop_core::time::Timestamp;
use crossterm::event::Event as Input;
use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::app::{Effect, Event, State, update};
use crate::clock;
use crate::view::{self, Hits};
use performer::Performer;
pub(crate) use performer::Place;
use signals::{Signal, Signals};
use terminal::Terminal;

/// At most 30 draws a second.
const FRAME: Duration = Duration::from_millis(33);
/// Events that wait for the loop: answers and prices of a second at the busiest.
const WAITING_EVENTS: usize = 1_024;
/// Events that are taken in before the next draw, so that a flood of them cannot hold it off.
const AT_ONCE: usize = 256;

/// Runs until the person quits, or a signal says so.
/// How many movements of money are in doubt then.
pub(crate) async fn run(mut state: State, place: Place) -> anyhow::Result<usize> {
    let mut signals = Signals::listen().context("listening to signals")?;
    let (sender, events) = mpsc::channel(WAITING_EVENTS);
    let performer = Performer::start(place, sender);
    let terminal = Terminal::enter().context("taking the terminal")?;
    let (columns, rows) = terminal.size()?;
    state.data.size = (columns, rows);
    let mut running = Running {
        state,
        performer,
        terminal,
        inputs: input::follow(),
        events,
        pending: VecDeque::new(),
        hits: Hits::default(),
        drawn_at: Instant::now() - FRAME,
        is_due: true,
    };
    running.follow(&mut signals).await?;
    Ok(running.state.in_doubt())
}

/// Everything that the loop holds.
struct Running {
    state: State,
    performer: Performer,
    terminal: Terminal,
    inputs: mpsc::Receiver<io::Result<Input>>,
    events: mpsc::Receiver<Event>,
    /// What a key meant beside what it was first.
    pending: VecDeque<Event>,
    /// Where what was drawn can be pressed.
    hits: Hits,
    drawn_at: Instant,
    /// Whether something was heard since the last draw.
    is_due: bool,
}

/// Why a round ended.
enum Heard {
    Event(Box<Event>),
    /// Nothing but that it is time to draw.
    Nothing,
    Signal(Signal),
    /// The terminal is gone.
    Closed,
}

impl Running {
    async fn follow(&mut self, signals: &mut Signals) -> anyhow::Result<()> {
        loop {
            if self.is_due && self.drawn_at.elapsed() >= FRAME {
                self.draw()?;
            }
            let first = self.hear(signals).await;
            if !self.take(first)? {
                return Ok(());
            }
            // What came together is drawn together.
            for _ in 1..AT_ONCE {
                let Some(next) = self.hear(signals).now_or_never() else { break };
                if !self.take(next)? {
                    return Ok(());
                }
            }
        }
    }

    /// Takes in what was heard. Whether it goes on.
    fn take(&mut self, heard: Heard) -> anyhow::Result<bool> {
        match heard {
            Heard::Event(event) => {
                self.is_due = true;
                self.happen(*event)
            }
            Heard::Signal(Signal::Suspend) => self.suspend().map(|()| true),
            Heard::Signal(Signal::End) | Heard::Closed => Ok(false),
            Heard::Nothing => Ok(true),
        }
    }

    /// The next thing that happens.
    async fn hear(&mut self, signals: &mut Signals) -> Heard {
        let Self { state, inputs, events, pending, hits, drawn_at, is_due, .. } = self;
        if let Some(event) = pending.pop_front() {
            return Heard::Event(Box::new(event));
        }
        let now = clock::now();
        let wakes_at = state.wakes_at(now);
        // Nothing is lost where a branch is dropped: channels keep what they hold. Without a deadline
        // nothing wakes the process but what happens.
        tokio::select! {
            biased;
            signal = signals.next() => Heard::Signal(signal),
            input = inputs.recv() => match input {
                Some(Ok(input)) => {
                    pending.extend(input::events(input, hits));
                    pending.pop_front().map_or(Heard::Nothing, |event| Heard::Event(Box::new(event)))
                }
                Some(Err(_)) | None => Heard::Closed,
            },
            Some(event) = events.recv() => Heard::Event(Box::new(event)),
            () = tokio::time::sleep_until(*drawn_at + FRAME), if *is_due => Heard::Nothing,
            () = tokio::time::sleep(until(wakes_at, now)), if wakes_at.is_some() => Heard::Event(Box::new(Event::Wake)),
        }
    }

    /// Lets an event happen, and does what follows from it. Whether it goes on.
    fn happen(&mut self, event: Event) -> anyhow::Result<bool> {
        journal::note(&event);
        for effect in update(&mut self.state, event, clock::now()) {
            match effect {
                Effect::Quit => return Ok(false),
                Effect::Suspend => self.suspend()?,
                Effect::Redraw => self.terminal.clear()?,
                other => self.performer.perform(other),
            }
        }
        Ok(true)
    }

    fn suspend(&mut self) -> anyhow::Result<()> {
        self.is_due = true;
        if !self.terminal.suspend()? {
            let reason = "There is no shell to go to; q quits.".to_owned();
            return self.happen(Event::NotDone(reason)).map(drop);
        }
        self.terminal.clear()?;
        let (columns, rows) = self.terminal.size()?;
        self.happen(Event::Resize(columns, rows))?;
        Ok(())
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        #[cfg(debug_assertions)]
        end_as_a_test_wants()?;
        let Self { state, hits, terminal, .. } = self;
        let now = clock::now();
        terminal.draw(|frame| *hits = view::draw(state, frame, now))?;
        if !hits.is_cut {
            state.drawn();
        }
        self.drawn_at = Instant::now();
        self.is_due = false;
        Ok(())
    }
}

/// Nothing that a person can do makes it fail or panic, so a test asks for it.
#[cfg(debug_assertions)]
fn end_as_a_test_wants() -> anyhow::Result<()> {
    match std::env::var("CNOP_TUI_TEST_END").as_deref() {
        Ok("panic") => panic!("a test wants it"),
        Ok("error") => anyhow::bail!("a test wants it"),
        _ => Ok(()),
    }
}

fn until(at: Option<Timestamp>, now: Timestamp) -> Duration {
    let millis = at.map_or(0, |at| at.as_millis() - now.as_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
