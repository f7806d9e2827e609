//! What the simulated market of this store is, chosen once.

use super::{Command, Decided, Stamp};
use crate::store::changes::Changes;
use crate::store::codec::encode;
use crate::store::key;
use crate::store::rows::MarketSeed;
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Keeps the seed and beginning that the store has, or starts with `seed` now.
pub(crate) struct ChooseMarket {
    /// Which path; another seed than the stored one begins anew.
    pub(crate) seed: u64,
}

impl Command for ChooseMarket {
    type Answer = MarketSeed;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<MarketSeed> {
        let mut changes = Changes::none();
        if let Some(stored) = view.market_seed()?.filter(|stored| stored.seed == self.seed) {
            return Ok((changes, stored));
        }
        let chosen = MarketSeed { seed: self.seed, epoch: stamp.now() };
        changes.put(Space::Meta, key::META_MARKET, encode(&chosen));
        Ok((changes, chosen))
    }
}
