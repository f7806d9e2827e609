//! A ticket to buy or sell, from the first digit to the certainty what became of it.
//!
//! What may happen to it, and in which order, is the core's (`cnop_core::ticket`): this window only fills it in and shows
//! it. From the confirmation on it is an [`Errand`] as any other.

use cnop_core::asset_id::AssetId;
use cnop_core::money::{OrderQuantity, Price, Quantity, TransferAmount, Usd};
use cnop_core::order::{BuySize, LimitTerms, NewOrder, Side, check_expiry};
use cnop_core::ticket::{Event, Means, Movement, Preview, Quote, Stage, Warning};

use super::Layer;
use super::errand::Errand;
use super::form::{Enter, Form, Labelled};
use crate::app::action::{Action, Place, action_of};
use crate::app::field::Field;
use crate::app::key::Key;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;

const SIZE: usize = 0;
const LIMIT: usize = 1;
const EXPIRES: usize = 2;

/// At the price of the moment, or at a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Market,
    Limit,
}

/// What the size is typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Quantity,
    Dollars,
}

/// The window of an order.
#[derive(Debug)]
pub(crate) struct TicketWindow {
    pub(crate) asset_id: AssetId,
    pub(crate) side: Side,
    pub(crate) kind: Kind,
    pub(crate) unit: Unit,
    form: Form,
    /// Limit and expiry, while the fields are those of a market order.
    kept: Vec<Field>,
    /// What is on its way, or may yet be.
    pub(crate) errand: Errand,
    /// The share of what there is that was filled in last, in percent, and as what.
    share: Option<(u8, String)>,
    /// What the review that was drawn says against the order: Enter confirms nothing that was not seen.
    seen: Option<Doubts>,
}

/// Names of the obstacle and the warnings of a review. Figures follow the market; these must have been seen.
type Doubts = Vec<&'static str>;

fn doubts(preview: &Preview) -> Doubts {
    let obstacle = preview.obstacle.map(|_| "obstacle");
    obstacle.into_iter().chain(preview.warnings.iter().map(Warning::code)).collect()
}

impl TicketWindow {
    /// The cursor is in Quantity.
    pub(crate) fn open(action: Action, asset_id: AssetId, turn: &mut Turn<'_>) -> Step {
        let side = if action == Action::Sell { Side::Sell } else { Side::Buy };
        let Some(errand) = Errand::new(placeholder(asset_id, side), turn) else { return Step::Ignored };
        let (kind, unit) = (Kind::Market, Unit::Quantity);
        let form = Form::new(fields(kind, unit), Enter::Submit);
        let window = Self { asset_id, side, kind, unit, form, kept: Vec::new(), errand, share: None, seen: None };
        Step::Open(Box::new(Layer::Ticket(Box::new(window))))
    }

    /// The fields, while they may be changed.
    pub(crate) fn form(&mut self) -> Option<&mut Form> {
        matches!(self.errand.ticket.stage(), Stage::Draft).then_some(&mut self.form)
    }

    /// The same, to be looked at.
    pub(crate) fn fields(&self) -> &Form {
        &self.form
    }

    pub(crate) fn shows_age(&self) -> bool {
        matches!(self.errand.ticket.stage(), Stage::Draft | Stage::Review(_))
    }

    /// What is on the screen was seen.
    pub(crate) fn drawn(&mut self) {
        self.seen = match self.errand.ticket.stage() {
            Stage::Review(preview) => Some(doubts(preview)),
            _ => None,
        };
    }

    /// Something else is on the screen.
    pub(crate) fn covered(&mut self) {
        self.seen = None;
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match self.errand.ticket.stage() {
            Stage::Draft => self.draft(key, turn),
            Stage::Review(_) => self.review(key, turn),
            Stage::Refused(failure) if key == Key::Escape => {
                let reason = failure.to_string();
                self.begin_anew(&reason, turn);
                Step::Done
            }
            // A second Enter does nothing; what is under way goes on without its window.
            _ => self.errand.press(key, turn),
        }
    }

    fn draft(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match action_of(key, Place::Ticket) {
            Some(Action::Kind) => {
                self.change(if self.kind == Kind::Market { Kind::Limit } else { Kind::Market }, self.unit)
            }
            Some(Action::Unit) => {
                self.change(self.kind, if self.unit == Unit::Dollars { Unit::Quantity } else { Unit::Dollars })
            }
            Some(Action::Share) => self.fill_share(turn.data),
            _ => return self.form.press(key).then(|| self.look(turn)),
        }
        Step::Done
    }

    fn review(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match key {
            Key::Enter => self.confirm(turn),
            // Back to the fields, with everything that was typed.
            Key::Escape => {
                self.seen = None;
                let movement = self.errand.ticket.intent().movement.clone();
                self.errand.happen(Event::Changed(movement), turn);
            }
            _ => {}
        }
        Step::Done
    }

