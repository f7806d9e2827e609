//! Keeps what a model said.

use super::{Command, Decided, Stamp};
use crate::store::changes::Changes;
use crate::store::codec::encode;
use crate::store::key::UserNumber;
use crate::store::rows::KeptInsight;
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Keeps a user's insight in place of the one before.
pub(crate) struct KeepInsight {
    /// Whose.
    pub(crate) user: UserNumber,
    /// It.
    pub(crate) kept: KeptInsight,
}

impl Command for KeepInsight {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        changes.put(Space::Insights, &self.user.to_bytes(), encode(&self.kept));
        Ok((changes, ()))
    }
}
