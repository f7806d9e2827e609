//! Looks at what operators have set: blocks and closed assets.

use std::collections::BTreeSet;

use cnop_core::asset_id::AssetId;

use super::codec::{decode, unreadable};
use super::failure::StorageFailure;
use super::rows::Block;
use super::space::{Source, Space};
use super::view::Snapshot;
use crate::guard::ClientNetwork;

impl<S: Source> Snapshot<'_, S> {
    /// Every block that is kept, those whose time is over included.
    pub(crate) fn blocks(&self) -> Result<Vec<(ClientNetwork, Block)>, StorageFailure> {
        let rows = self.source().range(Space::Blocks, &[][..]..=&[0xff; 64][..])?;
        rows.map(|row| {
            let (key, value) = row.map_err(StorageFailure::from)?;
            let network = text(key.value()).and_then(|text| text.parse().ok());
            let network = network.ok_or_else(|| unreadable("address block", "its key is no address".to_owned()))?;
            Ok((network, decode(value.value())?))
        })
        .collect()
    }

    /// The block of one network, also where its time is over.
    pub(crate) fn block(&self, network: ClientNetwork) -> Result<Option<Block>, StorageFailure> {
        let row = self.source().get(Space::Blocks, network.to_string().as_bytes())?;
        row.map(|row| decode(row.value())).transpose()
    }

    /// Assets that an administrator has closed for purchases.
    pub(crate) fn closed_assets(&self) -> Result<BTreeSet<AssetId>, StorageFailure> {
        let rows = self.source().range(Space::ClosedAssets, &[][..]..=&[0xff; 64][..])?;
        rows.map(|row| {
            let (key, _) = row.map_err(StorageFailure::from)?;
            let asset_id = text(key.value()).and_then(|text| text.parse().ok());
            asset_id.ok_or_else(|| unreadable("closed asset", "its key is no asset".to_owned()))
        })
        .collect()
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
