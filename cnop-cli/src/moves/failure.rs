//! Why money was not asked to move, or what became of it is not known.

use cnop_core::api::Code;
use cnop_core::client::ClientError;
use cnop_core::ticket::{Doubt, Intent, IntentError, Obstacle};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::format;
use crate::hint;

const LOOK: &str = "look at `cnop orders` and `cnop transactions`";

/// The ways in which moving money ends other than well, beside what the server says to it.
#[derive(Debug)]
pub(crate) enum MoveFailure {
    /// What an earlier command left cannot be settled, so nothing new was sent.
    Earlier {
        /// What it left.
        intent: Box<Intent>,
        /// Why.
        doubt: Doubt,
    },
    /// Some of what was to be settled could not be.
    Unsettled {
        /// How many.
        count: usize,
        /// What was said to the last question, if one was asked.
        cause: Option<ClientError>,
    },
    /// It cannot be written down, so nothing was sent; or what is written down forbids it.
    Disk(IntentError),
    /// An order that was only tried would be refused at this moment.
    WouldBeRefused(Obstacle),
}

impl From<MoveFailure> for Failure {
    fn from(failure: MoveFailure) -> Self {
        Self::Move(failure)
    }
}

impl MoveFailure {
    /// What happened.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Earlier { intent, doubt } => format!(
                "it is unknown what became of an earlier {} ({} UTC): {}. Nothing new was sent",
                intent.movement,
                format::time(intent.created_at),
                reason(doubt)
            ),
            Self::Unsettled { count: 1, .. } => "one is still in doubt".to_owned(),
            Self::Unsettled { count, .. } => format!("{count} are still in doubt"),
            Self::Disk(error) => format!("{error}. Nothing was sent"),
            Self::WouldBeRefused(obstacle) => format!("this order would be refused now: {obstacle}"),
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Earlier { doubt: Doubt::Unanswered(error), .. } if is_over(error) => hint::LOG_IN,
            Self::Unsettled { cause: Some(error), .. } if is_over(error) => hint::LOG_IN,
            Self::Earlier { doubt: Doubt::TooOld, .. } => {
                return Some(format!("{LOOK}, then drop it with `cnop orders settle`"));
            }
            Self::Earlier { .. } => "ask once more with `cnop orders settle`",
            Self::Unsettled { .. } => "the reason stands beside each; ask once more with `cnop orders settle`",
            Self::WouldBeRefused(obstacle) => return hint::of_code(obstacle.code()).map(str::to_owned),
            Self::Disk(error) => return of_disk(error),
        };
        Some(hint.to_owned())
    }

    /// The status that it deserves. A session that is over stands before the doubt: it has to go first.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Earlier { doubt: Doubt::Unanswered(error), .. } if is_over(error) => Exit::NotLoggedIn,
            Self::Unsettled { cause: Some(error), .. } if is_over(error) => Exit::NotLoggedIn,
            Self::Earlier { .. } | Self::Unsettled { .. } => Exit::OutcomeUnknown,
            Self::Disk(IntentError::InFlight(_) | IntentError::TooOld(_) | IntentError::Damaged { .. }) => {
                Exit::OutcomeUnknown
            }
            Self::Disk(IntentError::KeyTaken(_)) => Exit::Refused,
            Self::Disk(IntentError::Io { .. } | IntentError::NoHome(_)) => Exit::Unexpected,
            Self::WouldBeRefused(obstacle) if obstacle.code() == Code::PriceUnavailable => Exit::Unavailable,
            Self::WouldBeRefused(_) => Exit::Refused,
        }
    }

    /// What programs decide by.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Earlier { .. } => "earlier_outcome_unknown",
            Self::Unsettled { .. } => "unsettled",
            Self::Disk(IntentError::KeyTaken(_)) => "idempotency_key_taken",
            Self::Disk(IntentError::InFlight(_)) => "idempotency_key_in_flight",
            Self::Disk(IntentError::TooOld(_)) => "idempotency_key_too_old",
            Self::Disk(IntentError::Damaged { .. }) => "damaged_intent",
            Self::Disk(IntentError::Io { .. } | IntentError::NoHome(_)) => "intent_not_kept",
            Self::WouldBeRefused(_) => "would_be_refused",
        }
    }
}

/// Why something is in doubt.
pub(super) fn reason(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Lost(error) | Doubt::Unanswered(error) => error.to_string().trim_end_matches('.').to_owned(),
        Doubt::GivenUp => "you stopped waiting for the answer".to_owned(),
        Doubt::LeftBehind => "the command that sent it ended before the answer".to_owned(),
        Doubt::TooOld => "the server knows nothing of it, but keeps keys for a day only".to_owned(),
    }
}

