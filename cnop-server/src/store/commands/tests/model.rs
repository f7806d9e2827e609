//! What the store should do, told a second time and more simply: whole numbers, one wallet a user, one market a step.

use std::collections::BTreeMap;

/// What is traded here, by number.
pub(super) const ASSETS: [&str; 3] = ["BTC", "DOGE", "DUST"];
/// Units of USD and of quantities.
pub(super) const UNIT: i128 = 100_000_000;
pub(super) const CENT: i128 = 1_000_000;
/// What one unit of USD is in products of prices and quantities.
const PRODUCT: i128 = 1_000_000_000_000;
/// The most of an asset that can be owned.
const MOST: i128 = 1_000_000_000_000 * UNIT;
const DAY_MS: i64 = 86_400_000;
pub(super) const POCKET: i128 = 888 * CENT;

/// What a user may ask for. Amounts and quantities are units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Deposit(i128),
    Withdraw(i128),
    Claim,
    Buy { asset: usize, quantity: i128 },
    BuyFor { asset: usize, amount: i128 },
    Sell { asset: usize, quantity: i128 },
}

/// A request of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) user: usize,
    pub(super) act: Act,
    pub(super) key: Option<u8>,
}

/// The market of one step.
#[derive(Debug, Clone)]
pub(super) struct Market {
    /// Units of 10⁻¹² USD.
    pub(super) prices: [i128; 3],
    pub(super) inactive: Option<usize>,
    pub(super) stale: Option<usize>,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It happened: what moved.
    Done(Moved),
    /// It had happened before and was answered so.
    Replayed(Vec<u8>),
    /// Nothing, for this reason.
    Refused(&'static str),
}

/// A change of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    /// Negative where it leaves the wallet.
    pub(super) cash: i128,
    /// Which asset, and how much; negative where it leaves the wallet.
    pub(super) asset: Option<(usize, i128)>,
}

/// What a user owns, and what happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wallet {
    pub(super) cash: i128,
    /// Quantity and basis.
    pub(super) holdings: BTreeMap<usize, (i128, i128)>,
    day: i64,
    pub(super) deposited: i128,
    pub(super) withdrawn: i128,
    claimed_on: Option<i64>,
    /// Balances after each change, with its place in the sequence.
    pub(super) history: Vec<(String, i128, i128)>,
    keys: BTreeMap<u8, Key>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    at: i64,
    /// The request and its answer; nothing where the key was settled.
    done: Option<(Act, Vec<u8>)>,
}

fn refuse_if(refused: bool, reason: &'static str) -> Result<(), &'static str> {
    if refused { Err(reason) } else { Ok(()) }
}

impl Market {
    fn price(&self, asset: usize, buying: bool) -> Result<i128, &'static str> {
        refuse_if(buying && self.inactive == Some(asset), "AssetNotTradable")?;
        refuse_if(self.stale == Some(asset), "PriceUnavailable")?;
        Ok(self.prices[asset])
    }
}

impl Wallet {
    /// What will come of a request at `now`.
    pub(super) fn expect(&self, Request { act, key, .. }: &Request, market: &Market, now: i64) -> Outcome {
        match key.and_then(|key| self.key(key, now)) {
            Some(Key { done: None, .. }) => Outcome::Refused("KeyVoid"),
            Some(Key { done: Some((other, _)), .. }) if other != act => Outcome::Refused("KeyReused"),
            Some(Key { done: Some((_, body)), .. }) => Outcome::Replayed(body.clone()),
            None => self.decide(act, market, now / DAY_MS).map_or_else(Outcome::Refused, Outcome::Done),
        }
    }

