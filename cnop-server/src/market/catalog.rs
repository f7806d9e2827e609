//! The assets that come with the server: facts of 4 March 2025, and how each moves in the simulated market.

use std::collections::HashMap;

use anyhow::{Context, bail};
use cnop_core::asset_id::AssetId;
use cnop_core::money::Figure;
use cnop_core::time::Timestamp;
use serde::Deserialize;

use super::book::Facts;
use super::simulated::{AssetModel, Behaviour, asset_key};

const TABLE: &str = include_str!("catalog.csv");

/// An asset of the table.
pub(crate) struct CatalogEntry {
    /// What it is.
    pub(crate) facts: Facts,
    /// How it moves.
    pub(crate) model: AssetModel,
}

/// A row as it stands in the file.
#[derive(Deserialize)]
struct Row {
    asset_id: AssetId,
    name: String,
    category: String,
    description: String,
    price_usd: f64,
    volume_24h_usd: f64,
    circulating_supply: Option<String>,
    total_supply: Option<String>,
    max_supply: Option<String>,
    ath_usd: Option<String>,
    ath_date: Option<String>,
    atl_usd: Option<String>,
    atl_date: Option<String>,
    behaviour: String,
    annual_volatility: Option<f64>,
    market_loading: Option<f64>,
    follows: Option<AssetId>,
}

/// The bundled assets by rank.
///
/// # Errors
/// Where the table that was built in is not well formed; a test holds that it is.
pub(crate) fn catalog() -> anyhow::Result<Vec<CatalogEntry>> {
    let rows: Vec<Row> = csv::Reader::from_reader(TABLE.as_bytes()).deserialize().collect::<Result<_, _>>()?;
    let places: HashMap<AssetId, usize> = rows.iter().enumerate().map(|(place, row)| (row.asset_id, place)).collect();
    let entries = rows.into_iter().zip(1..).map(|(row, rank)| {
        let name = row.asset_id;
        entry(row, rank, &places).with_context(|| format!("asset {name} of the bundled table"))
    });
    entries.collect()
}

fn entry(row: Row, rank: u32, places: &HashMap<AssetId, usize>) -> anyhow::Result<CatalogEntry> {
    let model = AssetModel {
        key: asset_key(row.asset_id.as_str()),
        start_price: row.price_usd,
        base_volume: row.volume_24h_usd,
        behaviour: behaviour(&row, places)?,
    };
    let facts = Facts {
        asset_id: row.asset_id,
        name: row.name,
        description: row.description,
        category: row.category,
        image: None,
        provider_id: None,
        rank,
        circulating_supply: figure(row.circulating_supply)?,
        total_supply: figure(row.total_supply)?,
        max_supply: figure(row.max_supply)?,
        all_time_high: extreme(row.ath_usd, row.ath_date)?,
        all_time_low: extreme(row.atl_usd, row.atl_date)?,
    };
    Ok(CatalogEntry { facts, model })
}

fn behaviour(row: &Row, places: &HashMap<AssetId, usize>) -> anyhow::Result<Behaviour> {
    match (row.behaviour.as_str(), row.annual_volatility, row.market_loading, row.follows) {
        ("coin", Some(annual_volatility), Some(market_loading), None) => {
            Ok(Behaviour::Coin { annual_volatility, market_loading })
        }
        ("pegged", None, None, None) => Ok(Behaviour::Pegged),
        ("follows", None, None, Some(leader)) => {
            places.get(&leader).copied().map(Behaviour::Follows).context("it follows an asset that is not listed")
        }
        _ => bail!("its behaviour is not described completely"),
    }
}

fn figure(text: Option<String>) -> anyhow::Result<Option<Figure>> {
    Ok(text.map(|text| text.parse()).transpose()?)
}

fn extreme(value: Option<String>, date: Option<String>) -> anyhow::Result<Option<(Figure, Timestamp)>> {
    let Some((value, date)) = value.zip(date) else { return Ok(None) };
    Ok(Some((value.parse()?, format!("{date}T00:00:00Z").parse()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_table_is_well_formed() {
        let entries = catalog().unwrap();
        assert_eq!(entries.len(), 30);
        assert_eq!(entries[0].facts.asset_id.as_str(), "BTC");
        assert!(entries[0].model.start_price < 100_000.0, "0.1 BTC must fit into a day's deposit");
        assert!(entries.iter().all(|entry| entry.facts.description.ends_with('.')));
    }
}
