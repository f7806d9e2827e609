//! Writing the audit trail, and forgetting what is too old of it.

use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;

use super::{Command, Decided, Stamp};
use crate::store::audit::AuditDraft;
use crate::store::changes::Changes;
use crate::store::codec::encode;
use crate::store::key;
use crate::store::rows::AuditRow;
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Rows that one command forgets: deleting much at once is slow.
const PRUNED_AT_ONCE: usize = 256;

/// A command whose success stands in the trail, in the same transaction.
pub(crate) struct Audited<C: Command> {
    /// What to do.
    pub(crate) command: C,
    /// What stands in the trail once it is done.
    pub(crate) entry: AuditDraft,
}

impl<C: Command> Command for Audited<C> {
    type Answer = C::Answer;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<C::Answer> {
        let (mut changes, answer) = self.command.decide(view, stamp)?;
        audit(&mut changes, stamp, self.entry.clone());
        Ok((changes, answer))
    }
}

/// Something that happened and changed nothing else.
pub(crate) struct Note(pub(crate) AuditDraft);

impl Command for Note {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        audit(&mut changes, stamp, self.0.clone());
        Ok((changes, ()))
    }
}

fn audit(changes: &mut Changes, stamp: Stamp, entry: AuditDraft) {
    changes.put(Space::Audit, &key::age(stamp.sequence()), encode(&AuditRow::from(entry)));
    changes.tell_audit();
}

/// Forgets some of the trail from before a moment; answers how many entries. Ledger rows stay: only their place in the
/// trail is forgotten.
pub(crate) struct PruneAudit {
    /// The oldest moment that is kept.
    pub(crate) before: Timestamp,
}

impl Command for PruneAudit {
    type Answer = usize;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<usize> {
        let Some(last) = Sequence::first_of(self.before).as_u64().checked_sub(1) else {
            return Ok((Changes::none(), 0));
        };
        let (first, last) = (key::age(Sequence::from_u64(0)), key::age(Sequence::from_u64(last)));
        let (mut changes, mut pruned) = (Changes::none(), 0);
        for space in [Space::Audit, Space::Activity] {
            for row in view.source().range(space, &first[..]..=&last[..])?.take(PRUNED_AT_ONCE) {
                changes.remove(space, row.map_err(crate::store::StorageFailure::from)?.0.value());
                pruned += 1;
            }
        }
        Ok((changes, pruned))
    }
}
