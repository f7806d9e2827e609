//! Requests that happen once, however often they arrive.
//!
//! [`Once`] puts any command behind a key: its first success is remembered in the transaction it happens in, and the same
//! request again gets the same bytes. [`Settle`] tells what became of a key, and closes one that nothing came of.

use aws_lc_rs::digest::{SHA256, digest};
use cnop_core::ids::{IdempotencyKey, Sequence};

use super::{Command, Decided, Interrupted, Refused, Session, Stamp, holds};
use crate::store::changes::Changes;
use crate::store::codec::{decode, encode};
use crate::store::key::{self, KeyDigest, UserNumber};
use crate::store::rows::{IdempotencyRow, KEY_LIFE_MS, KeyAgeRow, Remembered};
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Keys forgotten in one step. Deleting much at once would hold up orders.
const PRUNE_AT_ONCE: usize = 500;

/// An answer as it is sent, and as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// Whether the key was known, and nothing happened now.
    pub(crate) replayed: bool,
}

/// A key and the request that it guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guard {
    digest: KeyDigest,
    fingerprint: [u8; 16],
}

impl Guard {
    /// The guard of one request.
    pub(crate) fn new(key: &IdempotencyKey, method: &str, route: &str, body: &[u8]) -> Self {
        let mut request = format!("{method} {route}\n").into_bytes();
        request.extend_from_slice(body);
        Self { digest: key_digest(key), fingerprint: half_sha256(&request) }
    }

    /// What this request was answered, if it was. Refuses where the key is void or another request's.
    fn remembered<S: Source>(
        &self,
        view: &Snapshot<'_, S>,
        user: UserNumber,
        stamp: Stamp,
    ) -> Result<Option<Rendered>, Interrupted> {
        match view.idempotency(user, &self.digest, stamp.now())?.map(|row| row.remembered) {
            None => Ok(None),
            Some(Remembered::Void) => Err(Refused::KeyVoid.into()),
            Some(Remembered::Done { fingerprint, .. }) if fingerprint != self.fingerprint => {
                Err(Refused::KeyReused.into())
            }
            Some(Remembered::Done { status, body, .. }) => Ok(Some(Rendered { status, body, replayed: true })),
        }
    }
}

/// What a key is stored under.
pub(crate) fn key_digest(key: &IdempotencyKey) -> KeyDigest {
    half_sha256(key.as_str().as_bytes())
}

/// 128 bits of SHA-256: no two requests of a user will share them.
fn half_sha256(bytes: &[u8]) -> [u8; 16] {
    let digest = digest(&SHA256, bytes);
    digest.as_ref()[..16].try_into().expect("SHA-256 has 32 bytes")
}

/// A command that happens once for each key; without a key, every time.
pub(crate) struct Once<C: Command> {
    /// Whose key it is.
    pub(crate) session: Session,
    /// The key, if there is one.
    pub(crate) guard: Option<Guard>,
    /// What to do.
    pub(crate) command: C,
    /// How its success is answered: status and body.
    pub(crate) render: fn(&C::Answer) -> (u16, Vec<u8>),
}

impl<C: Command> Command for Once<C> {
    type Answer = Rendered;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Rendered> {
        holds(view, self.session)?;
        let remembered =
            self.guard.as_ref().map(|guard| guard.remembered(view, self.session.user, stamp)).transpose()?;
        if let Some(answer) = remembered.flatten() {
            return Ok((Changes::none(), answer));
        }
        let (mut changes, answer) = self.command.decide(view, stamp)?;
        let (status, body) = (self.render)(&answer);
        if let Some(Guard { digest, fingerprint }) = &self.guard {
            let remembered = Remembered::Done { fingerprint: *fingerprint, status, body: body.clone() };
            remember(&mut changes, self.session.user, digest, stamp.sequence(), remembered);
        }
        Ok((changes, Rendered { status, body, replayed: false }))
    }
}

/// Looks for the answer to a request that would be refused by now, because a time that it names has passed.
pub(crate) struct Recall {
    /// Whose key it is.
    pub(crate) session: Session,
    /// The key.
    pub(crate) guard: Guard,
}

impl Command for Recall {
    /// `None` where this request was not answered under this key.
    type Answer = Option<Rendered>;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Option<Rendered>> {
        holds(view, self.session)?;
        match self.guard.remembered(view, self.session.user, stamp) {
            Err(Interrupted::Refused(_)) => Ok((Changes::none(), None)),
            remembered => Ok((Changes::none(), remembered?)),
        }
    }
}

fn remember(changes: &mut Changes, user: UserNumber, digest: &KeyDigest, at: Sequence, remembered: Remembered) {
    changes.put(Space::Accounts, &key::idempotency(user, digest), encode(&IdempotencyRow { at, remembered }));
    changes.put(Space::KeyAges, &key::age(at), encode(&KeyAgeRow { user: user.0, digest: *digest }));
}

/// Learns what became of a key; one that was never used is closed.
pub(crate) struct Settle {
    /// Whose.
    pub(crate) session: Session,
    /// Which.
    pub(crate) digest: KeyDigest,
}

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Its request was answered with this.
    Done {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// Nothing, and nothing will.
    Void,
}

impl Command for Settle {
    type Answer = Settled;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Settled> {
        holds(view, self.session)?;
        let user = self.session.user;
        let mut changes = Changes::none();
        match view.idempotency(user, &self.digest, stamp.now())?.map(|row| row.remembered) {
            Some(Remembered::Done { status, body, .. }) => Ok((changes, Settled::Done { status, body })),
            Some(Remembered::Void) => Ok((changes, Settled::Void)),
            None => {
                remember(&mut changes, user, &self.digest, stamp.sequence(), Remembered::Void);
                Ok((changes, Settled::Void))
            }
        }
    }
}

/// Forgets some keys whose time is over, and answers how many.
pub(crate) struct PruneKeys;

impl Command for PruneKeys {
    type Answer = usize;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<usize> {
        let too_old = key::age(Sequence::first_of(stamp.now().plus_millis(-KEY_LIFE_MS)));
        let mut changes = Changes::none();
        let mut pruned = 0;
        for row in view.source().range(Space::KeyAges, &[0; 8][..]..=&too_old[..])?.take(PRUNE_AT_ONCE) {
            let (age, owner) = row.map_err(crate::store::StorageFailure::from)?;
            let owner: KeyAgeRow = decode(owner.value())?;
            changes.remove(Space::KeyAges, age.value());
            let place = key::idempotency(UserNumber(owner.user), &owner.digest);
            if still_of(view, &place, age.value())? {
                changes.remove(Space::Accounts, &place);
            }
            pruned += 1;
        }
        Ok((changes, pruned))
    }
}

/// A key used again after its day has a newer row, which stays.
fn still_of<S: Source>(view: &Snapshot<'_, S>, place: &[u8], age: &[u8]) -> Result<bool, Interrupted> {
    let Some(row) = view.source().get(Space::Accounts, place)? else { return Ok(false) };
    Ok(key::age(decode::<IdempotencyRow>(row.value())?.at) == age)
}
