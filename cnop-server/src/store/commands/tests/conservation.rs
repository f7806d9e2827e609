//! Properties of every sequence of requests, restarts and steps of the clock: see [`world`](super::world) for how they are
//! held, and [`model`](super::model) for what should happen.

use proptest::prelude::*;

use super::model::{Act, CENT, Market, Request, UNIT};
use super::world::{Ask, Step, USERS, World};

const HOUR_MS: i64 = 3_600_000;
/// Keys are few, so that they meet again.
const KEYS: u8 = 8;
/// The most of each asset that is traded at once: worth some thousands of USD.
const MOST: [i128; 3] = [UNIT / 5, 40_000 * UNIT, 600_000_000_000 * UNIT];

fn quantity(asset: usize) -> impl Strategy<Value = i128> {
    let (least, most) = (UNIT / 1_000, MOST[asset]);
    prop_oneof![Just(least), Just(most / 10), Just(most / 4), least..=most]
}

fn cents(most: i128) -> impl Strategy<Value = i128> {
    prop_oneof![Just(1), Just(most / 2), 1..=most].prop_map(|cents| cents * CENT)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => cents(600_000).prop_map(Act::Deposit),
        2 => cents(300_000).prop_map(Act::Withdraw),
        1 => Just(Act::Claim),
        4 => (0..3_usize).prop_flat_map(|asset| quantity(asset).prop_map(move |quantity| Act::Buy { asset, quantity })),
        3 => (0..3_usize, cents(300_000)).prop_map(|(asset, amount)| Act::BuyFor { asset, amount }),
        4 => (0..3_usize).prop_flat_map(|asset| quantity(asset).prop_map(move |quantity| Act::Sell { asset, quantity })),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    (0..USERS.len(), act(), prop::option::weighted(0.7, 0..KEYS)).prop_map(|(user, act, key)| Request {
        user,
        act,
        key,
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        10 => request().prop_map(Ask::New),
        8 => any::<prop::sample::Index>().prop_map(Ask::Again),
        1 => (0..USERS.len(), 0..KEYS).prop_map(|(user, key)| Ask::Settle { user, key }),
        1 => Just(Ask::Prune),
    ]
}

/// BTC at tens of thousands, DOGE at tenths of a USD, DUST at less than the smallest unit of USD.
fn market() -> impl Strategy<Value = Market> {
    let usd = 1_000_000_000_000_i128;
    let prices = (20_000 * usd..100_000 * usd, usd / 10..usd, 100..20_000_i128);
    let some_asset = || prop_oneof![4 => Just(None), 1 => (0..3_usize).prop_map(Some)];
    (prices, some_asset(), some_asset()).prop_map(|((btc, doge, dust), inactive, stale)| Market {
        prices: [btc, doge, dust],
        inactive,
        stale,
    })
}

/// Moments, hours and days forward, and hours back.
fn clock_ms() -> impl Strategy<Value = i64> {
    prop_oneof![
        2 => 0..5_000_i64,
        3 => HOUR_MS..13 * HOUR_MS,
        1 => 24 * HOUR_MS - 2..=24 * HOUR_MS + 2,
        1 => 25 * HOUR_MS..72 * HOUR_MS,
        2 => -30 * HOUR_MS..0_i64,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    (clock_ms(), prop::bool::weighted(0.2), market(), prop::collection::vec(ask(), 1..24))
        .prop_map(|(clock_ms, restart, market, asks)| Step { clock_ms, restart, market, asks })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_store_does_what_the_model_says(steps in prop::collection::vec(step(), 8..16)) {
        let world = steps.iter().fold(World::new(), World::take);
        world.restarted().assert_as_modelled();
    }
}
