//! What the simulation is told about an asset. The figures are the catalogue's.

/// How one asset moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Behaviour {
    /// Floats freely. `annual_volatility` is the standard deviation of a year's log-returns (0.5 is 50 %),
    /// `market_loading` the correlation with the market, from -1 to 1.
    Coin { annual_volatility: f64, market_loading: f64 },
    /// Stays within half a percent of one dollar.
    Pegged,
    /// Moves as the coin at this index of the list does, within 0.4 %.
    Follows(usize),
}

/// What the simulation needs to know about one asset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AssetModel {
    /// Names the asset's noise, see [`asset_key`]: its path stays when the list is reordered.
    pub(crate) key: u64,
    /// Price at the epoch in USD, above 0.
    pub(crate) start_price: f64,
    /// Usual volume of 24 hours in USD.
    pub(crate) base_volume: f64,
    pub(crate) behaviour: Behaviour,
}

impl AssetModel {
    /// Following one another in a circle would never end, so only coins may be followed.
    pub(super) fn follows_nothing_or_a_coin_of(&self, list: &[Self]) -> bool {
        let Behaviour::Follows(leader) = self.behaviour else {
            return true;
        };
        matches!(list.get(leader).map(|leader| leader.behaviour), Some(Behaviour::Coin { .. }))
    }
}

/// The stable number of an asset id such as `BTC`: FNV-1a, 64 bits.
pub(crate) fn asset_key(asset_id: &str) -> u64 {
    asset_id
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asset_keys_are_fnv_1a() {
        // From the reference vectors of the FNV draft (draft-eastlake-fnv, appendix C).
        assert_eq!(asset_key(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(asset_key("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(asset_key("foobar"), 0x8594_4171_F739_67E8);
    }
}
