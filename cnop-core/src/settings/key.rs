//! The keys of the configuration file, and which values each takes.

use std::fmt;
use std::str::FromStr;

use crate::config::{Entry, EntryValue, InvalidProfileName, ProfileName};
use crate::origin::{InvalidOrigin, Origin};

/// What can be set in the file. Consent to orders cannot: it belongs to the line that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The server to talk to.
    Server,
    /// Which of several sessions to use.
    Profile,
    /// What to print.
    Output,
    /// Whether secrets may travel in clear text.
    AllowPlainHttp,
}

/// How alike two keys are at the least (Jaro, 0 to 1) for one to be taken for the other; clap's own measure.
const ALIKE: f64 = 0.7;

/// The table of the file with a table for each profile.
const PROFILES: &str = "profiles";

impl Name {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Server, Self::Profile, Self::Output, Self::AllowPlainHttp];

    /// As it stands in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Profile => "profile",
            Self::Output => "output",
            Self::AllowPlainHttp => "allow_plain_http",
        }
    }

    /// Its flag.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Server => "--server",
            Self::Profile => "--profile",
            Self::Output => "--output",
            Self::AllowPlainHttp => "--allow-plain-http",
        }
    }

    /// Its variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Server => "CNOP_SERVER",
            Self::Profile => "CNOP_PROFILE",
            Self::Output => "CNOP_OUTPUT",
            Self::AllowPlainHttp => "CNOP_ALLOW_PLAIN_HTTP",
        }
    }

    /// A value as people write it in a hint.
    pub fn example(self) -> &'static str {
        match self {
            Self::Server => "http://127.0.0.1:8080",
            Self::Profile => "work",
            Self::Output => "json",
            Self::AllowPlainHttp => "false",
        }
    }

    /// What the file holds for a value that was typed, or what is wrong with it.
    ///
    /// # Errors
    /// What is wrong, in words that go on after the key.
    pub fn check(self, text: &str) -> Result<EntryValue, String> {
        match self {
            Self::Server => server(text).map(|origin| EntryValue::Text(origin.to_string())),
            Self::Profile => profile(text).map(|profile| EntryValue::Text(profile.to_string())),
            Self::Output => output(text).map(|format| EntryValue::Text(format.to_owned())),
            Self::AllowPlainHttp => flag(text).map(EntryValue::Flag),
        }
    }
}

/// Reads a server.
pub(super) fn server(text: &str) -> Result<Origin, String> {
    text.parse().map_err(|error: InvalidOrigin| error.to_string())
}

/// Reads a profile.
pub(super) fn profile(text: &str) -> Result<ProfileName, String> {
    text.parse().map_err(|error: InvalidProfileName| error.to_string())
}

/// What a command can print.
pub const OUTPUTS: [&str; 3] = ["table", "json", "csv"];

/// Reads one of [`OUTPUTS`].
pub(super) fn output(text: &str) -> Result<&'static str, String> {
    let known = OUTPUTS.into_iter().find(|known| *known == text);
    known.ok_or_else(|| "must be table, json or csv".to_owned())
}

/// Reads a yes or no.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

/// A key of the file: for every profile, or for one, which then goes before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Whose; `None` for everybody's.
    pub section: Option<ProfileName>,
    /// What.
    pub name: Name,
}

/// The text is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidKey {
    /// It means nothing.
    Unknown {
        /// The key that was meant, perhaps.
        nearest: Option<String>,
    },
    /// The name of the profile in it cannot be one.
    Profile,
}

impl std::error::Error for InvalidKey {}

impl fmt::Display for InvalidKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { nearest: Some(nearest) } => write!(out, "there is no such key; is it `{nearest}`?"),
            Self::Unknown { nearest: None } => {
                let names = Name::ALL.map(Name::as_str).join(", ");
                write!(out, "there is no such key; there are {names}, and profiles.NAME.… for one profile")
            }
            Self::Profile => {
                write!(out, "the name of a profile {}", InvalidProfileName)
            }
        }
    }
}

