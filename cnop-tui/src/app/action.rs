//! Everything that can be done with a key: the one list behind dispatch, footer, help, palette and the manual.

use super::key::Key;
use super::screen::Screen;

/// Something that a person can do. What it does is decided by whoever has the keyboard: a layer, else a screen, else
/// `update`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Go(Screen),
    NextScreen,
    PreviousScreen,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Back,
    Buy,
    Sell,
    Search,
    Favourite,
    SortNext,
    SortReverse,
    Filter,
    FilterAsset,
    Fills,
    Kind,
    Unit,
    Share,
    Register,
    Yes,
    No,
    Cancel,
    CancelAll,
    Deposit,
    Withdraw,
    Edit,
    ChangePassword,
    LogOut,
    Refresh,
    Pocket,
    Theme,
    Palette,
    Help,
    Redraw,
    Suspend,
    Quit,
}

/// Where an action can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// On every screen and on the page of an asset.
    Everywhere,
    /// In these places only.
    On(&'static [Place]),
}

/// A place with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// One of the seven.
    Screen(Screen),
    /// The page of one asset.
    Asset,
    /// The fields of a ticket.
    Ticket,
    /// The window of an order.
    Order,
    /// A question before something is taken away.
    Question,
    /// The log-in.
    LogIn,
}

/// How prominently an action is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In the footer, help, palette and manual.
    Everywhere,
    /// In help, palette and manual.
    InHelp,
    /// Nowhere: one has to find out.
    Nowhere,
}

/// An action, and what is to be known of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// What it is.
    pub(crate) action: Action,
    /// Its name for files and tests.
    pub(crate) id: &'static str,
    /// What it does, in a few words.
    pub(crate) title: &'static str,
    /// The same in one or two, for the footer.
    pub(crate) short: &'static str,
    /// What to press.
    pub(crate) keys: &'static [Key],
    /// Where.
    pub(crate) place: Where,
    /// Whether it takes something away.
    pub(crate) destructive: bool,
    /// The command line that does the same.
    pub(crate) command: Option<&'static str>,
    /// Where it is told of.
    pub(crate) shown: Shown,
}

const MARKET: Place = Place::Screen(Screen::Market);
const TRADED: &[Place] = &[
    MARKET,
    Place::Asset,
    Place::Screen(Screen::Portfolio),
    Place::Screen(Screen::Orders),
    Place::Screen(Screen::Dashboard),
];
const ORDERS: &[Place] = &[Place::Screen(Screen::Orders)];
const CANCELLED: &[Place] = &[Place::Screen(Screen::Orders), Place::Order];
const TICKET: &[Place] = &[Place::Ticket];
const ACCOUNT: &[Place] = &[Place::Screen(Screen::Account)];
const PROFILE: &[Place] = &[Place::Screen(Screen::Profile)];

impl Spec {
    const fn new(
        action: Action,
        id: &'static str,
        title: &'static str,
        short: &'static str,
        keys: &'static [Key],
    ) -> Self {
        let (place, shown) = (Where::Everywhere, Shown::Everywhere);
        Self { action, id, title, short, keys, place, destructive: false, command: None, shown }
    }

    const fn on(self, places: &'static [Place]) -> Self {
        Self { place: Where::On(places), ..self }
    }

    const fn command(self, command: &'static str) -> Self {
        Self { command: Some(command), ..self }
    }

    const fn destructive(self) -> Self {
        Self { destructive: true, ..self }
    }

    const fn quiet(self) -> Self {
        Self { shown: Shown::InHelp, ..self }
    }

    const fn hidden(self) -> Self {
        Self { shown: Shown::Nowhere, ..self }
    }

    /// Whether it can be done in a place.
    pub(crate) fn holds_in(&self, place: Place) -> bool {
        match self.place {
            Where::Everywhere => matches!(place, Place::Screen(_) | Place::Asset),
            Where::On(places) => places.contains(&place),
        }
    }
}

