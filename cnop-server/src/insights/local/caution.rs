//! What the other sentences cannot stand for: prices that are old or missing.

use cnop_core::asset_id::AssetId;

use super::prose::listed;
use crate::insights::facts::Facts;

/// `None` where every price is fresh.
pub(super) fn caution(facts: &Facts) -> Option<String> {
    let stale: Vec<_> = facts.holdings.iter().filter(|holding| holding.stale).map(|holding| holding.asset_id).collect();
    let reasons: Vec<_> = [old(&stale), missing(&facts.unpriced)].into_iter().flatten().collect();
    (!reasons.is_empty()).then(|| format!("Read these figures with care: {}.", reasons.join(", and ")))
}

fn old(ids: &[AssetId]) -> Option<String> {
    match ids {
        [] => None,
        [id] => Some(format!("the price of {id} is old")),
        ids => Some(format!("the prices of {} are old", listed(ids))),
    }
}

fn missing(ids: &[AssetId]) -> Option<String> {
    let are = if ids.len() == 1 { "is" } else { "are" };
    (!ids.is_empty()).then(|| format!("{} {are} left out for want of a price", listed(ids)))
}
