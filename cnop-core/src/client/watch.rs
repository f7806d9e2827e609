//! Who is told while an answer is awaited: a face shows that something is going on.

use std::any::Any;
use std::sync::Arc;

use super::Client;

/// Somebody who wants to know, such as a spinner.
pub trait Watcher: Send + Sync {
    /// An answer is awaited, with every try and every pause between tries, until what this returns is dropped.
    fn begins(&self) -> Box<dyn Any + Send + Sync>;
}

impl Client {
    /// The same client with every wait told to `watcher`.
    #[must_use]
    pub fn watched(self, watcher: Arc<dyn Watcher>) -> Self {
        Self { watcher: Some(watcher), ..self }
    }

    /// The same client, telling nobody.
    #[must_use]
    pub fn unwatched(self) -> Self {
        Self { watcher: None, ..self }
    }
}
