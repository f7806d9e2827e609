//! What happens: keys, what the server says, what became of an effect, and time.

use std::fmt;
use std::time::Duration;

use cnop_core::api::{
    AssetBalance, AssetDetail, AssetList, AssetTransactionPage, Balance, CandleList, Insight, Interval, Limits,
    Message, Order, OrderPage, Portfolio, Prices, ProfileUpdated, TransactionPage, User,
};
use cnop_core::asset_id::AssetId;
use cnop_core::client::{ClientError, Origin};
use cnop_core::ids::OrderId;
use cnop_core::ticket::{self, Intent};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::action::Action;
use super::effect::TicketNumber;
use super::key::Key;
use super::known::Generation;
use super::screen::Screen;

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event {
    Key(Key),
    /// Text came from the clipboard.
    Paste(String),
    /// The mouse pressed something that was drawn.
    Click(Target),
    /// The wheel went so many rows, up where less than 0.
    Wheel(i32),
    /// The window has another size: columns and rows.
    Resize(u16, u16),
    /// The moment has come that `State::wakes_at` named.
    Wake,
    /// A question was answered, or not.
    Answered(Generation, Answer),
    /// A session began, was found on disk, or was renewed; or why there is none.
    Session(Result<Welcome, SignInFailure>),
    /// The server says that the session is over.
    SessionOver(ClientError),
    /// There is no session, or the person ended it.
    LoggedOut,
    /// What was written into a form was taken, or why not.
    Submitted(Generation, Result<Submitted, ClientError>),
    /// Something happened to a ticket.
    Ticket(TicketNumber, ticket::Event),
    /// The intent of a ticket could not be kept on disk: why.
    NotKept(TicketNumber, String),
    /// Movements that an earlier run left in doubt.
    LeftBehind(Vec<Intent>),
    OrderCancelled(OrderId, Result<Box<Order>, ClientError>),
    /// The stream's connection stands.
    Connected,
    /// Nothing changed, and the server is there.
    Alive,
    /// It broke; the next try is so far away.
    Reconnecting(Duration, ClientError),
    Prices(Prices),
    Order(Box<Order>),
    Balance(Balance),
    /// Events were missed.
    Lagged,
    /// Something outside did not work: a sentence about it.
    NotDone(String),
}

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Welcome {
    pub(crate) username: Username,
    /// Where.
    pub(crate) origin: Origin,
    pub(crate) expires_at: Timestamp,
}

/// Why nobody is.
#[derive(Debug, Clone)]
pub(crate) enum SignInFailure {
    /// The server says no, or nothing.
    Client(ClientError),
    /// It would be in force, but cannot be kept.
    Disk(String),
}

impl fmt::Display for SignInFailure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(out),
            Self::Disk(reason) => out.write_str(reason),
        }
    }
}

/// What became of what was written into a form.
#[derive(Debug)]
pub(crate) enum Submitted {
    Registered(Message),
    Profile(Box<ProfileUpdated>),
    Password(Message),
}

/// The answer to a question.
#[derive(Debug)]
pub(crate) enum Answer {
    Assets(Result<AssetList, ClientError>),
    /// What only the page of an asset shows.
    OfAsset(AssetId, AssetAnswer),
    Balance(Result<Balance, ClientError>),
    Holdings(Result<Vec<AssetBalance>, ClientError>),
    Portfolio(Result<Portfolio, ClientError>),
    OpenOrders(Result<Vec<Order>, ClientError>),
    Recent(Result<Vec<Order>, ClientError>),
    /// After which cursor, and what came.
    Orders(Option<String>, Result<OrderPage, ClientError>),
    Transactions(Option<String>, Result<TransactionPage, ClientError>),
    Limits(Result<Limits, ClientError>),
    Insight(Result<Insight, ClientError>),
    Profile(Result<User, ClientError>),
}

/// The answer to a question about one asset.
#[derive(Debug)]
pub(crate) enum AssetAnswer {
    Detail(Result<Box<AssetDetail>, ClientError>),
    Candles(Interval, Result<CandleList, ClientError>),
    /// After which cursor, and what came.
    Fills(Option<String>, Result<AssetTransactionPage, ClientError>),
}

/// Something that can be pressed with the mouse. Views say where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Screen(Screen),
    /// A row of the list that has the keys.
    Row(usize),
    /// A field of the form that has the keys.
    Field(usize),
    Action(Action),
}

impl Answer {
    /// Why it is none.
    pub(crate) fn failure(&self) -> Option<&ClientError> {
        match self {
            Self::Assets(answer) => answer.as_ref().err(),
            Self::OfAsset(_, AssetAnswer::Detail(answer)) => answer.as_ref().err(),
            Self::OfAsset(_, AssetAnswer::Candles(_, answer)) => answer.as_ref().err(),
            Self::OfAsset(_, AssetAnswer::Fills(_, answer)) => answer.as_ref().err(),
            Self::Balance(answer) => answer.as_ref().err(),
            Self::Holdings(answer) => answer.as_ref().err(),
            Self::Portfolio(answer) => answer.as_ref().err(),
            Self::OpenOrders(answer) => answer.as_ref().err(),
            Self::Recent(answer) => answer.as_ref().err(),
            Self::Orders(_, answer) => answer.as_ref().err(),
            Self::Transactions(_, answer) => answer.as_ref().err(),
            Self::Limits(answer) => answer.as_ref().err(),
            Self::Insight(answer) => answer.as_ref().err(),
            Self::Profile(answer) => answer.as_ref().err(),
        }
    }
}