    /// Nothing is sent that would be refused, or while prices are old or the server is away; nor what was not seen, such
    /// as by a key that was held too long.
    fn confirm(&mut self, turn: &mut Turn<'_>) {
        let Stage::Review(preview) = self.errand.ticket.stage() else { return };
        let was_seen = self.seen.as_ref() == Some(&doubts(preview));
        if was_seen && preview.obstacle.is_none() && turn.data.trading_is_off(turn.now).is_none() {
            self.errand.confirm(turn);
        }
    }

    /// Nothing came of it: the fields may be changed, and what is sent next is another movement.
    fn begin_anew(&mut self, reason: &str, turn: &mut Turn<'_>) {
        self.seen = None;
        let movement = self.errand.ticket.intent().movement.clone();
        if let Some(errand) = Errand::new(movement, turn) {
            self.errand = errand;
        }
        self.form.fault = Some(reason.to_owned());
    }

    /// Nothing was sent: it could not be written down.
    pub(crate) fn not_kept(&mut self, reason: &str, turn: &mut Turn<'_>) {
        self.begin_anew(reason, turn);
    }

    /// Other fields; what was typed into those that stay, or come back, is there.
    fn change(&mut self, kind: Kind, unit: Unit) {
        let mut typed: Vec<_> = self.form.fields.iter().map(|labelled| labelled.field.clone()).collect();
        if typed.len() > LIMIT {
            self.kept = typed.split_off(LIMIT);
        }
        if unit != self.unit {
            typed.clear();
            typed.push(Field::default());
        }
        let mut fields = fields(kind, unit);
        for (labelled, field) in fields.iter_mut().zip(typed.into_iter().chain(self.kept.iter().cloned())) {
            labelled.field = field;
        }
        (self.kind, self.unit, self.share) = (kind, unit, None);
        self.form = Form::new(fields, Enter::Submit);
    }

    /// With a number before it, that share in percent; else a quarter of what there is, then half, three quarters, all.
    fn fill_share(&mut self, data: &Data) {
        let typed = self.form.text(SIZE).to_owned();
        let share = match (&self.share, typed.parse::<u8>()) {
            (Some((share, text)), _) if *text == typed => {
                if *share >= 100 {
                    25
                } else {
                    share / 25 * 25 + 25
                }
            }
            (_, Ok(share @ 1..=100)) => share,
            _ if typed.is_empty() => 25,
            _ => return self.form.fail(SIZE, "before % stands a number from 1 to 100, or nothing"),
        };
        match self.share_text(share, data) {
            Some(text) => {
                self.form.fields[SIZE].field.set(text.clone());
                self.form.focus(SIZE);
                self.share = Some((share, text));
            }
            None => self.form.fail(SIZE, "it is not known yet what there is, or what it is worth"),
        }
    }

    fn share_text(&self, share: u8, data: &Data) -> Option<String> {
        let (means, price) = (self.means(data)?, self.price(data));
        let share = i128::from(share);
        let cents = 10_i128.pow(Usd::DECIMALS - 2);
        let dollars = |amount: Usd| Usd::from_units(amount.units() * share / 100 / cents * cents).ok();
        let part = Quantity::from_units(means.available.units() * share / 100).ok()?;
        match (self.side, self.unit) {
            (Side::Buy, Unit::Dollars) => Some(dollars(means.available_cash)?.to_string()),
            (Side::Buy, Unit::Quantity) => Some(price?.quantity_for(dollars(means.available_cash)?)?.to_string()),
            (Side::Sell, Unit::Quantity) => Some(part.to_string()),
            (Side::Sell, Unit::Dollars) => Some(dollars(price?.value_rounded_down(part))?.to_string()),
        }
    }

    /// What the order would be executed at: its limit, else the price of now.
    fn price(&self, data: &Data) -> Option<Price> {
        let limit = (self.kind == Kind::Limit).then(|| self.form.text(LIMIT).parse().ok());
        limit.unwrap_or_else(|| data.market.price(self.asset_id))
    }

    /// Reads the fields; if all of them can be read, the review follows.
    fn look(&mut self, turn: &mut Turn<'_>) {
        self.seen = None;
        self.form.clear_faults();
        let Some(order) = self.read(turn) else { return };
        self.errand.happen(Event::Changed(Movement::Order(order)), turn);
        self.preview(order, turn);
        if matches!(self.errand.ticket.stage(), Stage::Draft) {
            self.form.fault = Some("Cash and holdings are not known yet: try again in a moment.".to_owned());
        }
    }

    /// Shows the review with the prices of now.
    pub(crate) fn refresh(&mut self, turn: &mut Turn<'_>) {
        if let (Stage::Review(_), Movement::Order(order)) =
            (self.errand.ticket.stage(), &self.errand.ticket.intent().movement)
        {
            self.preview(*order, turn);
        }
    }

    fn preview(&mut self, order: NewOrder, turn: &mut Turn<'_>) {
        let (Some(means), Some(quote)) = (self.means(turn.data), self.quote(turn.data)) else { return };
        let preview = Preview::of(order, quote, &means, turn.now);
        self.errand.happen(Event::Previewed(Box::new(preview)), turn);
    }

