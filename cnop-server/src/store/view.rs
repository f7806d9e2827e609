//! Typed looks at one consistent state: the same for handlers on a snapshot and for commands inside the writer.

use cnop_core::ids::Sequence;
use cnop_core::ledger::Account;
use cnop_core::time::Timestamp;
use cnop_core::user::{Email, Username};

use super::codec::{self, Row, decode};
use super::failure::StorageFailure;
use super::key::{self, Kind, UserNumber};
use super::rows::{Access, AccountRow, IdempotencyRow, KEY_LIFE_MS, MarketSeed, UserRecord};
use super::space::{Source, Space};

/// A user's claim to act, taken from a verified token. Whether it still holds is decided where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    /// Who.
    pub(crate) user: UserNumber,
    /// The token's id.
    pub(crate) token: Sequence,
}

/// Why a session no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SessionError {
    /// It was logged out, or every token of the user was revoked.
    #[error("This session is over. Log in again.")]
    Revoked,
    /// An operator has shut the account.
    #[error("This account is disabled. Ask the operator of the server.")]
    Disabled,
}

/// A look at one state of the store.
pub(crate) struct Snapshot<'s, S> {
    source: &'s S,
}

impl<'s, S: Source> Snapshot<'s, S> {
    pub(super) fn new(source: &'s S) -> Self {
        Self { source }
    }

    pub(super) fn source(&self) -> &'s S {
        self.source
    }

    pub(super) fn row<R: Row>(&self, space: Space, key: &[u8]) -> Result<Option<R>, StorageFailure> {
        self.source.get(space, key)?.map(|row| decode(row.value())).transpose()
    }

    /// A row that exists for every user.
    fn owned<R: Row>(&self, user: UserNumber, kind: Kind) -> Result<R, StorageFailure> {
        self.row(Space::Accounts, &key::single(user, kind))?.ok_or(StorageFailure::Missing(R::WHAT))
    }

    fn number(&self, space: Space, key: &[u8]) -> Result<Option<UserNumber>, StorageFailure> {
        self.source.get(space, key)?.map(|row| codec::number(row.value()).map(UserNumber)).transpose()
    }

    /// Whose name it is.
    pub(crate) fn user_named(&self, username: &Username) -> Result<Option<UserNumber>, StorageFailure> {
        self.number(Space::Names, username.as_str().as_bytes())
    }

    /// Whose email address it is.
    pub(super) fn user_with_email(&self, email: &Email) -> Result<Option<UserNumber>, StorageFailure> {
        self.number(Space::Emails, email.canonical().as_bytes())
    }

    /// The last number given to a user.
    pub(super) fn last_user(&self) -> Result<UserNumber, StorageFailure> {
        Ok(self.number(Space::Meta, key::META_LAST_USER)?.unwrap_or(UserNumber(0)))
    }

    /// Profile and password hash.
    pub(crate) fn user(&self, user: UserNumber) -> Result<UserRecord, StorageFailure> {
        self.row(Space::Users, &user.to_bytes())?.ok_or(StorageFailure::Missing(UserRecord::WHAT))
    }

    /// What tokens are checked against.
    pub(crate) fn access(&self, user: UserNumber) -> Result<Access, StorageFailure> {
        self.owned(user, Kind::Access)
    }

    /// Money and assets.
    pub(crate) fn account(&self, user: UserNumber) -> Result<Account, StorageFailure> {
        self.owned::<AccountRow>(user, Kind::Account)?.try_into()
    }

    /// Decides whether a session still holds.
    ///
    /// # Errors
    /// [`SessionError`] where it does not.
    pub(crate) fn check(&self, session: Session) -> Result<Result<Access, SessionError>, StorageFailure> {
        let access = self.access(session.user)?;
        if access.disabled {
            return Ok(Err(SessionError::Disabled));
        }
        let too_old = session.token < access.tokens_from && access.spared != Some(session.token);
        let too_old = too_old || self.tokens_from()?.is_some_and(|from| session.token < from);
        let revoked = too_old || self.source.get(Space::Revoked, &key::age(session.token))?.is_some();
        Ok(if revoked { Err(SessionError::Revoked) } else { Ok(access) })
    }

    /// The first token that can be good, whoever's: set when a backup was restored.
    fn tokens_from(&self) -> Result<Option<Sequence>, StorageFailure> {
        self.source.get(Space::Meta, key::META_TOKENS_FROM)?.map(|row| codec::sequence(row.value())).transpose()
    }

    /// What is remembered of a key at `now`; nothing once its time is over.
    pub(super) fn idempotency(
        &self,
        user: UserNumber,
        digest: &key::KeyDigest,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRow>, StorageFailure> {
        let row: Option<IdempotencyRow> = self.row(Space::Accounts, &key::idempotency(user, digest))?;
        Ok(row.filter(|row| row.at.time().plus_millis(KEY_LIFE_MS) > now))
    }

    /// What makes the simulated market, once it was chosen.
    pub(crate) fn market_seed(&self) -> Result<Option<MarketSeed>, StorageFailure> {
        self.row(Space::Meta, key::META_MARKET)
    }
}
