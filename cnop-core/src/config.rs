//! Where a face keeps its files, and under which name.
//!
//! The XDG folders are used on every system, so that one documentation and one test suite fit all of them.
//! What is remembered there belongs to [`crate::session`], what is set there to [`ConfigFile`].

mod file;

pub use file::{ConfigError, ConfigFile, Entry, EntryValue};

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;

/// The server that a face talks to unless told otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// Neither a home folder nor an XDG variable tells where files belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no home folder: set HOME")]
pub struct NoHome;

/// The file for what a person sets once for all runs: `$XDG_CONFIG_HOME/cnop/config.toml`, else below `~/.config`.
///
/// # Errors
/// [`NoHome`] where the user has no home folder.
pub fn config_file() -> Result<ConfigFile, NoHome> {
    let dirs = Xdg::new().map_err(|_| NoHome)?;
    Ok(ConfigFile::at(dirs.config_dir().join("cnop/config.toml")))
}

/// The folder for what a face remembers between runs: `$XDG_STATE_HOME/cnop`, else `~/.local/state/cnop`.
///
/// # Errors
/// [`NoHome`] where the user has no home folder.
pub fn state_dir() -> Result<PathBuf, NoHome> {
    let dirs = Xdg::new().map_err(|_| NoHome)?;
    let state = dirs.state_dir().unwrap_or_else(|| dirs.data_dir());
    Ok(state.join("cnop"))
}

/// One of several sessions side by side: 1 to 32 ASCII letters, digits, `-` and `_`, so that it can name a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProfileName(String);

/// The text cannot be a profile's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 32 letters, digits, hyphens or underscores")]
pub struct InvalidProfileName;

impl ProfileName {
    /// The profile of those who never name one.
    pub const DEFAULT: &str = "default";
    const MAX_LENGTH: usize = 32;

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ProfileName {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl FromStr for ProfileName {
    type Err = InvalidProfileName;

    fn from_str(text: &str) -> Result<Self, InvalidProfileName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let valid = (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed);
        valid.then(|| Self(text.to_owned())).ok_or(InvalidProfileName)
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_can_name_a_file_and_nothing_else() {
        for text in ["default", "a", "Work-2", "x_y", &"p".repeat(32)] {
            assert_eq!(text.parse::<ProfileName>().unwrap().as_str(), text);
        }
        for text in ["", ".", "..", "a/b", "a b", "ä", "a.json", &"p".repeat(33)] {
            assert_eq!(text.parse::<ProfileName>(), Err(InvalidProfileName), "{text:?}");
        }
    }
}