    pub(crate) fn means(&self, data: &Data) -> Option<Means> {
        let wallet = &data.wallet;
        let last = wallet.recent.get().and_then(|orders| orders.first().cloned());
        Some(Means::of(self.asset_id, wallet.balance.get()?, wallet.holdings.get()?, last))
    }

    pub(crate) fn quote(&self, data: &Data) -> Option<Quote> {
        let asset = data.market.asset(self.asset_id)?;
        Some(Quote {
            asset_id: asset.asset_id,
            name: asset.name.clone(),
            price: asset.price_usd.map(|price| price.0),
            seen_at: data.market.seen_at(asset),
            stale: asset.stale,
            can_be_bought: asset.is_active,
        })
    }

    fn read(&mut self, turn: &Turn<'_>) -> Option<NewOrder> {
        match self.kind {
            Kind::Market => self.read_market(turn),
            Kind::Limit => self.read_limit(turn),
        }
    }

    fn read_market(&mut self, turn: &Turn<'_>) -> Option<NewOrder> {
        let asset_id = self.asset_id;
        Some(match (self.side, self.unit) {
            (Side::Buy, Unit::Dollars) => {
                let amount: TransferAmount = self.form.read_figure(SIZE)?;
                NewOrder::MarketBuy { asset_id, size: BuySize::Amount(amount) }
            }
            (Side::Buy, Unit::Quantity) => {
                NewOrder::MarketBuy { asset_id, size: BuySize::Quantity(self.form.read_figure(SIZE)?) }
            }
            (Side::Sell, _) => {
                NewOrder::MarketSell { asset_id, quantity: self.read_quantity(turn.data.market.price(asset_id), turn)? }
            }
        })
    }

    fn read_limit(&mut self, turn: &Turn<'_>) -> Option<NewOrder> {
        let price: Option<Price> = self.form.read_figure(LIMIT);
        let expiry: Option<cnop_core::moment::Expiry> = self.form.read_optional(EXPIRES);
        let quantity = self.read_quantity(price, turn);
        let expires_at = expiry.map(|expiry| expiry.from(turn.now));
        if let Some(Err(error)) = expires_at.map(|expires_at| check_expiry(expires_at, turn.now)) {
            self.form.fail(EXPIRES, error);
        }
        if self.form.has_fault() {
            return None;
        }
        let terms = LimitTerms { asset_id: self.asset_id, quantity: quantity?, price: price?, expires_at };
        Some(if self.side == Side::Buy { NewOrder::LimitBuy(terms) } else { NewOrder::LimitSell(terms) })
    }

    /// All of the position, where that was filled in as dollars: the price goes on, and no crumb is to be left or missing.
    fn all(&self, data: &Data) -> Option<OrderQuantity> {
        let is_all = self.share.as_ref().is_some_and(|(share, text)| *share == 100 && text == self.form.text(SIZE));
        let available = self.means(data)?.available;
        (self.side == Side::Sell && is_all).then(|| OrderQuantity::from_units(available.units()).ok())?
    }

    /// The quantity that was typed, or what the dollars come to at `price`, rounded down.
    fn read_quantity(&mut self, price: Option<Price>, turn: &Turn<'_>) -> Option<OrderQuantity> {
        if self.unit == Unit::Quantity {
            return self.form.read_figure(SIZE);
        }
        if let Some(all) = self.all(turn.data) {
            return Some(all);
        }
        let amount: TransferAmount = self.form.read_figure(SIZE)?;
        let Some(price) = price else {
            self.form.fail(SIZE, "there is no price to tell how much this comes to");
            return None;
        };
        let quantity = price.quantity_for(amount.get()).map(Quantity::units).unwrap_or_default();
        match OrderQuantity::from_units(quantity) {
            Ok(quantity) => Some(quantity),
            Err(error) => {
                self.form.fail(SIZE, format!("the quantity that this comes to {error}"));
                None
            }
        }
    }
}

/// What a ticket is about before anything was typed.
fn placeholder(asset_id: AssetId, side: Side) -> Movement {
    let quantity = OrderQuantity::from_units(OrderQuantity::LEAST_UNITS).expect("the least is one");
    Movement::Order(match side {
        Side::Buy => NewOrder::MarketBuy { asset_id, size: BuySize::Quantity(quantity) },
        Side::Sell => NewOrder::MarketSell { asset_id, quantity },
    })
}

fn fields(kind: Kind, unit: Unit) -> Vec<Labelled> {
    let size = match unit {
        Unit::Quantity => Labelled::new("Quantity", "such as 0.05; % fills in a share"),
        Unit::Dollars => Labelled::new("Dollars", "such as 250; % fills in a share"),
    };
    let mut fields = vec![size];
    if kind == Kind::Limit {
        fields.push(Labelled::new("Limit price", "USD for one"));
        fields.push(Labelled::new("Expires", "30 days, or such as 12h, 7d, 2026-03-01"));
    }
    fields
}