/// Every action, in the order of help.
pub(crate) const REGISTRY: &[Spec] = &[
    Spec::new(Action::Buy, "buy", "Buy the chosen asset", "Buy", &[Key::Char('b')])
        .on(TRADED)
        .command("cnop buy ASSET"),
    Spec::new(Action::Sell, "sell", "Sell the chosen asset", "Sell", &[Key::Char('s')])
        .on(TRADED)
        .command("cnop sell ASSET"),
    Spec::new(Action::Search, "search", "Search by name or ticker", "Search", &[Key::Char('/')])
        .on(&[MARKET])
        .command("cnop assets"),
    Spec::new(Action::Favourite, "favourite", "Mark or unmark as a favourite", "Favourite", &[Key::Char('*')])
        .on(&[MARKET, Place::Asset]),
    Spec::new(Action::SortNext, "sort", "Sort by the next column", "Sort", &[Key::Char('o')]).on(&[MARKET]),
    Spec::new(Action::SortReverse, "sort-reverse", "Sort the other way round", "Reverse", &[Key::Char('O')])
        .on(&[MARKET])
        .quiet(),
    Spec::new(Action::Filter, "filter", "Open orders, history, or all", "Filter", &[Key::Char('f')])
        .on(ORDERS)
        .command("cnop orders --status STATUS"),
    Spec::new(Action::FilterAsset, "filter-asset", "Only this order's asset, or all", "Asset", &[Key::Char('a')])
        .on(ORDERS)
        .command("cnop orders --asset ASSET"),
    Spec::new(Action::Fills, "fills", "Your trades of it, or its chart", "Trades", &[Key::Char('f')])
        .on(&[Place::Asset])
        .command("cnop trades ASSET"),
    Spec::new(Action::Cancel, "cancel", "Cancel the chosen order", "Cancel", &[Key::Char('c')])
        .on(CANCELLED)
        .destructive()
        .command("cnop orders cancel ORDER"),
    Spec::new(Action::CancelAll, "cancel-all", "Cancel all that wait", "Cancel all", &[Key::Char('C')])
        .on(ORDERS)
        .destructive()
        .command("cnop orders cancel --all"),
    Spec::new(Action::Kind, "kind", "Market or limit", "Kind", &[Key::Ctrl('o')])
        .on(TICKET)
        .command("cnop buy ASSET QUANTITY --limit PRICE"),
    Spec::new(Action::Unit, "unit", "Quantity or dollars", "Unit", &[Key::Ctrl('d')])
        .on(TICKET)
        .command("cnop buy ASSET --usd AMOUNT"),
    Spec::new(Action::Share, "share", "A quarter more, or n% of it", "Share", &[Key::Char('%')]).on(TICKET),
    Spec::new(Action::Yes, "yes", "Yes", "Yes", &[Key::Char('y')]).on(&[Place::Question]),
    Spec::new(Action::No, "no", "No", "No", &[Key::Char('n'), Key::Escape]).on(&[Place::Question]),
    Spec::new(Action::Register, "register", "Open an account", "Register", &[Key::Ctrl('r')])
        .on(&[Place::LogIn])
        .command("cnop register USER"),
    Spec::new(Action::Deposit, "deposit", "Deposit dollars", "Deposit", &[Key::Char('d')])
        .on(ACCOUNT)
        .command("cnop deposit AMOUNT"),
    Spec::new(Action::Withdraw, "withdraw", "Withdraw dollars", "Withdraw", &[Key::Char('w')])
        .on(ACCOUNT)
        .command("cnop withdraw AMOUNT"),
    Spec::new(Action::Edit, "edit", "Edit the profile", "Edit", &[Key::Char('e')])
        .on(PROFILE)
        .command("cnop profile update"),
    Spec::new(Action::ChangePassword, "password", "Change the password", "Password", &[Key::Char('p')])
        .on(PROFILE)
        .command("cnop password"),
    Spec::new(Action::LogOut, "log-out", "Log out", "Log out", &[Key::Char('x')])
        .on(PROFILE)
        .destructive()
        .command("cnop logout"),
    Spec::new(Action::Refresh, "refresh", "Ask the server anew", "Refresh", &[Key::Char('r')]).quiet(),
    Spec::new(Action::Open, "open", "Open what is chosen", "Open", &[Key::Enter]).quiet(),
    Spec::new(Action::Back, "back", "Go back one step", "Back", &[Key::Escape]).quiet(),
    Spec::new(Action::Up, "up", "One row up", "", &[Key::Up, Key::Char('k')]).quiet(),
    Spec::new(Action::Down, "down", "One row down", "", &[Key::Down, Key::Char('j')]).quiet(),
    Spec::new(Action::Left, "left", "To the left; the shorter interval", "", &[Key::Left, Key::Char('h')]).quiet(),
    Spec::new(Action::Right, "right", "To the right; the longer interval", "", &[Key::Right, Key::Char('l')]).quiet(),
    Spec::new(Action::PageUp, "page-up", "A page up", "", &[Key::PageUp]).quiet(),
    Spec::new(Action::PageDown, "page-down", "A page down", "", &[Key::PageDown]).quiet(),
    Spec::new(Action::First, "first", "To the first row", "", &[Key::Home, Key::Char('g')]).quiet(),
    Spec::new(Action::Last, "last", "To the last row", "", &[Key::End, Key::Char('G')]).quiet(),
    Spec::new(Action::Go(Screen::Dashboard), "dashboard", "Dashboard", "", &[Key::Char('1')])
        .quiet()
        .command("cnop portfolio"),
    Spec::new(Action::Go(Screen::Market), "market", "Market", "", &[Key::Char('2')]).quiet().command("cnop assets"),
    Spec::new(Action::Go(Screen::Portfolio), "portfolio", "Portfolio", "", &[Key::Char('3')])
        .quiet()
        .command("cnop portfolio"),
    Spec::new(Action::Go(Screen::Orders), "orders", "Orders", "", &[Key::Char('4')]).quiet().command("cnop orders"),
    Spec::new(Action::Go(Screen::Account), "account", "Account", "", &[Key::Char('5')]).quiet().command("cnop balance"),
    Spec::new(Action::Go(Screen::Insights), "insights", "Insights", "", &[Key::Char('6')])
        .quiet()
        .command("cnop insights"),
    Spec::new(Action::Go(Screen::Profile), "profile", "Profile", "", &[Key::Char('7')]).quiet().command("cnop profile"),
    Spec::new(Action::NextScreen, "next-screen", "The next screen", "", &[Key::Tab]).quiet(),
    Spec::new(Action::PreviousScreen, "previous-screen", "The screen before", "", &[Key::BackTab]).quiet(),
    Spec::new(Action::Theme, "theme", "Dark or light", "", &[Key::Char('t')]).quiet(),
    Spec::new(Action::Palette, "palette", "Find anything to do", "Palette", &[Key::Ctrl('p')]),
    Spec::new(Action::Help, "help", "Help", "Help", &[Key::Char('?')]),
    Spec::new(Action::Redraw, "redraw", "Draw everything anew", "", &[Key::Ctrl('l')]).quiet(),
    Spec::new(Action::Suspend, "suspend", "Put aside; `fg` comes back", "", &[Key::Ctrl('z')]).quiet(),
    Spec::new(Action::Quit, "quit", "Quit", "Quit", &[Key::Char('q'), Key::Ctrl('c')]),
    // The eighth key, for the luckiest digit.
    Spec::new(Action::Pocket, "pocket", "🧧", "", &[Key::Char('8')]).hidden(),
];