    fn decide(&self, act: &Act, market: &Market, day: i64) -> Result<Moved, &'static str> {
        let (deposited, withdrawn) = if self.day == day { (self.deposited, self.withdrawn) } else { (0, 0) };
        match *act {
            Act::Deposit(amount) => {
                refuse_if(deposited + amount > 10_000 * UNIT, "DailyLimitExceeded")?;
                Ok(Moved { cash: amount, asset: None })
            }
            Act::Withdraw(amount) => {
                refuse_if(amount > self.cash, "InsufficientFunds")?;
                refuse_if(withdrawn + amount > 5_000 * UNIT, "DailyLimitExceeded")?;
                Ok(Moved { cash: -amount, asset: None })
            }
            Act::Claim => {
                refuse_if(self.claimed_on == Some(day), "AlreadyClaimedToday")?;
                Ok(Moved { cash: POCKET, asset: None })
            }
            Act::Buy { asset, quantity } => self.buy(asset, quantity, market.price(asset, true)?),
            Act::BuyFor { asset, amount } => {
                let price = market.price(asset, true)?;
                let quantity = amount * PRODUCT / price;
                refuse_if(quantity > MOST, "TooLarge")?;
                self.buy(asset, quantity, price)
            }
            Act::Sell { asset, quantity } => self.sell(asset, quantity, market.price(asset, false)?),
        }
    }

    fn buy(&self, asset: usize, quantity: i128, price: i128) -> Result<Moved, &'static str> {
        let cost = (price * quantity + PRODUCT - 1) / PRODUCT;
        refuse_if(cost > 10_000 * UNIT, "OrderValueExceeded")?;
        refuse_if(cost > self.cash, "InsufficientFunds")?;
        refuse_if(self.owned(asset) + quantity > MOST, "TooLarge")?;
        Ok(Moved { cash: -cost, asset: Some((asset, quantity)) })
    }

    fn owned(&self, asset: usize) -> i128 {
        self.holdings.get(&asset).map_or(0, |holding| holding.0)
    }

    fn sell(&self, asset: usize, quantity: i128, price: i128) -> Result<Moved, &'static str> {
        let proceeds = price * quantity / PRODUCT;
        refuse_if(proceeds > 10_000 * UNIT, "OrderValueExceeded")?;
        refuse_if(quantity > self.owned(asset), "InsufficientAssets")?;
        refuse_if(proceeds == 0, "WorthNothing")?;
        Ok(Moved { cash: proceeds, asset: Some((asset, -quantity)) })
    }

    /// Takes in what happened at `now`, and was answered with `body`, which begins with its place in the sequence.
    pub(super) fn take_in(&mut self, Request { act, key, .. }: &Request, moved: Moved, body: &[u8], now: i64) {
        self.turn_to(now / DAY_MS);
        match act {
            Act::Deposit(amount) => self.deposited += amount,
            Act::Withdraw(amount) => self.withdrawn += amount,
            Act::Claim => self.claimed_on = Some(self.day),
            Act::Buy { .. } | Act::BuyFor { .. } | Act::Sell { .. } => {}
        }
        self.cash += moved.cash;
        if let Some((asset, quantity)) = moved.asset {
            let (owned, basis) = self.holdings.entry(asset).or_default();
            *basis -= if quantity < 0 { *basis * -quantity / *owned } else { moved.cash };
            *owned += quantity;
        }
        let sequence = String::from_utf8_lossy(body).split(' ').next().unwrap_or_default().to_owned();
        self.history.push((sequence, moved.cash, self.cash));
        if let Some(key) = key {
            self.keys.insert(*key, Key { at: now, done: Some((act.clone(), body.to_vec())) });
        }
    }

    /// Settles a key: the answer that it had, or nothing. The second is whether that is new.
    pub(super) fn settle(&mut self, key: u8, now: i64) -> (Option<Vec<u8>>, bool) {
        if let Some(known) = self.key(key, now) {
            return (known.done.as_ref().map(|(_, body)| body.clone()), false);
        }
        self.keys.insert(key, Key { at: now, done: None });
        (None, true)
    }

    fn key(&self, key: u8, now: i64) -> Option<&Key> {
        self.keys.get(&key).filter(|key| key.at + DAY_MS > now)
    }

    /// Limits are a day's.
    fn turn_to(&mut self, day: i64) {
        if self.day != day {
            (self.day, self.deposited, self.withdrawn) = (day, 0, 0);
        }
    }
}
