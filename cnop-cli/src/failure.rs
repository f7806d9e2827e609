//! Why a command did not do what it was asked. What to do about it is in `hint`, its status in `exit`.

use std::io;

use cnop_core::client::{ClientError, Origin};
use cnop_core::form::FieldError;
use cnop_core::ids::IdempotencyKey;
use cnop_core::session::{ForeignSession, SessionError};

use crate::exit::Exit;
use crate::moves::MoveFailure;

/// The ways in which a command ends other than well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server said no, or said nothing.
    Client(ClientError),
    /// The command line does not fit the situation.
    Usage {
        /// What is wrong.
        message: String,
        /// What to type instead.
        hint: String,
    },
    /// The profile has no session at this server.
    NotLoggedIn {
        /// The server.
        origin: Origin,
    },
    /// The session's file cannot be used.
    Session(SessionError),
    /// Money was asked to move, and nobody knows whether it did.
    OutcomeUnknown {
        /// What was asked, such as `purchase`.
        what: &'static str,
        /// The key under which it can still be settled.
        key: IdempotencyKey,
        /// Why it is unknown.
        reason: String,
    },
    /// Money was asked to move; the answer was lost, but it is certain that nothing moved.
    NotDone {
        /// What was asked.
        what: &'static str,
        /// Why there was no answer.
        cause: ClientError,
    },
    /// Money moved, but what the server says about it is not understood.
    AnswerUnreadable {
        /// What was asked.
        what: &'static str,
    },
    /// Money was not asked to move, or an earlier movement is in doubt.
    Move(MoveFailure),
    /// The server cannot take orders.
    Degraded,
    /// Something that `cnop doctor` looked at does not work.
    Unwell {
        /// What, one after the other.
        checks: String,
        /// How a command that needs the first of them ends.
        exit: Exit,
    },
    /// The person said no.
    Declined,
    /// What came back contradicts what came back before.
    Contradiction(String),
    /// A walk of several steps stopped at one.
    Step {
        /// Which.
        step: String,
        /// Why.
        cause: Box<Failure>,
    },
    /// Ctrl+C.
    Interrupted,
    /// Whoever read stdout has seen enough.
    ClosedPipe,
    /// The system refused to read or write.
    System(io::Error),
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl From<ForeignSession> for Failure {
    fn from(error: ForeignSession) -> Self {
        Self::Session(error.into())
    }
}

impl Failure {
    /// What happened; `None` where the person knows, having done it.
    pub(crate) fn sentence(&self) -> Option<String> {
        let sentence = match self {
            Self::Client(error) => error.to_string(),
            Self::Usage { message, .. } => message.clone(),
            Self::NotLoggedIn { origin } => format!("not logged in at {origin}"),
            Self::Session(SessionError::Foreign(foreign)) => {
                format!("this profile's session belongs to {}; another server does not receive it", foreign.origin)
            }
            Self::Session(error) => error.to_string(),
            Self::OutcomeUnknown { what, reason, .. } => {
                format!("it is unknown whether the {what} was done: {reason}")
            }
            Self::NotDone { what, cause } => {
                format!("{}. The {what} was not done, and will not be", cause.to_string().trim_end_matches('.'))
            }
            Self::AnswerUnreadable { what } => format!("the {what} was done, but the answer to it cannot be read"),
            Self::Move(failure) => failure.sentence(),
            Self::Degraded => "the server cannot take orders at the moment".to_owned(),
            Self::Unwell { checks, .. } => format!("not everything works: {checks}"),
            Self::Declined => "nothing was sent".to_owned(),
            Self::Contradiction(what) => format!("this does not add up: {what}"),
            Self::Step { step, cause } => format!("{step}: {}", cause.sentence()?),
            Self::System(error) => error.to_string(),
            Self::Interrupted | Self::ClosedPipe => return None,
        };
        Some(sentence)
    }

    /// What the client said, where it was the client that could not go on.
    pub(crate) fn client_error(&self) -> Option<&ClientError> {
        match self {
            Self::Client(error) | Self::NotDone { cause: error, .. } => Some(error),
            Self::Step { cause, .. } => cause.client_error(),
            _ => None,
        }
    }

    /// Every field at fault.
    pub(crate) fn fields(&self) -> &[FieldError] {
        match self {
            Self::Client(ClientError::Refused { problem, .. }) => &problem.errors,
            Self::Step { cause, .. } => cause.fields(),
            _ => &[],
        }
    }
}
