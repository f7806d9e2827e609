//! The JSON of a portfolio, written in one go; a test holds it to the derived form.

use cnop_core::api::{Portfolio, PortfolioAsset};
use cnop_core::short_text::ToShortText;

use super::json_text::{push_optional, short};

/// About the longest asset, and what stands around all of them.
const ASSET_BYTES: usize = 320;

/// A portfolio as its type would be.
pub(super) fn portfolio_json(portfolio: &Portfolio) -> String {
    let mut json = String::with_capacity(ASSET_BYTES * (portfolio.assets.len() + 1));
    json.push_str(r#"{"assets":["#);
    for (index, asset) in portfolio.assets.iter().enumerate() {
        json.push_str(if index > 0 { "," } else { "" });
        push_asset(&mut json, asset);
    }
    // Each begins by closing what stands before it: fewer and longer pieces.
    let mut text = |name: &str, value: &str| {
        json.push_str(name);
        json.push_str(value);
    };
    text(r#"],"cash_balance":""#, &portfolio.cash_balance.short_text());
    text(r#"","total_value":""#, &portfolio.total_value.short_text());
    text(r#"","total_unrealized_pnl":""#, &portfolio.total_unrealized_pnl.short_text());
    text(r#"","day_change":""#, &portfolio.day_change.short_text());
    text(r#"","as_of":""#, &portfolio.as_of.short_text());
    text(r#""}"#, "");
    json
}

fn push_asset(json: &mut String, asset: &PortfolioAsset) {
    json.push_str(r#"{"asset_id":""#);
    json.push_str(asset.asset_id.as_str());
    json.push_str(r#"","quantity":""#);
    json.push_str(&asset.quantity.short_text());
    push_optional(json, r#"","current_price":"#, short(asset.current_price));
    push_optional(json, r#","market_value":"#, short(asset.market_value));
    push_optional(json, r#","percentage":"#, short(asset.percentage));
    push_optional(json, r#","average_cost":"#, short(asset.average_cost));
    push_optional(json, r#","unrealized_pnl":"#, short(asset.unrealized_pnl));
    push_optional(json, r#","unrealized_pnl_percentage":"#, short(asset.unrealized_pnl_percentage));
    push_optional(json, r#","day_change":"#, short(asset.day_change));
    json.push_str(if asset.stale { r#","stale":true}"# } else { r#","stale":false}"# });
}

#[cfg(test)]
mod tests {
    use cnop_core::money::Percent;

    use super::*;

    #[test]
    fn a_portfolio_is_written_as_its_type_would_be() {
        let known = PortfolioAsset {
            asset_id: "1INCH".parse().unwrap(),
            quantity: "0.05".parse().unwrap(),
            current_price: Some("84110.4".parse().unwrap()),
            market_value: Some("4205.52".parse().unwrap()),
            percentage: Some(Percent::from_hundredths(4_205)),
            average_cost: Some("90000.00000001".parse().unwrap()),
            unrealized_pnl: Some("-294.48".parse().unwrap()),
            unrealized_pnl_percentage: Some(Percent::from_hundredths(-654)),
            day_change: Some("0".parse().unwrap()),
            stale: false,
        };
        let unknown = PortfolioAsset {
            asset_id: "GONE".parse().unwrap(),
            current_price: None,
            market_value: None,
            percentage: None,
            average_cost: None,
            unrealized_pnl: None,
            unrealized_pnl_percentage: None,
            day_change: None,
            stale: true,
            ..known.clone()
        };
        for assets in [vec![], vec![unknown.clone()], vec![known, unknown]] {
            let portfolio = Portfolio {
                assets,
                cash_balance: "5794.48".parse().unwrap(),
                total_value: "10000".parse().unwrap(),
                total_unrealized_pnl: "-294.48".parse().unwrap(),
                day_change: "0.00000001".parse().unwrap(),
                as_of: "2026-02-15T08:00:00.007Z".parse().unwrap(),
            };
            assert_eq!(portfolio_json(&portfolio), serde_json::to_string(&portfolio).unwrap());
        }
    }
}