/// What a key does in a place.
pub(crate) fn action_of(key: Key, place: Place) -> Option<Action> {
    REGISTRY.iter().find(|spec| spec.holds_in(place) && spec.keys.contains(&key)).map(|spec| spec.action)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn places() -> Vec<Place> {
        let others = [Place::Asset, Place::Ticket, Place::Order, Place::Question, Place::LogIn];
        Screen::ALL.into_iter().map(Place::Screen).chain(others).collect()
    }

    #[test]
    fn in_no_place_does_a_key_mean_two_things() {
        for place in places() {
            let keys: Vec<_> = REGISTRY.iter().filter(|spec| spec.holds_in(place)).flat_map(|spec| spec.keys).collect();
            assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len(), "{place:?}");
        }
    }

    fn title(place: Place) -> &'static str {
        match place {
            Place::Screen(screen) => screen.title(),
            Place::Asset => "asset",
            Place::Ticket => "ticket",
            Place::Order => "order",
            Place::Question => "question",
            Place::LogIn => "log-in",
        }
    }

    const HEAD: &str = "| Key | What it does | Where | The same with `cnop` |\n|---|---|---|---|\n";

    /// The table of keys in the manual.
    fn manual() -> String {
        let rows = REGISTRY.iter().filter(|spec| spec.shown != Shown::Nowhere).map(|spec| {
            let keys = spec.keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let place = match spec.place {
                Where::Everywhere => "everywhere".to_owned(),
                Where::On(places) => places.iter().map(|place| title(*place)).collect::<Vec<_>>().join(", "),
            };
            let command = spec.command.map(|command| format!("`{command}`")).unwrap_or_default();
            format!("| {keys} | {} | {place} | {command} |\n", spec.title)
        });
        rows.collect()
    }

    #[test]
    fn the_manual_names_every_key() {
        crate::testing::manual::check("keys", &format!("{HEAD}{}", manual()));
    }

    #[test]
    fn every_action_stands_in_the_list_once_with_an_id_of_its_own() {
        let ids: HashSet<_> = REGISTRY.iter().map(|spec| spec.id).collect();
        let actions: HashSet<_> = REGISTRY.iter().map(|spec| spec.action).collect();
        assert_eq!((ids.len(), actions.len()), (REGISTRY.len(), REGISTRY.len()));
    }
}
