//! Events as bytes, and the ids by which a reader goes on.

use std::fmt::Write;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use cnop_core::api::Lagged;
use serde::Serialize;

/// Longer ids are none of ours.
const MAX_BOOT_CHARS: usize = 32;

/// Where a stream is: `<boot>-<number>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventId {
    /// The process that numbered it.
    pub(super) boot: Box<str>,
    /// Its number in that process.
    pub(super) number: u64,
}

impl EventId {
    /// One that no process gave out.
    pub(crate) fn unknown() -> Self {
        Self { boot: "".into(), number: 0 }
    }
}

/// The text is not an event's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidEventId;

impl FromStr for EventId {
    type Err = InvalidEventId;

    fn from_str(text: &str) -> Result<Self, InvalidEventId> {
        let (boot, number) = text.rsplit_once('-').ok_or(InvalidEventId)?;
        if boot.len() > MAX_BOOT_CHARS {
            return Err(InvalidEventId);
        }
        Ok(Self { boot: boot.into(), number: number.parse().map_err(|_| InvalidEventId)? })
    }
}

/// Writes the events of one process.
#[derive(Debug, Clone)]
pub(super) struct Encoder {
    boot: Arc<str>,
}

impl Encoder {
    pub(super) fn new(boot: &str) -> Self {
        Self { boot: boot.into() }
    }

    /// The process that numbers the events.
    pub(super) fn boot(&self) -> &str {
        &self.boot
    }

    /// An event whose data is JSON text already.
    pub(super) fn text(&self, name: &str, number: u64, data: &str) -> Bytes {
        let boot = &self.boot;
        let mut text = String::with_capacity(data.len() + boot.len() + name.len() + 48);
        let _ = write!(text, "event: {name}\nid: {boot}-{number}\ndata: {data}\n\n"); // A string takes anything.
        text.into()
    }

    /// An event.
    pub(super) fn json(&self, name: &str, number: u64, data: &impl Serialize) -> Bytes {
        self.text(name, number, &serde_json::to_string(data).expect("wire types have string keys and finite numbers"))
    }

    /// Something was missed. `None` where nobody can tell how much.
    pub(super) fn lagged(&self, number: u64, missed: Option<u64>) -> Bytes {
        self.json("lagged", number, &Lagged { missed })
    }

    /// A comment that shows that the stream lives, and an id that lets a quiet one go on from here.
    pub(super) fn alive(&self, number: u64) -> Bytes {
        format!(": alive\nid: {}-{number}\n\n", self.boot).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_and_another_text_is_none() {
        let text = String::from_utf8(Encoder::new("0a1b").alive(7).to_vec()).unwrap();
        let id: EventId = text.lines().nth(1).unwrap().strip_prefix("id: ").unwrap().parse().unwrap();
        assert_eq!(id, EventId { boot: "0a1b".into(), number: 7 });
        for bad in ["", "7", "0a1b-", "0a1b-x", "0a1b-99999999999999999999", &format!("{}-1", "x".repeat(33))] {
            assert_eq!(bad.parse::<EventId>(), Err(InvalidEventId), "{bad:?}");
        }
    }
}
