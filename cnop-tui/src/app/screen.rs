//! The screens: which there are, and what a person is doing on each.

pub(crate) mod account;
pub(crate) mod asset;
pub(crate) mod dashboard;
pub(crate) mod insights;
pub(crate) mod market;
pub(crate) mod orders;
pub(crate) mod portfolio;
pub(crate) mod profile;

use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::time::Timestamp;

use super::action::{Action, Place};
use super::age::changes_at;
use super::effect::Question;
use super::key::Key;
use super::state::{Data, Step};
use super::update::Turn;

/// One of the seven, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Screen {
    #[default]
    Dashboard,
    Market,
    Portfolio,
    Orders,
    Account,
    Insights,
    Profile,
}

impl Screen {
    /// All, in order.
    pub(crate) const ALL: [Self; 7] =
        [Self::Dashboard, Self::Market, Self::Portfolio, Self::Orders, Self::Account, Self::Insights, Self::Profile];

    /// Its name on the screen.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::Market => "Market",
            Self::Portfolio => "Portfolio",
            Self::Orders => "Orders",
            Self::Account => "Account",
            Self::Insights => "Insights",
            Self::Profile => "Profile",
        }
    }

    /// The screen so many places further, round and round.
    pub(crate) fn further(self, places: usize) -> Self {
        Self::ALL[(self as usize + places) % Self::ALL.len()]
    }
}

/// Everything that a person is doing on the screens. What they left is there when they come back.
#[derive(Debug, Default)]
pub(crate) struct Screens {
    /// The one that is seen.
    pub(crate) at: Screen,
    /// Those that were seen before it, the last one last: what Escape goes back to.
    before: Vec<Screen>,
    /// The page of an asset, over whichever screen it was opened from.
    pub(crate) asset: Option<asset::AssetPage>,
    pub(crate) dashboard: dashboard::Dashboard,
    pub(crate) market: market::MarketScreen,
    pub(crate) portfolio: portfolio::PortfolioScreen,
    pub(crate) orders: orders::OrdersScreen,
    pub(crate) account: account::AccountScreen,
    pub(crate) insights: insights::InsightsScreen,
    pub(crate) profile: profile::ProfileScreen,
}

/// Screens that Escape can go back over.
const MAX_STEPS_BACK: usize = 16;

impl Screens {
    /// Goes to a screen, and remembers the one that is left.
    pub(crate) fn go(&mut self, screen: Screen) {
        self.asset = None;
        if screen == self.at {
            return;
        }
        if self.before.len() == MAX_STEPS_BACK {
            self.before.remove(0);
        }
        self.before.push(self.at);
        self.at = screen;
    }

    /// Goes back to the screen that was seen before, and says whether there was one.
    pub(crate) fn go_back(&mut self) -> bool {
        let before = self.before.pop();
        self.at = before.unwrap_or(self.at);
        before.is_some()
    }

    /// When something that is seen will say that it is older; `None` where nothing says how old it is.
    pub(crate) fn age_changes_at(&self, data: &Data, now: Timestamp) -> Option<Timestamp> {
        let since = match self.place() {
            Place::Asset | Place::Screen(Screen::Dashboard | Screen::Market | Screen::Portfolio) => {
                let assets = data.market.assets.get().into_iter().flatten();
                return assets.filter_map(|asset| data.age_changes_at(asset, now)).min();
            }
            Place::Screen(Screen::Insights) => data.wallet.insight.get().map(|insight| insight.generated_at),
            _ => None,
        };
        since.map(|since| changes_at(data.market.local(since), now))
    }

    /// An order changed: who shows what follows from it asks for that.
    pub(crate) fn tell_order(&mut self, order: &Order, turn: &mut Turn<'_>) {
        if let Some(page) = &mut self.asset {
            page.tell_order(order, turn);
        }
    }

    /// Cash changed: so did its history, and what may still be paid in and out.
    pub(crate) fn tell_balance(&mut self, turn: &mut Turn<'_>) {
        if self.at == Screen::Account {
            turn.ask(Question::Limits);
            turn.ask(Question::Transactions(None));
        }
    }

    /// Where the keys are.
    pub(crate) fn place(&self) -> Place {
        if self.asset.is_some() { Place::Asset } else { Place::Screen(self.at) }
    }

    /// Whether what is typed goes into a text.
    pub(crate) fn is_typing(&self) -> bool {
        self.asset.is_none() && self.at == Screen::Market && self.market.is_typing()
    }

    /// Takes a key into the text that is being typed.
    pub(crate) fn type_key(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        self.market.type_key(key, turn)
    }

    /// The asset that `b` and `s` are about.
    pub(crate) fn chosen_asset(&self, turn: &Turn<'_>) -> Option<AssetId> {
        if let Some(page) = &self.asset {
            return Some(page.asset_id);
        }
        match self.at {
            Screen::Market => self.market.chosen(turn.data),
            Screen::Portfolio => self.portfolio.chosen(turn.data),
            Screen::Dashboard => self.dashboard.chosen(turn.data),
            Screen::Orders => self.orders.chosen(turn.data).map(|order| order.asset_id),
            _ => None,
        }
    }

    /// Chooses a row of what is seen.
    pub(crate) fn choose(&mut self, row: usize, data: &Data) {
        if let Some(page) = &mut self.asset {
            let keys = page.keys();
            return page.picker.choose(row, &keys);
        }
        match self.at {
            Screen::Dashboard => self.dashboard.picker.choose(row, &dashboard::Dashboard::keys(data)),
            Screen::Market => self.market.choose(row, data),
            Screen::Portfolio => self.portfolio.picker.choose(row, &portfolio::PortfolioScreen::keys(data)),
            Screen::Orders => {
                let keys = self.orders.keys(data);
                self.orders.picker.choose(row, &keys);
            }
            Screen::Account => self.account.picker.choose(row, &account::AccountScreen::keys(data)),
            Screen::Insights | Screen::Profile => {}
        }
    }

    /// Hands an action to what is seen.
    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        if let Some(page) = &mut self.asset {
            return page.act(action, turn);
        }
        match self.at {
            Screen::Dashboard => self.dashboard.act(action, turn),
            Screen::Market => self.market.act(action, turn),
            Screen::Portfolio => self.portfolio.act(action, turn),
            Screen::Orders => self.orders.act(action, turn),
            Screen::Account => self.account.act(action, turn),
            Screen::Insights => self.insights.act(action, turn),
            Screen::Profile => self.profile.act(action, turn),
        }
    }

    /// What is seen was come to, or is to be asked anew: it says what it needs.
    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        if let Some(page) = &mut self.asset {
            return page.enter(turn);
        }
        match self.at {
            Screen::Dashboard => self.dashboard.enter(turn),
            Screen::Market => self.market.enter(turn),
            Screen::Portfolio => self.portfolio.enter(turn),
            Screen::Orders => self.orders.enter(turn),
            Screen::Account => self.account.enter(turn),
            Screen::Insights => self.insights.enter(turn),
            Screen::Profile => self.profile.enter(turn),
        }
    }
}
