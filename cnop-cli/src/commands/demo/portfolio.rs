//! What the demo owns in the end, and what is said of it.

use cnop_core::api::{Portfolio, PortfolioAsset};
use cnop_core::money::Usd;

use super::Demo;
use super::check::{ensure, ensure_equal, ensure_some};
use crate::failure::Failure;
use crate::format::{self, or_unknown};

impl Demo<'_> {
    pub(super) async fn portfolio(&mut self) -> Result<(), Failure> {
        self.narrator.step("See the portfolio")?;
        self.narrator.calls("GET", "/portfolio")?;
        let portfolio = self.client.portfolio().await?;
        for asset in &portfolio.assets {
            self.narrator.came_back(&describe(asset))?;
        }
        self.check_portfolio(&portfolio)?;
        let (cash, total) = (format::usd(portfolio.cash_balance), format::usd(portfolio.total_value));
        self.narrator.came_back(&format!("{cash} in cash, {total} in all"))
    }

    /// One asset, in the quantity that the trades left; the total is cash and what the asset is worth at its price.
    fn check_portfolio(&self, portfolio: &Portfolio) -> Result<(), Failure> {
        let [asset] = portfolio.assets.as_slice() else {
            return Err(Failure::Contradiction(format!("there are {} assets, not 1", portfolio.assets.len())));
        };
        ensure_equal("what is owned", &asset.quantity, &self.owned)?;
        ensure_equal("the cash", &format::usd(portfolio.cash_balance), &format::usd(self.cash))?;
        let price = ensure_some("the asset's price", asset.current_price)?;
        let value = price.value_rounded_down(asset.quantity);
        let shown = asset.market_value.unwrap_or(Usd::ZERO);
        ensure_equal("the asset's value", &format::usd(shown), &format::usd(value))?;
        let total = ensure_some("a total within the range", self.cash.checked_add(value))?;
        ensure_equal("the total", &format::usd(portfolio.total_value), &format::usd(total))
    }

    pub(super) async fn insight(&mut self) -> Result<(), Failure> {
        self.narrator.step("Ask for an insight")?;
        self.narrator.calls("GET", "/insights/portfolio")?;
        let insight = self.client.insight(false).await?;
        ensure(!insight.summary.trim().is_empty(), || "the insight says nothing".to_owned())?;
        self.narrator.came_back(&format!("{} says: {}", insight.model, insight.summary))
    }
}

fn describe(asset: &PortfolioAsset) -> String {
    let price = or_unknown(asset.current_price, format::price);
    let value = or_unknown(asset.market_value, format::usd);
    let gain = or_unknown(asset.unrealized_pnl, format::signed_usd);
    format!("{} {} at {price}: {value}, {gain} against its cost", asset.quantity, asset.asset_id)
}
