//! Decides between what was typed, what the environment says, what the file says, and the defaults.

use std::ffi::OsString;

use cnop_core::config::{ConfigError, ConfigFile, DEFAULT_SERVER, Entry, EntryValue, ProfileName};
use secrecy::SecretString;

use super::key::{self, InvalidKey, Key, Name};
use super::{Fault, MEND, PASSWORD_VARIABLE, Setting, Settings, Source};
use crate::cli::GlobalArgs;
use crate::printer::Format;

/// Who is listened to.
pub(crate) struct Sources<'a> {
    /// What was typed.
    pub(crate) flags: &'a GlobalArgs,
    /// A variable of the environment.
    pub(crate) variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// The configuration file, where there can be one.
    pub(crate) file: Option<ConfigFile>,
}

/// Every setting, from the first source that has something to say about it.
pub(crate) fn resolve(sources: Sources<'_>) -> Settings {
    let Sources { flags, variable, file } = sources;
    let mut decider = Decider { variable, path: file.clone(), entries: Vec::new(), faults: Vec::new() };
    let unknown = decider.read_file();
    let profile = decider.profile(flags.profile.clone());
    let at = Some(&profile.value);
    let plain = flags.allow_plain_http.then_some(true);
    let server = DEFAULT_SERVER.parse().expect("the default is a server");
    Settings {
        server: decider.decide(Name::Server, at, flags.server.clone(), key::server, server),
        output: decider.decide(Name::Output, at, flags.output, key::output, Format::Table),
        allow_plain_http: decider.decide(Name::AllowPlainHttp, at, plain, key::flag, false),
        quiet: typed(flags.quiet, "--quiet"),
        yes: typed(flags.yes, "--yes"),
        colour: colour(flags.no_color, variable),
        password: decider.text(PASSWORD_VARIABLE).map(SecretString::from),
        profile,
        file,
        faults: decider.faults,
        unknown,
    }
}

/// Collects what is wrong on its way.
struct Decider<'a> {
    variable: &'a dyn Fn(&str) -> Option<OsString>,
    path: Option<ConfigFile>,
    entries: Vec<(Key, Entry)>,
    faults: Vec<Fault>,
}

impl Decider<'_> {
    /// Reads and checks the whole file, also what another source overrules: what is wrong in it would bite later.
    fn read_file(&mut self) -> Vec<Fault> {
        let Some(file) = self.path.clone() else { return Vec::new() };
        let entries = file.entries().unwrap_or_else(|error| {
            self.faults.push(unreadable(&file, &error));
            Vec::new()
        });
        let mut unknown = Vec::new();
        for entry in entries {
            let source = Source::File { path: file.path().to_owned(), line: Some(entry.line) };
            match Key::of(&entry) {
                Ok(key) => self.check(key, entry, source),
                Err(error) => unknown.push(unknown_key(&entry, source, &error)),
            }
        }
        unknown
    }

    fn check(&mut self, key: Key, entry: Entry, source: Source) {
        match written(&entry).and_then(|text| key.name.check(&text)) {
            Ok(_) => self.entries.push((key, entry)),
            Err(message) => {
                let hint = format!(
                    "`cnop config set {key} {}` sets it anew, `cnop config unset {key}` takes it out",
                    key.name.example()
                );
                self.faults.push(Fault { source, message: format!("`{key}` {message}"), hint });
            }
        }
    }

    fn profile(&mut self, typed: Option<ProfileName>) -> Setting<ProfileName> {
        self.decide(Name::Profile, None, typed, key::profile, ProfileName::default())
    }

    /// The value of `name` for `profile`; `read` is how its texts are read.
    fn decide<T>(
        &mut self,
        name: Name,
        profile: Option<&ProfileName>,
        typed: Option<T>,
        read: impl Fn(&str) -> Result<T, String>,
        default: T,
    ) -> Setting<T> {
        // Looked at even where it is overruled: it is as wrong then.
        let variable = self.variable(name, &read);
        let flag = typed.map(|value| Setting { value, source: Source::Flag { name: name.flag() } });
        flag.or(variable)
            .or_else(|| self.entry(name, profile, &read))
            .unwrap_or(Setting { value: default, source: Source::Default })
    }

    fn variable<T>(&mut self, name: Name, read: impl Fn(&str) -> Result<T, String>) -> Option<Setting<T>> {
        let source = Source::Variable { name: name.variable() };
        match read(&self.text(name.variable())?) {
            Ok(value) => Some(Setting { value, source }),
            Err(message) => {
                let hint = format!("unset {}, or set it to a value such as {}", name.variable(), name.example());
                self.faults.push(Fault { source, message, hint });
                None
            }
        }
    }

    /// A variable's text; an empty one counts as unset.
    fn text(&mut self, name: &'static str) -> Option<String> {
        let value = (self.variable)(name).filter(|value| !value.is_empty())?;
        value.into_string().map_err(|_| self.faults.push(not_text(name))).ok()
    }

    /// What the file says: for the profile, else for everybody.
    fn entry<T>(
        &self,
        name: Name,
        profile: Option<&ProfileName>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Setting<T>> {
        let find = |section: Option<&ProfileName>| {
            self.entries.iter().find(|(key, _)| key.name == name && key.section.as_ref() == section)
        };
        let (_, entry) = profile.and_then(|profile| find(Some(profile))).or_else(|| find(None))?;
        let path = self.path.as_ref()?.path().to_owned();
        let value = written(entry).and_then(|text| read(&text)).ok()?;
        Some(Setting { value, source: Source::File { path, line: Some(entry.line) } })
    }
}

/// A flag that only the command line has.
fn typed(given: bool, name: &'static str) -> Setting<bool> {
    let source = if given { Source::Flag { name } } else { Source::Default };
    Setting { value: given, source }
}

/// <https://no-color.org>: set to anything but nothing, there are no colours.
fn colour(no_color: bool, variable: &dyn Fn(&str) -> Option<OsString>) -> Setting<bool> {
    let refused = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    match (no_color, refused) {
        (true, _) => Setting { value: false, source: Source::Flag { name: "--no-color" } },
        (false, true) => Setting { value: false, source: Source::Variable { name: "NO_COLOR" } },
        (false, false) => Setting { value: true, source: Source::Default },
    }
}

/// A value of the file as it would be typed.
fn written(entry: &Entry) -> Result<String, String> {
    match &entry.value {
        EntryValue::Text(text) => Ok(text.clone()),
        EntryValue::Flag(flag) => Ok(flag.to_string()),
        EntryValue::Other(kind) => Err(format!("must be a text or true or false, not of the kind {kind}")),
    }
}

fn unknown_key(entry: &Entry, source: Source, error: &InvalidKey) -> Fault {
    let key = entry.key.join(".");
    let hint = format!("correct it, or take it out with `cnop config unset {key}`");
    Fault { source, message: format!("`{key}`: {error}"), hint }
}

fn unreadable(file: &ConfigFile, error: &ConfigError) -> Fault {
    let (line, message, hint) = match error {
        ConfigError::Damaged { line, message, .. } => (Some(*line), message.clone(), MEND),
        ConfigError::Io { source, .. } => (None, source.to_string(), "see to it that this is a file that you may read"),
        ConfigError::NotATable { .. } => (None, error.to_string(), "mend it by hand"),
    };
    Fault { source: Source::File { path: file.path().to_owned(), line }, message, hint: hint.to_owned() }
}

fn not_text(name: &'static str) -> Fault {
    let hint = format!("unset {name}, or set it to text");
    Fault { source: Source::Variable { name }, message: "is not text in UTF-8".to_owned(), hint }
}
