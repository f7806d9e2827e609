//! The configuration file: which keys it sets to what, and how one of them is changed.
//!
//! Which keys mean something, and which values they take, is left to whoever asks: this knows TOML and the disk only.
//! A change keeps everything else as it was written, comments included, and replaces the file in one step.

use std::fs;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, Value};

use crate::private;

/// Why the file could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not TOML.
    #[error("{}, line {line}: {message}", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where reading stopped, counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A part of the key has a value of its own already, so that nothing can be below it.
    #[error("{}: `{key}` is not a table", .path.display())]
    NotATable {
        /// Which file.
        path: PathBuf,
        /// The part.
        key: String,
    },
    /// The system refused.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// One key of the file and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key from the top, such as `profiles`, `work`, `server`.
    pub key: Vec<String>,
    /// What it is set to.
    pub value: EntryValue,
    /// Where it stands, counted from 1.
    pub line: usize,
}

/// What a key can be set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryValue {
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// Something that no setting takes, by the name that TOML has for it.
    Other(&'static str),
}

/// The file at a path, which need not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    path: PathBuf,
}

impl ConfigFile {
    /// The one at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is, or would be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every key that it sets, in its order; none where there is no file.
    ///
    /// # Errors
    /// [`ConfigError::Damaged`], [`ConfigError::Io`].
    pub fn entries(&self) -> Result<Vec<Entry>, ConfigError> {
        let document = Document::parse(self.text()?).map_err(|error| self.damaged(&error))?;
        let mut entries = Vec::new();
        collect(document.as_table(), document.raw(), &[], &mut entries);
        entries.sort_by_key(|entry| entry.line);
        Ok(entries)
    }

    /// Sets `key` to `value` and leaves the rest as it is.
    ///
    /// # Errors
    /// [`ConfigError`]; then the file is as it was.
    pub fn set(&self, key: &[&str], value: EntryValue) -> Result<(), ConfigError> {
        let (name, above) = key.split_last().expect("a key has a name");
        let mut document = self.document()?;
        let mut table: &mut dyn TableLike = document.as_table_mut();
        for part in above {
            let below = table.entry(part).or_insert_with(|| Item::Table(implicit_table()));
            table = below.as_table_like_mut().ok_or_else(|| self.not_a_table(part))?;
        }
        replace(table, name, value);
        self.write(&document.to_string())
    }

    /// Takes `key` out: whether it was there.
    ///
    /// # Errors
    /// [`ConfigError`]; then the file is as it was.
    pub fn unset(&self, key: &[&str]) -> Result<bool, ConfigError> {
        let mut document = self.document()?;
        let removed = remove(document.as_table_mut(), key);
        if removed {
            self.write(&document.to_string())?;
        }
        Ok(removed)
    }

    /// Puts a file that cannot be read aside, so that a new one can be begun: where it lies now.
    ///
    /// # Errors
    /// [`ConfigError::Io`].
    pub fn put_aside(&self) -> Result<PathBuf, ConfigError> {
        let aside = self.path.with_extension("toml.damaged");
        fs::rename(&self.path, &aside).map_err(|source| self.io(source))?;
        Ok(aside)
    }

    fn text(&self) -> Result<String, ConfigError> {
        match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            // Text of another encoding is damage, and can be put aside like any other.
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(ConfigError::Damaged {
                path: self.path.clone(),
                line: 1,
                message: "it is not text in UTF-8".to_owned(),
            }),
            text => text.map_err(|source| self.io(source)),
        }
    }

    fn document(&self) -> Result<DocumentMut, ConfigError> {
        Document::parse(self.text()?).map(Document::into_mut).map_err(|error| self.damaged(&error))
    }

    /// Replaces the file in one step. Where it is a link, what it points to: people link it to where they keep such files.
    fn write(&self, text: &str) -> Result<(), ConfigError> {
        let target = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = target.parent().unwrap_or(Path::new("."));
        let written = private::make_folder(folder).and_then(|()| private::replace(&target, text.as_bytes()));
        written.map(drop).map_err(|source| self.io(source))
    }

    fn damaged(&self, error: &toml_edit::TomlError) -> ConfigError {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let line = line_of(&text, error.span());
        // The library explains over several lines; the first says what it is.
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        ConfigError::Damaged { path: self.path.clone(), line, message }
    }

    fn not_a_table(&self, key: &str) -> ConfigError {
        ConfigError::NotATable { path: self.path.clone(), key: key.to_owned() }
    }

    fn io(&self, source: io::Error) -> ConfigError {
        ConfigError::Io { path: self.path.clone(), source }
    }
}

impl From<EntryValue> for Value {
    fn from(value: EntryValue) -> Self {
        match value {
            EntryValue::Text(text) => text.into(),
            EntryValue::Flag(flag) => flag.into(),
            EntryValue::Other(kind) => unreachable!("nothing is set to a {kind}"),
        }
    }
}

fn collect(table: &dyn TableLike, text: &str, above: &[String], entries: &mut Vec<Entry>) {
    for (name, item) in table.iter() {
        let key = [above, &[name.to_owned()]].concat();
        match item.as_table_like() {
            Some(below) => collect(below, text, &key, entries),
            None => {
                let span = table.key(name).and_then(toml_edit::Key::span);
                entries.push(Entry { key, value: value_of(item), line: line_of(text, span) });
            }
        }
    }
}

fn value_of(item: &Item) -> EntryValue {
    match item {
        Item::Value(Value::String(text)) => EntryValue::Text(text.value().clone()),
        Item::Value(Value::Boolean(flag)) => EntryValue::Flag(*flag.value()),
        other => EntryValue::Other(other.type_name()),
    }
}

/// A table that gets a header only if something stands directly in it: `[profiles.work]` without a `[profiles]`.
fn implicit_table() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}

/// Keeps the comment behind an old value.
fn replace(table: &mut dyn TableLike, name: &str, value: EntryValue) {
    let mut value = Value::from(value);
    if let Some(old) = table.get(name).and_then(Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    }
    match table.get_mut(name) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.insert(name, Item::Value(value));
        }
    }
}

/// Removes the key, and the tables that it leaves empty.
fn remove(table: &mut dyn TableLike, key: &[&str]) -> bool {
    let Some((first, rest)) = key.split_first() else { return false };
    if rest.is_empty() {
        return table.remove(first).is_some();
    }
    let Some(below) = table.get_mut(first).and_then(Item::as_table_like_mut) else { return false };
    let removed = remove(below, rest);
    if removed && below.is_empty() {
        table.remove(first);
    }
    removed
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    before.matches('\n').count() + 1
}

#[cfg(test)]
mod tests;
