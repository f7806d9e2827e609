//! What is to be done outside: the loop in `crate::run` performs it and brings the result back as an event.

use cnop_core::api::Interval;
use cnop_core::asset_id::AssetId;
use cnop_core::client::ClientError;
use cnop_core::ids::OrderId;
use cnop_core::ticket::{self, Intent};
use cnop_core::user::Username;
use secrecy::SecretString;

use super::known::Generation;
use super::layer::sheet::Submission;
use super::state::Preferences;

/// Something to perform.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Ask the server something that changes nothing.
    Ask(Ask),
    /// Begin a session, keep it, and open the stream.
    LogIn { username: Username, password: SecretString },
    /// Look for a session that another program has renewed, now that ours is over; this is how it ended.
    Recover(ClientError),
    /// Send what was written into a form.
    Submit(Generation, Submission),
    /// End the session, here and at the server.
    LogOut,
    /// Look for what was left in doubt on disk, by an earlier run or another program.
    FindLeft,
    /// Do what a ticket asks for.
    Ticket { number: TicketNumber, effect: ticket::Effect, intent: Box<Intent> },
    /// Take back an order.
    CancelOrder(OrderId),
    /// Try to connect now, without waiting longer.
    Reconnect,
    /// Keep what the person likes.
    Save(Preferences),
    /// Draw everything anew, whatever is on the screen.
    Redraw,
    /// Give the terminal back to the shell, until it is wanted again.
    Suspend,
    /// End.
    Quit,
}

/// Which of the tickets of this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TicketNumber(pub(crate) u64);

/// A question, and which of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) generation: Generation,
    pub(crate) question: Question,
}

/// What the server can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// All assets.
    Assets,
    /// One, with everything known of it.
    Asset(AssetId),
    /// How its price went.
    Candles(AssetId, Interval),
    /// The trades of the user in it, from the newest on or after a cursor.
    Fills(AssetId, Option<String>),
    Balance,
    /// What is owned and held of each asset.
    Holdings,
    Portfolio,
    /// All orders that wait.
    OpenOrders,
    /// The newest orders, whatever became of them.
    Recent,
    /// Orders of one asset or of all, from the newest on or after a cursor.
    Orders {
        asset: Option<AssetId>,
        after: Option<String>,
    },
    /// The newest entries of the balance, or those after a cursor.
    Transactions(Option<String>),
    Limits,
    Insight {
        refresh: bool,
    },
    Profile,
}