fn is_over(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused { problem, .. } if problem.status == 401)
}

fn of_disk(error: &IntentError) -> Option<String> {
    let hint = match error {
        IntentError::KeyTaken(_) => "use another key, or settle that one with `cnop orders settle`".to_owned(),
        IntentError::InFlight(_) => "repeat the line once that command has ended".to_owned(),
        IntentError::TooOld(_) => format!("{LOOK}, then drop it with `cnop orders settle`"),
        IntentError::Damaged { path } => format!("{LOOK}, then remove {}", path.display()),
        IntentError::Io { .. } => "free some space or mend the folder's permissions, and try again".to_owned(),
        IntentError::NoHome(_) => return None,
    };
    Some(hint)
}

#[cfg(test)]
mod tests {
    use std::io;

    use cnop_core::api::Problem;
    use cnop_core::ids::IdempotencyKey;
    use cnop_core::ledger::Refused;
    use cnop_core::ticket::Movement;
    use cnop_core::time::Timestamp;

    use super::*;

    fn intent() -> Box<Intent> {
        Box::new(Intent {
            key: IdempotencyKey::generate(),
            origin: "http://127.0.0.1:8080".parse().unwrap(),
            username: "ada_lovelace".parse().unwrap(),
            movement: Movement::Deposit("5".parse().unwrap()),
            created_at: Timestamp::EPOCH,
        })
    }

    fn refused(status: u16) -> ClientError {
        let text = String::new;
        let problem = Problem {
            kind: text(),
            title: text(),
            status,
            detail: text(),
            instance: text(),
            code: Code::Unknown,
            message: text(),
            errors: Vec::new(),
            timestamp: Timestamp::EPOCH,
            trace_id: text(),
        };
        ClientError::Refused { problem: Box::new(problem), retry_after: None }
    }

    #[track_caller]
    fn check(failure: MoveFailure, exit: u8, code: &str) {
        assert_eq!((failure.exit().code(), failure.code()), (exit, code), "{failure:?}");
    }

    #[test]
    fn every_end_has_its_status_and_its_code() {
        let earlier = |doubt| MoveFailure::Earlier { intent: intent(), doubt };
        let unsettled = |cause| MoveFailure::Unsettled { count: 2, cause };
        check(earlier(Doubt::Unanswered(refused(503))), 7, "earlier_outcome_unknown");
        check(earlier(Doubt::Unanswered(refused(401))), 3, "earlier_outcome_unknown");
        check(earlier(Doubt::TooOld), 7, "earlier_outcome_unknown");
        check(unsettled(None), 7, "unsettled");
        check(unsettled(Some(refused(403))), 7, "unsettled");
        check(unsettled(Some(refused(401))), 3, "unsettled");
        let io = || IntentError::Io { path: "/x".into(), source: io::Error::other("full") };
        check(MoveFailure::Disk(io()), 1, "intent_not_kept");
        check(MoveFailure::Disk(IntentError::Damaged { path: "/x".into() }), 7, "damaged_intent");
        check(MoveFailure::Disk(IntentError::InFlight(intent())), 7, "idempotency_key_in_flight");
        check(MoveFailure::Disk(IntentError::TooOld(intent())), 7, "idempotency_key_too_old");
        check(MoveFailure::Disk(IntentError::KeyTaken(intent())), 4, "idempotency_key_taken");
        let id = "ETH".parse().unwrap();
        check(MoveFailure::WouldBeRefused(Obstacle::NotForSale(id)), 4, "would_be_refused");
        check(MoveFailure::WouldBeRefused(Obstacle::NoCurrentPrice(id)), 6, "would_be_refused");
        check(MoveFailure::WouldBeRefused(Obstacle::Rule(Refused::TooLarge)), 4, "would_be_refused");
    }

    #[test]
    fn a_doubt_says_what_it_is_about_why_and_what_to_do() {
        let failure = MoveFailure::Earlier { intent: intent(), doubt: Doubt::TooOld };
        assert_eq!(
            failure.sentence(),
            "it is unknown what became of an earlier deposit of $5.00 (1970-01-01 00:00:00 UTC): the server knows \
             nothing of it, but keeps keys for a day only. Nothing new was sent"
        );
        let hint = "look at `cnop orders` and `cnop transactions`, then drop it with `cnop orders settle`";
        assert_eq!(failure.hint().as_deref(), Some(hint));
        let over = MoveFailure::Unsettled { count: 1, cause: Some(refused(401)) };
        assert_eq!((over.sentence().as_str(), over.hint().as_deref()), ("one is still in doubt", Some(hint::LOG_IN)));
    }
}
