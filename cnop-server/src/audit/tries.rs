//! Tries that cost nothing to make and would fill the trail: each kind of each origin is one counted entry a minute.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::store::{Act, AuditDraft};

/// Entries at a time; what does not fit in is counted together.
const MAX_ENTRIES: usize = 10_000;

/// What was tried since it was last written down.
#[derive(Default)]
pub(crate) struct Tries {
    // Held for one look-up, never across an await.
    counted: Mutex<HashMap<(Act, String), AuditDraft>>,
}

impl Tries {
    /// Counts one of `who`; the entry is that of the newest.
    pub(crate) fn count(&self, who: impl ToString, entry: AuditDraft) {
        let mut entry = entry;
        entry.particulars.count = 1;
        self.add(who.to_string(), entry);
    }

    /// Counts on from an entry that was taken out and not written.
    pub(crate) fn put_back(&self, who: String, entry: AuditDraft) {
        self.add(who, entry);
    }

    fn add(&self, who: String, entry: AuditDraft) {
        let mut counted = self.counted.lock().expect("no holder panics");
        let mut key = (entry.act, who);
        let mut entry = entry;
        if counted.len() >= MAX_ENTRIES && !counted.contains_key(&key) {
            key.1 = String::new();
            (entry.particulars.user, entry.particulars.target) = (None, None);
            entry = entry.saying("from many others");
        }
        let before = counted.get(&key).map_or(0, |earlier| earlier.particulars.count);
        let count = before.saturating_add(entry.particulars.count);
        entry.particulars.count = count;
        counted.insert(key, entry);
    }

    /// Takes out what is to be written down, and of whom it is.
    pub(crate) fn take(&self) -> Vec<(String, AuditDraft)> {
        let counted = std::mem::take(&mut *self.counted.lock().expect("no holder panics"));
        counted.into_iter().map(|((_, who), entry)| (who, entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_of_one_are_one_entry_and_of_a_multitude_one_more() {
        let tries = Tries::default();
        (0..3).for_each(|_| tries.count("203.0.113.7", AuditDraft::of(Act::LoginFailMax)));
        tries.count("203.0.113.7", AuditDraft::of(Act::AuthorizationFail));
        let mut counts: Vec<_> =
            tries.take().iter().map(|(_, entry)| (entry.act.name(), entry.particulars.count)).collect();
        counts.sort_unstable();
        assert_eq!(counts, [("authn_login_fail_max", 3), ("authz_fail", 1)]);
        assert_eq!(tries.take(), []);

        (0..MAX_ENTRIES + 50).for_each(|who| tries.count(who, AuditDraft::of(Act::LoginFailMax)));
        let entries = tries.take();
        assert_eq!(entries.len(), MAX_ENTRIES + 1);
        assert_eq!(entries.iter().map(|(_, entry)| entry.particulars.count).max(), Some(50));
    }
}
