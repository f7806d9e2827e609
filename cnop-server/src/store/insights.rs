//! What models said lately: the last of each user.

use super::failure::StorageFailure;
use super::key::UserNumber;
use super::rows::KeptInsight;
use super::space::{Source, Space};
use super::view::Snapshot;

impl<S: Source> Snapshot<'_, S> {
    /// The last insight of a user that a model wrote.
    pub(crate) fn insight(&self, user: UserNumber) -> Result<Option<KeptInsight>, StorageFailure> {
        self.row(Space::Insights, &user.to_bytes())
    }
}
