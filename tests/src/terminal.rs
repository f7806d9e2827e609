//! A pseudo-terminal, and what a person sees on it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtyPair, PtySize, native_pty_system};
use vt100::Parser;

/// Longer than anything takes to appear, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Enough that nothing scrolls away.
const ROWS: u16 = 200;

/// The bit of a terminal's local modes that shows what is typed (POSIX `ECHO`, 8 on Linux and on macOS).
const ECHO: u64 = 8;

/// A program in a terminal of its own.
pub struct Terminal {
    pair: PtyPair,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    reader: JoinHandle<()>,
}

struct Seen {
    screen: Parser,
    bytes: Vec<u8>,
}

/// How a program in a terminal ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The status it ended with.
    pub status: u32,
    /// What the screen showed in the end.
    pub screen: String,
    /// Everything it wrote, as it was written.
    pub written: String,
    /// Whether the terminal shows again what is typed.
    pub echoes: bool,
    /// What it left as it should not be.
    pub changed_modes: Vec<&'static str>,
}

/// What is not as it is when a shell waits for a line.
fn changed_modes(screen: &Parser, echoes: bool) -> Vec<&'static str> {
    let screen = screen.screen();
    let modes = [
        (screen.alternate_screen(), "a page of its own"),
        (screen.hide_cursor(), "no cursor"),
        (screen.bracketed_paste(), "bracketed paste"),
        (screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "the mouse"),
        (!echoes, "no echo"),
    ];
    modes.into_iter().filter(|(is_changed, _)| *is_changed).map(|(_, name)| name).collect()
}

impl Terminal {
    /// Runs a command in a terminal that is `columns` wide; its `TERM` is xterm's unless the command sets another.
    ///
    /// # Panics
    /// Where the system gives no terminal.
    pub fn run(command: &Command, columns: u16) -> Self {
        Self::run_in(command, columns, ROWS)
    }

    /// The same in a terminal that is `rows` high.
    ///
    /// # Panics
    /// Where the system gives no terminal.
    pub fn run_in(command: &Command, columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("the system has pseudo-terminals");
        let child = pair.slave.spawn_command(builder(command)).expect("the program starts");
        let keyboard = pair.master.take_writer().expect("nobody else has it");
        let screen = pair.master.try_clone_reader().expect("it can be read");
        let width = NonZero::new(columns).expect("a terminal has columns");
        let height = NonZero::new(rows).expect("a terminal has rows");
        let nothing = Seen { screen: Parser::new(height, width, 0), bytes: Vec::new() };
        let seen = Arc::new((Mutex::new(nothing), Condvar::new()));
        let reader = watch(screen, Arc::clone(&seen));
        Self { pair, keyboard, child, seen, reader }
    }

