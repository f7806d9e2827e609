//! Tokens: giving them out, and taking them back.
//!
//! A token's id is its place in the sequence, so "every token before this one" is a comparison, and revoked ids can be
//! forgotten by age once the tokens would have expired.

use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use cnop_core::user::Role;

use super::{Command, Decided, Refused, Session, SessionError, Stamp, holds};
use crate::store::changes::Changes;
use crate::store::failure::StorageFailure;
use crate::store::key::{self, UserNumber};
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// How long a token is good for.
pub(crate) const TOKEN_LIFE_MS: i64 = 3_600 * Timestamp::SECOND_MS;
/// A revoked id is forgotten this long after its token was given out: its life, and the leeway of a slow clock.
const FORGET_AFTER_MS: i64 = TOKEN_LIFE_MS + 60 * Timestamp::SECOND_MS;
/// Deleting much at once is slow: each log-out takes a few old ids along.
const FORGET_AT_ONCE: usize = 16;

/// A token that may be signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant {
    /// Its id.
    pub(crate) token: Sequence,
    /// What it allows.
    pub(crate) role: Role,
}

/// Gives out a token after a good login.
pub(crate) struct OpenSession {
    /// To whom.
    pub(crate) user: UserNumber,
    /// The hash that the password was checked against, which may have changed meanwhile.
    pub(crate) verified_hash: String,
}

impl Command for OpenSession {
    type Answer = Grant;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Grant> {
        let access = view.access(self.user)?;
        if access.disabled {
            return Err(Refused::Session(SessionError::Disabled).into());
        }
        if view.user(self.user)?.password_hash != self.verified_hash {
            return Err(Refused::PasswordChanged.into());
        }
        Ok((given_out(stamp), Grant { token: stamp.sequence(), role: access.role.into() }))
    }
}

/// Exchanges a token for a new one.
pub(crate) struct RenewSession {
    /// The one to exchange.
    pub(crate) session: Session,
}

impl Command for RenewSession {
    type Answer = Grant;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Grant> {
        holds(view, self.session)?;
        let role = view.access(self.session.user)?.role.into();
        let mut changes = given_out(stamp);
        revoke(&mut changes, view, self.session.token, stamp)?;
        Ok((changes, Grant { token: stamp.sequence(), role }))
    }
}

/// Revokes one token for good.
pub(crate) struct EndSession {
    /// Which.
    pub(crate) session: Session,
}

impl Command for EndSession {
    type Answer = ();

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        holds(view, self.session)?;
        let mut changes = Changes::none();
        revoke(&mut changes, view, self.session.token, stamp)?;
        Ok((changes, ()))
    }
}

/// Revokes every token that was given out before.
pub(crate) struct EndEverySession;

impl Command for EndEverySession {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        let mut changes = given_out(stamp);
        changes.put(Space::Meta, key::META_TOKENS_FROM, stamp.sequence().as_u64().to_be_bytes().to_vec());
        Ok((changes, ()))
    }
}

/// An id that was given out must be on disk, or a restart could give it out again.
fn given_out(stamp: Stamp) -> Changes {
    let mut changes = Changes::none();
    changes.put(Space::Meta, key::META_LAST_SEQUENCE, stamp.sequence().as_u64().to_be_bytes().to_vec());
    changes
}

/// Revokes a token, and forgets a few whose time is over.
fn revoke<S: Source>(
    changes: &mut Changes,
    view: &Snapshot<'_, S>,
    token: Sequence,
    stamp: Stamp,
) -> Result<(), StorageFailure> {
    let too_old = key::age(Sequence::first_of(stamp.now().plus_millis(-FORGET_AFTER_MS)));
    for row in view.source().range(Space::Revoked, &[0; 8][..]..=&too_old[..])?.take(FORGET_AT_ONCE) {
        changes.remove(Space::Revoked, row?.0.value());
    }
    changes.put(Space::Revoked, &key::age(token), Vec::new());
    Ok(())
}
