//! What operators do: blocks of addresses, accounts that are shut, passwords that are set, assets that are closed.

use cnop_core::asset_id::AssetId;
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::{Command, Decided, Refused, Stamp};
use crate::guard::ClientNetwork;
use crate::store::changes::Changes;
use crate::store::codec::{decode, encode};
use crate::store::failure::StorageFailure;
use crate::store::key::Kind;
use crate::store::rows::{Access, Block, ClosedAssetRow};
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Blocks that one command forgets.
const PRUNED_AT_ONCE: usize = 256;

/// Keeps a block, in place of an earlier one.
pub(crate) struct KeepBlock {
    /// Whom.
    pub(crate) network: ClientNetwork,
    /// For how long, and why.
    pub(crate) block: Block,
}

impl Command for KeepBlock {
    type Answer = ();

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        // An administrator may have set a longer one meanwhile.
        let stored = view.block(self.network)?;
        if self.block.by.is_none() && stored.is_some_and(|stored| stored.until > self.block.until) {
            return Ok((changes, ()));
        }
        changes.put(Space::Blocks, self.network.to_string().as_bytes(), encode(&self.block));
        Ok((changes, ()))
    }
}

/// Ends a block before its time.
pub(crate) struct EndBlock {
    /// Whose.
    pub(crate) network: ClientNetwork,
}

impl Command for EndBlock {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        changes.remove(Space::Blocks, self.network.to_string().as_bytes());
        Ok((changes, ()))
    }
}

/// Forgets some blocks whose time is over; answers how many.
pub(crate) struct PruneBlocks {
    /// The time.
    pub(crate) now: Timestamp,
}

impl Command for PruneBlocks {
    type Answer = usize;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<usize> {
        let (mut changes, mut pruned) = (Changes::none(), 0);
        for row in view.source().range(Space::Blocks, &[][..]..=&[0xff; 64][..])? {
            let (key, value) = row.map_err(StorageFailure::from)?;
            if decode::<Block>(value.value())?.until <= self.now {
                changes.remove(Space::Blocks, key.value());
                pruned += 1;
            }
            if pruned == PRUNED_AT_ONCE {
                break;
            }
        }
        Ok((changes, pruned))
    }
}

/// Shuts an account, or opens it again. Its tokens end with it for good.
pub(crate) struct SetDisabled {
    /// Whose.
    pub(crate) username: Username,
    /// Whether it is to be shut.
    pub(crate) disabled: bool,
}

impl Command for SetDisabled {
    type Answer = ();

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        let user = view.user_named(&self.username)?.ok_or_else(|| Refused::NoSuchUser(self.username.clone()))?;
        let before = view.access(user)?;
        let tokens_from = if self.disabled { stamp.sequence() } else { before.tokens_from };
        let spared = before.spared.filter(|_| !self.disabled);
        let mut changes = Changes::none();
        changes.single(user, Kind::Access, &Access { disabled: self.disabled, tokens_from, spared, ..before });
        Ok((changes, ()))
    }
}

/// Sets somebody's password, and revokes all their tokens.
pub(crate) struct ResetPassword {
    /// Whose.
    pub(crate) username: Username,
    /// The new one's hash in PHC form.
    pub(crate) password_hash: String,
}

impl Command for ResetPassword {
    type Answer = ();

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        let user = view.user_named(&self.username)?.ok_or_else(|| Refused::NoSuchUser(self.username.clone()))?;
        let mut record = view.user(user)?;
        record.password_hash.clone_from(&self.password_hash);
        let access = Access { tokens_from: stamp.sequence(), spared: None, ..view.access(user)? };
        let mut changes = Changes::none();
        changes.put(Space::Users, &user.to_bytes(), encode(&record));
        changes.single(user, Kind::Access, &access);
        Ok((changes, ()))
    }
}

/// Closes an asset for purchases, or opens it again.
pub(crate) struct SetAssetClosed {
    /// Which.
    pub(crate) asset_id: AssetId,
    /// The administrator who closes it; `None` opens it.
    pub(crate) by: Option<Username>,
}

impl Command for SetAssetClosed {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        let key = self.asset_id.to_string();
        match &self.by {
            Some(by) => {
                let row = ClosedAssetRow { since: stamp.now(), by: by.to_string() };
                changes.put(Space::ClosedAssets, key.as_bytes(), encode(&row));
            }
            None => changes.remove(Space::ClosedAssets, key.as_bytes()),
        }
        Ok((changes, ()))
    }
}
