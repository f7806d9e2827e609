//! Reads the files: `date` or `time`, then `open,high,low,close,volume`, the name being the asset's ticker.

use std::fs;
use std::path::{Path, PathBuf};

use cnop_core::asset_id::AssetId;
use cnop_core::money::Price;
use cnop_core::time::Timestamp;
use serde::Deserialize;

use super::history::{History, Row};

/// What is wrong with the files.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The folder cannot be read.
    #[error("the folder {} cannot be read: {source}", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nothing to play.
    #[error("there are no .csv files in {}", .0.display())]
    NoFiles(PathBuf),
    /// Two files are of one asset.
    #[error("{} is the second file of {asset_id}", file.display())]
    Twice {
        /// The second.
        file: PathBuf,
        /// The asset.
        asset_id: AssetId,
    },
    /// A file as a whole is wrong.
    #[error("{}: {reason}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// A line is wrong.
    #[error("{}, line {line}: {reason}", file.display())]
    Line {
        /// Which file.
        file: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// Why.
        reason: String,
    },
}

/// A line as it stands in the file.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "time")]
    date: String,
    open: String,
    high: String,
    low: String,
    close: String,
    volume: Option<String>,
}

/// Every `.csv` file of a folder, in the order of their names.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<History>, FileError> {
    let failed = |source| FileError::Folder { folder: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let is_csv = |file: &PathBuf| file.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("csv"));
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).filter(is_csv).collect();
    files.sort();
    let mut histories: Vec<History> = Vec::new();
    for file in files {
        let history = read_file(&file)?;
        let asset_id = history.asset_id();
        if histories.iter().any(|other| other.asset_id() == asset_id) {
            return Err(FileError::Twice { file, asset_id });
        }
        histories.push(history);
    }
    if histories.is_empty() { Err(FileError::NoFiles(folder.to_owned())) } else { Ok(histories) }
}

fn read_file(file: &Path) -> Result<History, FileError> {
    let at_fault = |reason: String| FileError::File { file: file.to_owned(), reason };
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let asset_id = name.parse().map_err(|error| at_fault(format!("the name of a file {error}")))?;
    let text = fs::read(file).map_err(|error| at_fault(error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let headers = reader.headers().map_err(|error| at_fault(error.to_string()))?.clone();
    for column in ["open", "high", "low", "close"] {
        if !headers.iter().any(|header| header == column) {
            return Err(at_fault(format!(
                "it has no column {column}; needed are date or time,open,high,low,close,volume"
            )));
        }
    }
    if !headers.iter().any(|header| matches!(header, "date" | "time")) {
        return Err(at_fault("it has no column date or time".to_owned()));
    }
    let mut rows: Vec<Row> = Vec::new();
    for record in reader.records() {
        let (line, row) = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let read = record.deserialize::<Line>(Some(&headers)).map_err(|error| reason(&error));
                (line, read.and_then(|line| line.row(rows.last())))
            }
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(reason(&error))),
        };
        rows.push(row.map_err(|reason| FileError::Line { file: file.to_owned(), line, reason })?);
    }
    if rows.is_empty() { Err(at_fault("it has no rows".to_owned())) } else { Ok(History::new(asset_id, rows)) }
}

/// A fault of the format without the position, which the message has already.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} fields where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        _ => error.to_string(),
    }
}

impl Line {
    fn row(self, before: Option<&Row>) -> Result<Row, String> {
        let price = |column: &str, text: &str| -> Result<Price, String> {
            text.parse().map_err(|error| format!("{column} is {text:?}: it {error}"))
        };
        let row = Row {
            begin: moment(&self.date)?,
            open: price("open", &self.open)?,
            high: price("high", &self.high)?,
            low: price("low", &self.low)?,
            close: price("close", &self.close)?,
            volume: self.volume.filter(|text| !text.is_empty()).map(|text| volume(&text)).transpose()?,
        };
        if row.low > row.open.min(row.close) || row.high < row.open.max(row.close) {
            return Err("open and close must lie between low and high".to_owned());
        }
        match before {
            Some(before) if row.begin <= before.begin => Err(format!("{} is not after the line before it", self.date)),
            _ => Ok(row),
        }
    }
}

/// A UTC day or an RFC 3339 time.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    let whole = format!("{text}T00:00:00Z");
    let day = (text.len() == 10).then_some(whole.as_str());
    let moment = day.unwrap_or(text).parse();
    moment.map_err(|_| format!("{text:?} must be a day such as 2026-02-15 or a time such as 2026-02-15T08:00:00Z"))
}

fn volume(text: &str) -> Result<f64, String> {
    let volume = text.parse().ok().filter(|volume: &f64| volume.is_finite() && *volume >= 0.0);
    volume.ok_or_else(|| format!("volume is {text:?}: it must be a number of at least 0"))
}
