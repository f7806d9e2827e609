//! Holds the catalogue's figures, put through the simulation, against the yardstick: the daily candles of
//! five coins from 2024-06-24 to 2026-06-24. One year of fat tails is noisy, so every claim is about the mean
//! or the median over the years of twelve seeds.

use super::{AssetModel, Behaviour, Simulation, asset_key};

const EPOCH_MS: i64 = 1_741_046_400_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const SEEDS: u64 = 12;

/// Asset, annualised volatility, correlation of daily returns with BTC, all measured on the candles.
const YARDSTICK: [(&str, f64, f64); 5] =
    [("BTC", 0.47, 1.0), ("BNB", 0.52, 0.72), ("ETH", 0.71, 0.83), ("SOL", 0.80, 0.80), ("XRP", 0.83, 0.66)];

/// The catalogue without its text, read by the names of its columns.
struct Catalog {
    ids: Vec<&'static str>,
    models: Vec<AssetModel>,
}

impl Catalog {
    fn read() -> Self {
        let rows = || include_str!("../catalog.csv").lines().skip(1);
        let ids: Vec<_> = rows().map(|row| field(row, "asset_id")).collect();
        let models = rows().map(|row| model(row, &ids)).collect();
        Self { ids, models }
    }

    fn index(&self, asset_id: &str) -> usize {
        index(&self.ids, asset_id)
    }

    fn simulation(&self, seed: u64) -> Simulation {
        Simulation::new(seed, EPOCH_MS, self.models.clone())
    }

    /// A simulation of these coins alone: the same paths in less time.
    fn simulation_of(&self, coins: &[&str], seed: u64) -> Simulation {
        let models = coins.iter().map(|id| self.models[self.index(id)].clone());
        Simulation::new(seed, EPOCH_MS, models.collect())
    }
}

