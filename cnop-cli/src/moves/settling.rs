//! Everything that is in doubt, settled on demand.

use cnop_core::client::ClientError;
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::NewOrder;
use cnop_core::ticket::{Acceptance, Claim, Doubt, Intent, Left, Movement, Receipt, Stage};
use cnop_core::time::Timestamp;
use serde::Serialize;

use super::driver::Driver;
use super::failure::reason;
use super::{MoveFailure, earlier, receipt};
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;

/// What became of one intent.
#[derive(Debug, Serialize)]
pub(crate) struct Settled {
    /// Under which it was sent.
    pub(crate) key: IdempotencyKey,
    /// `buy`, `sell`, `deposit`, `withdraw` or `claim`: the command.
    pub(crate) kind: &'static str,
    /// What it was, in a few words.
    pub(crate) description: String,
    /// When it was written down.
    pub(crate) created_at: Timestamp,
    /// What became of it.
    pub(crate) outcome: Outcome,
    /// Why that is not known.
    pub(crate) reason: Option<String>,
    /// What the server answered when it was done.
    pub(crate) answer: Option<Receipt>,
    /// The same for people.
    #[serde(skip)]
    pub(crate) detail: String,
}

/// What may have become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// It was not done, and will not be.
    Void,
    /// Another command is at it.
    InFlight,
    /// Nobody can tell.
    Unknown,
}

/// A run through all intents of a session.
pub(crate) struct Settling<'a> {
    context: &'a Context,
    who: &'a LoggedIn,
    over: Vec<Driver<'a>>,
    settled: Vec<Settled>,
    in_doubt: usize,
    /// Why the others are not asked any more.
    stopped: Option<Stopped>,
}

/// Why no more is asked.
enum Stopped {
    /// This was said to a question, or nothing was.
    Unanswered(ClientError),
    /// Somebody pressed Ctrl+C.
    GivenUp,
}

impl<'a> Settling<'a> {
    pub(crate) fn new(context: &'a Context, who: &'a LoggedIn) -> Self {
        Self { context, who, over: Vec::new(), settled: Vec::new(), in_doubt: 0, stopped: None }
    }

    /// Settles one, if it is this session's and nobody is at it.
    pub(crate) async fn settle(&mut self, left: Left) {
        match left {
            Left::InFlight(intent) if intent.belongs_to(&self.who.session) => {
                self.settled.push(Settled::of(&intent, Outcome::InFlight, "another command is at it"));
            }
            Left::InFlight(_) => {}
            left => {
                self.in_doubt += usize::from(matches!(left, Left::Damaged { .. }));
                if let Some(claim) = earlier::own(left, &self.context.printer, self.who) {
                    self.ask(claim).await;
                }
            }
        }
    }

    /// What became of each, oldest first.
    pub(crate) fn settled(&self) -> &[Settled] {
        &self.settled
    }

    /// Whether something cannot be settled.
    pub(crate) fn leaves_doubt(&self) -> bool {
        self.in_doubt > 0
    }

    /// Takes from the disk what is known, once it was said; fails where something is in doubt still.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let count = self.in_doubt;
        let cause = self.stopped.and_then(|stopped| match stopped {
            Stopped::Unanswered(error) => Some(error),
            Stopped::GivenUp => None,
        });
        self.over.into_iter().for_each(Driver::forget);
        if count == 0 { Ok(()) } else { Err(MoveFailure::Unsettled { count, cause }.into()) }
    }

    async fn ask(&mut self, claim: Claim) {
        if let Some(stopped) = &self.stopped {
            self.in_doubt += 1;
            self.settled.push(Settled::of(claim.intent(), Outcome::Unknown, stopped.reason()));
            return;
        }
        let mut driver = Driver::of_claim(&self.who.client, &self.context.printer, claim);
        driver.ask().await;
        if let Stage::Unknown(doubt) = driver.ticket().stage() {
            self.in_doubt += 1;
            self.stopped = Stopped::by(doubt);
        }
        self.settled.push(Settled::by(&driver));
        self.over.push(driver);
    }
}

impl Stopped {
    /// Whether `doubt` about one is a reason not to ask about the others.
    fn by(doubt: &Doubt) -> Option<Self> {
        match doubt {
            Doubt::Unanswered(error) | Doubt::Lost(error) => Some(Self::Unanswered(error.clone())),
            Doubt::GivenUp => Some(Self::GivenUp),
            Doubt::LeftBehind | Doubt::TooOld => None,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Unanswered(_) => "not asked, since the one before was not answered",
            Self::GivenUp => "not asked, since you stopped waiting",
        }
    }
}

impl Settled {
    fn by(driver: &Driver<'_>) -> Self {
        let intent = driver.ticket().intent();
        match driver.ticket().stage() {
            Stage::Accepted(Acceptance { receipt: Some(receipt), .. }) => {
                let detail = receipt::sentence(&intent.movement, receipt);
                Self { answer: Some(receipt.clone()), detail, ..Self::of(intent, Outcome::Done, "") }
            }
            Stage::Accepted(_) => {
                Self { detail: "the answer to it cannot be read".to_owned(), ..Self::of(intent, Outcome::Done, "") }
            }
            Stage::NotPlaced(_) => Self { detail: "and will not be".to_owned(), ..Self::of(intent, Outcome::Void, "") },
            Stage::Unknown(doubt) => Self::of(intent, Outcome::Unknown, &reason(doubt)),
            stage => unreachable!("a question comes to an end, not to {stage:?}"),
        }
    }

    fn of(intent: &Intent, outcome: Outcome, reason: &str) -> Self {
        Self {
            key: intent.key.clone(),
            kind: kind(&intent.movement),
            description: intent.movement.to_string(),
            created_at: intent.created_at,
            outcome,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            answer: None,
            detail: reason.to_owned(),
        }
    }
}

fn kind(movement: &Movement) -> &'static str {
    match movement {
        Movement::Order(NewOrder::MarketBuy { .. } | NewOrder::LimitBuy(_)) => "buy",
        Movement::Order(NewOrder::MarketSell { .. } | NewOrder::LimitSell(_)) => "sell",
        Movement::Deposit(_) => "deposit",
        Movement::Withdrawal(_) => "withdraw",
        Movement::Claim { .. } => "claim",
    }
}