impl Key {
    /// The key of an entry of the file.
    ///
    /// # Errors
    /// [`InvalidKey`].
    pub fn of(entry: &Entry) -> Result<Self, InvalidKey> {
        let parts: Vec<_> = entry.key.iter().map(String::as_str).collect();
        Self::of_parts(&parts)
    }

    /// Its parts, from the top of the file.
    pub fn parts(&self) -> Vec<&str> {
        match &self.section {
            Some(profile) => vec![PROFILES, profile.as_str(), self.name.as_str()],
            None => vec![self.name.as_str()],
        }
    }

    fn of_parts(parts: &[&str]) -> Result<Self, InvalidKey> {
        let unknown = || InvalidKey::Unknown { nearest: nearest(parts) };
        let (section, name) = match parts {
            [name] => (None, *name),
            [PROFILES, profile, name] => (Some(profile.parse().map_err(|_| InvalidKey::Profile)?), *name),
            _ => return Err(unknown()),
        };
        let name = Name::ALL.into_iter().find(|known| known.as_str() == name).ok_or_else(unknown)?;
        // Which profile holds is decided before one is looked into.
        let decided = section.is_some() && name == Name::Profile;
        if decided { Err(InvalidKey::Unknown { nearest: None }) } else { Ok(Self { section, name }) }
    }
}

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::of_parts(&text.split('.').collect::<Vec<_>>())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.parts().join("."))
    }
}

/// The key that is most like this one.
fn nearest(parts: &[&str]) -> Option<String> {
    let text = parts.join(".");
    let known = Name::ALL.map(|name| match parts {
        [_, profile, _] => format!("{PROFILES}.{profile}.{}", name.as_str()),
        _ => name.as_str().to_owned(),
    });
    let alike = known.into_iter().filter(|key| key.parse::<Key>().is_ok());
    let alike = alike.map(|key| (strsim::jaro(&key, &text), key)).filter(|(likeness, _)| *likeness > ALIKE);
    alike.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_everybodys_or_a_profiles() {
        for text in ["server", "profile", "output", "allow_plain_http", "profiles.work.server", "profiles.a-1.output"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_key_names_the_one_that_was_meant() {
        let check = |text: &str, nearest: Option<&str>| {
            let error = text.parse::<Key>().unwrap_err();
            assert_eq!(error, InvalidKey::Unknown { nearest: nearest.map(str::to_owned) }, "{text}");
        };
        check("servr", Some("server"));
        check("Output", Some("output"));
        check("allow-plain-http", Some("allow_plain_http"));
        check("profile.work.server", Some("profiles.work.server"));
        check("profiles.work.servers", Some("profiles.work.server"));
        check("profiles.work.profile", None);
        check("xyz", None);
        check("", None);
        check("server.x", Some("server"));
        assert_eq!("profiles.a b.server".parse::<Key>(), Err(InvalidKey::Profile));
    }

    #[test]
    fn values_are_checked_and_written_in_one_form() {
        let text = |text: &str| Ok(EntryValue::Text(text.to_owned()));
        assert_eq!(Name::Server.check("HTTP://LocalHost:80/"), text("http://localhost"));
        assert_eq!(Name::Output.check("csv"), text("csv"));
        assert_eq!(Name::AllowPlainHttp.check("1"), Ok(EntryValue::Flag(true)));
        for (name, wrong, message) in [
            (Name::Server, "localhost:8080", "must be http:// or https://"),
            (Name::Profile, "a/b", "must be 1 to 32 letters"),
            (Name::Output, "xml", "must be table, json or csv"),
            (Name::AllowPlainHttp, "yes", "must be true or false"),
        ] {
            assert!(name.check(wrong).unwrap_err().starts_with(message), "{wrong}");
        }
        for name in Name::ALL {
            assert!(name.check(name.example()).is_ok(), "{name:?}");
        }
    }
}