/// Splitting at commas is enough, because no description holds one: the first test says so.
fn field(row: &'static str, column: &str) -> &'static str {
    let columns = include_str!("../catalog.csv").lines().next().unwrap();
    let position = columns.split(',').position(|name| name == column).unwrap();
    row.split(',').nth(position).unwrap()
}

fn index(ids: &[&str], asset_id: &str) -> usize {
    ids.iter().position(|id| *id == asset_id).unwrap()
}

fn model(row: &'static str, ids: &[&str]) -> AssetModel {
    let number = |column| field(row, column).parse::<f64>().unwrap();
    AssetModel {
        key: asset_key(field(row, "asset_id")),
        start_price: number("price_usd"),
        base_volume: number("volume_24h_usd"),
        behaviour: match field(row, "behaviour") {
            "coin" => Behaviour::Coin {
                annual_volatility: number("annual_volatility"),
                market_loading: number("market_loading"),
            },
            "pegged" => Behaviour::Pegged,
            "follows" => Behaviour::Follows(index(ids, field(row, "follows"))),
            other => panic!("unknown behaviour {other}"),
        },
    }
}

/// Log-returns from the epoch on.
fn returns(simulation: &Simulation, asset: usize, step_ms: i64, count: i64) -> Vec<f64> {
    let log = |step| simulation.price_at(asset, EPOCH_MS + step * step_ms).ln();
    (0..count).map(|step| log(step + 1) - log(step)).collect()
}

/// The year of every seed, all assets in the order of [`YARDSTICK`].
fn years() -> Vec<Vec<Vec<f64>>> {
    let catalog = Catalog::read();
    let ids = YARDSTICK.map(|(id, ..)| id);
    let year = |seed| {
        let simulation = catalog.simulation_of(&ids, seed);
        (0..ids.len()).map(|asset| returns(&simulation, asset, DAY_MS, 365)).collect()
    };
    (0..SEEDS).map(year).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The mean product of what two samples deviate from their means.
fn covariance(xs: &[f64], ys: &[f64]) -> f64 {
    let (x_mean, y_mean) = (mean(xs), mean(ys));
    let products = xs.iter().zip(ys).map(|(x, y)| (x - x_mean) * (y - y_mean));
    products.sum::<f64>() / xs.len() as f64
}

fn correlation(xs: &[f64], ys: &[f64]) -> f64 {
    covariance(xs, ys) / (covariance(xs, xs) * covariance(ys, ys)).sqrt()
}

fn kurtosis(values: &[f64]) -> f64 {
    let centre = mean(values);
    let fourth = values.iter().map(|v| (v - centre).powi(4)).sum::<f64>();
    fourth / values.len() as f64 / covariance(values, values).powi(2)
}

fn sum_of_squares(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// The daily log-returns of a file of candles that lies beside the project and is not part of it.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn recorded_returns(asset_id: &str) -> Option<Vec<f64>> {
    let file = format!("{}/../../shared/data/ohlcv-daily/{asset_id}.csv", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("SKIPPED: there is no {file}");
        return None;
    };
    let closes = text.lines().skip(1).map(|line| line.split(',').nth(4).unwrap().parse::<f64>().unwrap().ln());
    let closes: Vec<_> = closes.collect();
    Some(closes.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

#[test]
fn the_yardstick_is_what_the_candles_measure() {
    let Some(btc) = recorded_returns("BTC") else { return };
    for (id, volatility, with_btc) in YARDSTICK {
        let Some(found) = recorded_returns(id) else { return };
        assert!(((covariance(&found, &found) * 365.0).sqrt() - volatility).abs() < 0.01, "{id}");
        assert!((correlation(&found, &btc) - with_btc).abs() < 0.01, "{id}");
        assert!((5.0..11.0).contains(&kurtosis(&found)), "{id}: {}", kurtosis(&found));
    }
}

#[test]
fn every_row_of_the_catalogue_has_every_column() {
    let mut rows = include_str!("../catalog.csv").lines();
    let columns = rows.next().map(|header| header.split(',').count());
    assert!(rows.all(|row| Some(row.split(',').count()) == columns && !row.contains('"')));
    assert_eq!(Catalog::read().ids.len(), 30);
}

#[test]
fn annual_volatility_is_that_of_the_candles() {
    let years = years();
    for (asset, (id, expected, _)) in YARDSTICK.iter().enumerate() {
        let variances: Vec<_> = years.iter().map(|y| covariance(&y[asset], &y[asset])).collect();
        let found = (mean(&variances) * 365.0).sqrt();
        assert!((found / expected - 1.0).abs() < 0.15, "{id}: {found}");
    }
}

#[test]
fn correlations_with_btc_are_those_of_the_candles() {
    let years = years();
    for (asset, (id, _, expected)) in YARDSTICK.iter().enumerate().skip(1) {
        let all: Vec<_> = years.iter().map(|y| correlation(&y[0], &y[asset])).collect();
        let found = mean(&all);
        assert!((found - expected).abs() < 0.04, "{id}: {found}");
        assert!((0.60..0.88).contains(&found), "{id}: {found}");
        assert!(all.iter().all(|c| (0.5..0.93).contains(c)), "{id}: {all:?}");
    }
}

#[test]
fn daily_returns_have_tails_as_fat_as_the_candles() {
    let years = years();
    for (asset, (id, ..)) in YARDSTICK.iter().enumerate() {
        let found = median(years.iter().map(|y| kurtosis(&y[asset])).collect());
        assert!((5.0..11.0).contains(&found), "{id}: {found}");
    }
}

#[test]
fn hours_and_minutes_add_up_to_days() {
    let catalog = Catalog::read();
    let total = |step_ms, days: i64, seeds: u64| -> f64 {
        let of_seed = |seed| returns(&catalog.simulation_of(&["BTC"], seed), 0, step_ms, days * DAY_MS / step_ms);
        (0..seeds).map(|seed| sum_of_squares(&of_seed(seed))).sum()
    };
    let hours = total(HOUR_MS, 200, 6) / total(DAY_MS, 200, 6);
    assert!((hours - 1.0).abs() < 0.3, "hours to days: {hours}");
    let minutes = total(MINUTE_MS, 10, 2) / total(HOUR_MS, 10, 2);
    assert!((minutes - 1.0).abs() < 0.3, "minutes to hours: {minutes}");
}

#[test]
fn hours_correlate_as_days_do() {
    let simulation = Catalog::read().simulation_of(&["BTC", "ETH"], 1);
    let of_asset = |asset| returns(&simulation, asset, HOUR_MS, 2_000);
    let found = correlation(&of_asset(0), &of_asset(1));
    assert!((found - 0.83).abs() < 0.05, "{found}");
}

#[test]
fn stablecoins_stay_within_half_a_percent_of_a_dollar() {
    let catalog = Catalog::read();
    let simulation = catalog.simulation(1);
    for id in ["USDT", "USDC", "USDS", "USDE"] {
        for hour in 0..365 * 24 {
            let price = simulation.price_at(catalog.index(id), EPOCH_MS + hour * HOUR_MS);
            assert!((price - 1.0).abs() <= 0.005, "{id}, hour {hour}: {price}");
        }
    }
}

#[test]
fn followers_stay_within_half_a_percent_of_their_ratio() {
    let catalog = Catalog::read();
    let simulation = catalog.simulation(1);
    let moved = |asset: usize, at_ms| simulation.price_at(asset, at_ms) / catalog.models[asset].start_price;
    for (id, leader) in [("WBTC", "BTC"), ("STETH", "ETH"), ("WETH", "ETH"), ("WSTETH", "ETH")] {
        for step in 0..2_000 {
            let at_ms = EPOCH_MS + step * 4 * HOUR_MS;
            let gap = moved(catalog.index(id), at_ms) / moved(catalog.index(leader), at_ms) - 1.0;
            assert!(gap.abs() < 0.005, "{id}, step {step}: {gap}");
        }
    }
}

#[test]
fn ten_years_stay_within_a_factor_of_twenty() {
    let catalog = Catalog::read();
    for seed in 0..3 {
        let simulation = catalog.simulation(seed);
        for (asset, id) in catalog.ids.iter().enumerate() {
            let (low, high) = simulation.range(asset, EPOCH_MS, EPOCH_MS + 3_650 * DAY_MS);
            let start = catalog.models[asset].start_price;
            assert!(start / low < 20.0 && high / start < 20.0, "{id}: {low} {high}");
        }
    }
}
