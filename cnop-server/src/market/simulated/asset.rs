//! One asset ready to be asked: its model turned into the paths behind it.

use super::{
    AssetModel, Behaviour, coin::Coin, market::Market, noise::Noise, peg::Peg, volume::Volume, wobble::Wobble,
};

const MOTION: u64 = 1;
const VOLUME: u64 = 2;

/// The farthest an asset strays from the one it stands for, as a share of the price.
const FOLLOWING_BOUND: f64 = 0.004;

#[derive(Debug)]
pub(super) struct Asset {
    pub(super) start_price: f64,
    pub(super) motion: Motion,
    pub(super) volume: Volume,
}

#[derive(Debug)]
pub(super) enum Motion {
    Coin(Coin),
    Pegged(Peg),
    /// Moves as the coin at this place in the list, but for the wobble.
    Follows(usize, Wobble),
}

impl Asset {
    /// `noise` is this asset's own.
    pub(super) fn new(model: &AssetModel, noise: Noise, market: &Market) -> Self {
        let motion_noise = noise.child(MOTION);
        let motion = match model.behaviour {
            Behaviour::Coin { annual_volatility, market_loading } => {
                Motion::Coin(Coin::new(annual_volatility, market_loading, motion_noise, market))
            }
            Behaviour::Pegged => Motion::Pegged(Peg::new(model.start_price, motion_noise, &market.volatility)),
            Behaviour::Follows(leader) => {
                let wobble = Wobble::new(FOLLOWING_BOUND, motion_noise, &market.volatility);
                Motion::Follows(leader, wobble)
            }
        };
        Self { start_price: model.start_price, motion, volume: Volume::new(model.base_volume, noise.child(VOLUME)) }
    }
}
