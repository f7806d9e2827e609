//! What can be done to the data: one file a command, each deciding against the state inside the writer's transaction.
//!
//! A command looks, decides and hands out its [`Changes`]; it cannot write. Checks live here, with the change they
//! guard, never before it: balance, limits, uniqueness, idempotency, whether the session still holds.

mod account_lifecycle;
mod audit;
mod idempotency;
mod insight;
mod market;
mod money;
mod operate;
mod order;
mod order_life;
mod recording;
mod session;

pub(crate) use account_lifecycle::{ChangePassword, ProfileChange, Register, UpdateProfile};
pub(crate) use audit::{Audited, Note, PruneAudit};
pub(crate) use idempotency::{Guard, Once, PruneKeys, Recall, Rendered, Settle, Settled, key_digest};
pub(crate) use insight::KeepInsight;
pub(crate) use market::ChooseMarket;
pub(crate) use money::MoveMoney;
pub(crate) use operate::{EndBlock, KeepBlock, PruneBlocks, ResetPassword, SetAssetClosed, SetDisabled};
pub(crate) use order::PlaceOrder;
pub(crate) use order_life::{AdvanceOrder, CancelOrder};
pub(crate) use recording::{KeepListings, PruneCandles, SaveCandles};
pub(crate) use session::{EndEverySession, EndSession, OpenSession, RenewSession, TOKEN_LIFE_MS};

use cnop_core::asset_id::AssetId;
use cnop_core::ids::{OrderId, Sequence};
use cnop_core::ledger;
use cnop_core::order::OrderStatus;
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::changes::Changes;
use super::failure::StorageFailure;
use super::space::Source;
use super::view::{Session, SessionError, Snapshot};

/// Something that changes the data, or refuses to.
pub(crate) trait Command: Send + 'static {
    /// What the caller learns once it is on disk.
    type Answer: Send + 'static;

    /// Decides. `stamp` is this command's own place in the sequence, and its time.
    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<Self::Answer>;
}

/// What a command answers: changes to write and what to tell, or why not.
pub(crate) type Decided<A> = Result<(Changes, A), Interrupted>;

/// A command's place in the sequence. Its time never goes back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp(Sequence);

impl Stamp {
    pub(super) fn new(sequence: Sequence) -> Self {
        Self(sequence)
    }

    /// The number that only this command has.
    pub(crate) fn sequence(self) -> Sequence {
        self.0
    }

    /// Now.
    pub(crate) fn now(self) -> Timestamp {
        self.0.time()
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The session does not hold.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The ledger's rules say no.
    #[error(transparent)]
    Ledger(#[from] ledger::Refused),
    /// The login name belongs to somebody.
    #[error("This username is taken. Choose another one.")]
    UsernameTaken,
    /// The email address belongs to somebody.
    #[error("This email address is already registered.")]
    EmailTaken,
    /// The password was changed while it was being checked.
    #[error("The password was changed meanwhile. Log in again.")]
    PasswordChanged,
    /// There is no such asset.
    #[error("There is no asset {0}. GET /api/v1/inventory/assets lists all.")]
    AssetNotFound(AssetId),
    /// It can only be sold.
    #[error("{0} is not available for purchase at the moment; it can only be sold.")]
    AssetNotTradable(AssetId),
    /// It has no price, or an old one.
    #[error("There is no current price for {0}. Try again in a moment.")]
    PriceUnavailable(AssetId),
    /// The user has no such order.
    #[error("There is no order {}.", OrderId::new(*.0))]
    OrderNotFound(Sequence),
    /// The order does not wait, or not any more.
    #[error("The order {} is {status} and cannot be cancelled.", OrderId::new(*.order))]
    OrderNotCancellable {
        /// Which.
        order: Sequence,
        /// How far it has come.
        status: OrderStatus,
    },
    /// Nobody has this name.
    #[error("There is no user {0}.")]
    NoSuchUser(Username),
    /// The key belongs to another request.
    #[error("This idempotency key was used for a different request. Use a new key for a new request.")]
    KeyReused,
    /// The key was settled before the request arrived.
    #[error("This idempotency key was settled as not placed. Use a new key to try again.")]
    KeyVoid,
}

/// Why a decision was not reached or was a no.
#[derive(Debug)]
pub(crate) enum Interrupted {
    Refused(Refused),
    Failed(StorageFailure),
}

impl<R: Into<Refused>> From<R> for Interrupted {
    fn from(refused: R) -> Self {
        Self::Refused(refused.into())
    }
}

impl From<StorageFailure> for Interrupted {
    fn from(failure: StorageFailure) -> Self {
        Self::Failed(failure)
    }
}

/// Refuses where the session no longer holds.
fn holds<S: Source>(view: &Snapshot<'_, S>, session: Session) -> Result<(), Interrupted> {
    view.check(session)?.map_err(Refused::Session)?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
