//! What an account owns of one asset.

use crate::money::{Quantity, Usd};
use crate::time::Timestamp;

/// The most cash, or the largest cost basis, an account can have. It keeps every product in the range of an `i128`.
pub(super) const MAX_CASH: Usd = Usd::whole(10_000_000_000);

/// A quantity of one asset and what it cost. It stays at quantity 0 once everything is sold: "never held" and "sold"
/// are two answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Everything owned, what is held for open sell orders included.
    pub quantity: Quantity,
    /// What open sell orders have set aside.
    pub held: Quantity,
    /// What the quantity cost, exactly; a partial sale removes its share, rounded down.
    pub basis: Usd,
    /// When the first of it was bought.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Holding {
    /// Nothing yet, from `at` on.
    pub(super) fn opened(at: Timestamp) -> Self {
        Self { quantity: Quantity::ZERO, held: Quantity::ZERO, basis: Usd::ZERO, created_at: at, updated_at: at }
    }

    /// What can be sold.
    pub fn available(&self) -> Quantity {
        self.quantity.checked_sub(self.held).expect("never more held than owned")
    }

    /// Basis for each unit, 8 decimals, half to even; `None` at quantity 0.
    pub fn average_cost(&self) -> Option<Usd> {
        self.basis.per_unit(self.quantity)
    }

    /// Sets a part aside; `None` where less is available.
    pub(super) fn set_aside(&self, quantity: Quantity, at: Timestamp) -> Option<Self> {
        self.available().checked_sub(quantity)?;
        Some(Self { held: self.held.checked_add(quantity)?, updated_at: at, ..self.clone() })
    }

    /// Makes a part available again; `None` where less is held.
    pub(super) fn release(&self, quantity: Quantity, at: Timestamp) -> Option<Self> {
        Some(Self { held: self.held.checked_sub(quantity)?, updated_at: at, ..self.clone() })
    }

    /// Takes in a purchase; `None` beyond the ranges.
    pub(super) fn bought(&self, quantity: Quantity, cost: Usd, at: Timestamp) -> Option<Self> {
        let quantity = self.quantity.checked_add(quantity)?;
        let basis = self.basis.checked_add(cost).filter(|basis| *basis <= MAX_CASH)?;
        Some(Self { quantity, basis, updated_at: at, ..self.clone() })
    }

    /// Lets go of a sale; `None` where it is more than is available.
    pub(super) fn sold(&self, quantity: Quantity, at: Timestamp) -> Option<Self> {
        self.available().checked_sub(quantity)?;
        let basis = self.basis.checked_sub(self.basis.share_rounded_down(quantity, self.quantity)?)?;
        Some(Self { quantity: self.quantity.checked_sub(quantity)?, basis, updated_at: at, ..self.clone() })
    }
}