    /// Waits until the screen shows `text`.
    ///
    /// # Panics
    /// Where it never does.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        let (seen, changed) = &*self.seen;
        let guard = seen.lock().expect("the reader does not panic");
        let shows = |seen: &mut Seen| !seen.screen.screen().contents().contains(text);
        let (guard, timeout) = changed.wait_timeout_while(guard, PATIENCE, shows).expect("the reader does not panic");
        assert!(!timeout.timed_out(), "no {text:?} in:\n{}", guard.screen.screen().contents());
    }

    /// Waits until the screen no longer shows `text`.
    ///
    /// # Panics
    /// Where it always does.
    #[track_caller]
    pub fn wait_until_gone(&self, text: &str) {
        until(&format!("{text:?} goes"), || !self.screen().contains(text));
    }

    /// Waits until the screen ends with `text`, such as a shell's prompt.
    ///
    /// # Panics
    /// Where it never does.
    #[track_caller]
    pub fn wait_for_end(&self, text: &str) {
        until(&format!("the screen ends with {text:?}"), || self.screen().trim_end().ends_with(text));
    }

    /// How many bytes were written so far.
    ///
    /// # Panics
    /// Never: the reader does not panic.
    pub fn written(&self) -> usize {
        self.seen.0.lock().expect("the reader does not panic").bytes.len()
    }

    /// Sends the program a signal by its name, such as `TERM`.
    ///
    /// # Panics
    /// Where it has ended.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("there is a kill command");
        assert!(sent.success(), "the program is running");
    }

    /// The number of its process.
    ///
    /// # Panics
    /// Where the system does not tell.
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it was started")
    }

    /// What the program made of the terminal that it should take back.
    ///
    /// # Panics
    /// Never: the reader does not panic.
    pub fn changed_modes(&self) -> Vec<&'static str> {
        changed_modes(&self.seen.0.lock().expect("the reader does not panic").screen, self.echoes())
    }

    /// Waits until the screen shows `text` and hides what is typed.
    ///
    /// # Panics
    /// Where it never does.
    #[track_caller]
    pub fn wait_for_secret_prompt(&self, text: &str) {
        self.wait_for(text);
        until("what is typed is hidden", || !self.echoes());
    }

    /// Types a line.
    ///
    /// # Panics
    /// Where the terminal is gone.
    #[track_caller]
    pub fn enter(&mut self, text: &str) {
        self.press(&format!("{text}\r"));
    }

    /// Presses keys.
    ///
    /// # Panics
    /// Where the terminal is gone.
    #[track_caller]
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).expect("the terminal is there");
    }

    /// Presses Ctrl+C.
    pub fn press_ctrl_c(&mut self) {
        self.press("\u{3}");
    }

    /// Makes the window `columns` wide and `rows` high.
    ///
    /// # Panics
    /// Where the terminal is gone.
    pub fn resize(&self, columns: NonZero<u16>, rows: NonZero<u16>) {
        self.seen.0.lock().expect("the reader does not panic").screen.screen_mut().set_size(rows, columns);
        let size = PtySize { rows: rows.get(), cols: columns.get(), pixel_width: 0, pixel_height: 0 };
        self.pair.master.resize(size).expect("the terminal is there");
    }

    /// What the screen shows at this moment.
    ///
    /// # Panics
    /// Never: the reader does not panic.
    pub fn screen(&self) -> String {
        self.seen.0.lock().expect("the reader does not panic").screen.screen().contents()
    }

    /// Whether the program is on the page that goes away with it.
    ///
    /// # Panics
    /// Never: the reader does not panic.
    pub fn is_on_its_own_page(&self) -> bool {
        self.seen.0.lock().expect("the reader does not panic").screen.screen().alternate_screen()
    }

    /// Whether it shows what is typed.
    ///
    /// # Panics
    /// Where the system does not say.
    pub fn echoes(&self) -> bool {
        let modes = self.pair.master.get_termios().expect("a terminal has modes");
        u64::from(modes.local_flags.bits()) & ECHO != 0
    }

    /// Waits for the program's end.
    ///
    /// # Panics
    /// Where it does not end.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let mut status = None;
        until("the program ends", || {
            status = self.child.try_wait().expect("the program can be asked");
            status.is_some()
        });
        let echoes = self.echoes();
        // Nobody holds this side any more: the reader meets the end of what was written.
        let Self { pair, reader, seen, .. } = self;
        drop(pair.slave);
        reader.join().expect("the reader does not panic");
        let seen = seen.0.lock().expect("the reader does not panic");
        Ended {
            status: status.map_or(0, |status| status.exit_code()),
            screen: seen.screen.screen().contents(),
            written: String::from_utf8_lossy(&seen.bytes).into_owned(),
            echoes,
            changed_modes: changed_modes(&seen.screen, echoes),
        }
    }
}

fn builder(command: &Command) -> CommandBuilder {
    let mut builder = CommandBuilder::new(command.get_program());
    builder.args(command.get_args());
    builder.env_clear();
    builder.env("TERM", "xterm-256color");
    for (name, value) in command.get_envs() {
        builder.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        builder.cwd(folder);
    }
    builder
}

fn watch(mut screen: Box<dyn Read + Send>, seen: Arc<(Mutex<Seen>, Condvar)>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut buffer) {
            let mut kept = seen.0.lock().expect("no holder panics");
            kept.screen.process(&buffer[..count]);
            kept.bytes.extend_from_slice(&buffer[..count]);
            seen.1.notify_all();
        }
    })
}

#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never happens that {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
