//! The words of orders and balance changes, as they stand on the wire.

use std::fmt;
use std::str::FromStr;

/// An enum whose every variant is one word on the wire.
macro_rules! wire_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every word, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let known = Self::ALL.iter().find(|word| word.as_str() == text);
                known.copied().ok_or_else(|| format!("must be one of {}", [$($word),+].join(", ")))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

wire_words!(
    /// What an order does, and when.
    OrderType {
        /// Buys at the price of the moment.
        MarketBuy = "market_buy",
        /// Sells at the price of the moment.
        MarketSell = "market_sell",
        /// Buys once the price is at or below the limit.
        LimitBuy = "limit_buy",
        /// Sells once the price is at or above the limit.
        LimitSell = "limit_sell",
    }
);

wire_words!(
    /// How far an order has come. A market order is born `completed`.
    OrderStatus {
        /// Taken in, not yet looked at.
        Pending = "pending",
        /// Checked.
        Confirmed = "confirmed",
        /// Waiting for its price.
        Queued = "queued",
        /// Its price has come.
        Triggered = "triggered",
        /// Being executed.
        Processing = "processing",
        /// Executed.
        Completed = "completed",
        /// Taken back by its owner, or because its asset may no longer be bought.
        Cancelled = "cancelled",
        /// Could not be executed.
        Failed = "failed",
        /// Its time ran out.
        Expired = "expired",
    }
);

wire_words!(
    /// Why a balance changed.
    TransactionType {
        /// Money paid in.
        Deposit = "deposit",
        /// Money paid out.
        Withdraw = "withdraw",
        /// Paid for a purchase.
        OrderPayment = "order_payment",
        /// Received for a sale.
        OrderSale = "order_sale",
        /// Given by the system, such as a red pocket.
        SystemAdjustment = "system_adjustment",
    }
);

wire_words!(
    /// How far a change of a balance has come. Everything in the ledger is `completed`.
    TransactionStatus {
        /// Under way.
        Pending = "pending",
        /// Done.
        Completed = "completed",
        /// Could not be done.
        Failed = "failed",
        /// Taken back.
        Cancelled = "cancelled",
    }
);

wire_words!(
    /// Which way an asset went, as its history names it.
    AssetTransactionType {
        /// Into the account.
        Buy = "BUY",
        /// Out of the account.
        Sell = "SELL",
    }
);

wire_words!(
    /// How far a trade in an asset's history has come.
    AssetTransactionStatus {
        /// Under way.
        Pending = "PENDING",
        /// Done.
        Completed = "COMPLETED",
        /// Could not be done.
        Failed = "FAILED",
    }
);

/// Which way an asset goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Into the account, against cash.
    Buy,
    /// Out of the account, for cash.
    Sell,
}

impl Side {
    /// The market order of this side.
    pub fn market(self) -> OrderType {
        match self {
            Self::Buy => OrderType::MarketBuy,
            Self::Sell => OrderType::MarketSell,
        }
    }

    /// The limit order of this side.
    pub fn limit(self) -> OrderType {
        match self {
            Self::Buy => OrderType::LimitBuy,
            Self::Sell => OrderType::LimitSell,
        }
    }
}

impl OrderType {
    /// Whether it waits for its price.
    pub fn is_limit(self) -> bool {
        matches!(self, Self::LimitBuy | Self::LimitSell)
    }
}
