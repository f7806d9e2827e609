//! Decides between what was typed, what the environment says, what the file says, and the defaults.

use std::ffi::OsString;

use super::key::{self, InvalidKey, Key, Name};
use super::{Fault, MEND, Setting, Source};
use crate::config::{ConfigError, ConfigFile, DEFAULT_SERVER, Entry, EntryValue, ProfileName};
use crate::origin::Origin;

/// Finds every setting in the first source that has something to say about it, and collects what is wrong on its way.
pub struct Decider<'a> {
    variable: &'a dyn Fn(&str) -> Option<OsString>,
    path: Option<ConfigFile>,
    entries: Vec<(Key, Entry)>,
    /// What is set to something that cannot be used. The next source in the order holds in its place.
    pub faults: Vec<Fault>,
    /// Keys of the file that mean nothing, perhaps to this version only.
    pub unknown: Vec<Fault>,
}

impl std::fmt::Debug for Decider<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Decider").field("path", &self.path).field("faults", &self.faults).finish_non_exhaustive()
    }
}

impl<'a> Decider<'a> {
    /// Reads and checks the whole of `file`, also what another source overrules: what is wrong in it would bite later.
    /// `variable` is how the environment is asked.
    pub fn new(variable: &'a dyn Fn(&str) -> Option<OsString>, file: Option<ConfigFile>) -> Self {
        let (entries, faults, unknown) = (Vec::new(), Vec::new(), Vec::new());
        let mut decider = Self { variable, path: file, entries, faults, unknown };
        decider.read_file();
        decider
    }

    /// Whose session counts: everything else may be set for one profile.
    pub fn profile(&mut self, typed: Option<ProfileName>) -> Setting<ProfileName> {
        self.decide(Name::Profile, None, typed, key::profile, ProfileName::default())
    }

    /// Who is asked.
    ///
    /// # Panics
    /// Never: the default is a server.
    pub fn server(&mut self, profile: &ProfileName, typed: Option<Origin>) -> Setting<Origin> {
        let default = DEFAULT_SERVER.parse().expect("the default is a server");
        self.decide(Name::Server, Some(profile), typed, key::server, default)
    }

    /// What stdout is for: one of [`super::OUTPUTS`].
    pub fn output(&mut self, profile: &ProfileName, typed: Option<&'static str>) -> Setting<&'static str> {
        self.decide(Name::Output, Some(profile), typed, key::output, super::OUTPUTS[0])
    }

    /// Whether secrets may travel in clear text.
    pub fn allow_plain_http(&mut self, profile: &ProfileName, typed: bool) -> Setting<bool> {
        self.decide(Name::AllowPlainHttp, Some(profile), typed.then_some(true), key::flag, false)
    }

    /// Whether colours are welcome. <https://no-color.org>: with the variable set to anything but nothing, they are not.
    pub fn colour(&self, no_color: bool) -> Setting<bool> {
        let refused = (self.variable)("NO_COLOR").is_some_and(|value| !value.is_empty());
        match (no_color, refused) {
            (true, _) => Setting { value: false, source: Source::Flag { name: "--no-color" } },
            (false, true) => Setting { value: false, source: Source::Variable { name: "NO_COLOR" } },
            (false, false) => Setting { value: true, source: Source::Default },
        }
    }

    /// A variable's text; an empty one counts as unset.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let value = (self.variable)(name).filter(|value| !value.is_empty())?;
        value.into_string().map_err(|_| self.faults.push(not_text(name))).ok()
    }

    fn read_file(&mut self) {
        let Some(file) = self.path.clone() else { return };
        let entries = file.entries().unwrap_or_else(|error| {
            self.faults.push(unreadable(&file, &error));
            Vec::new()
        });
        for entry in entries {
            let source = Source::File { path: file.path().to_owned(), line: Some(entry.line) };
            match Key::of(&entry) {
                Ok(key) => self.check(key, entry, source),
                Err(error) => self.unknown.push(unknown_key(&entry, source, &error)),
            }
        }
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
