//! Why a call gave no answer to use.

use super::Origin;
use crate::api::{Code, Problem};
use crate::form::FieldError;

/// What went wrong, and with it what may be done next.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The server understood and said no.
    #[error("{}", .problem.detail)]
    Refused {
        /// Why.
        problem: Box<Problem>,
        /// After how many seconds it may be asked again, where it said so.
        retry_after: Option<u64>,
    },
    /// No connection: nothing was sent.
    #[error("no connection to {origin}: {reason}")]
    Unreachable {
        /// Where nobody was.
        origin: Origin,
        /// What the system said.
        reason: String,
    },
    /// The request may have arrived, the answer did not: of a write, nobody knows whether it was done.
    #[error("no answer from {origin}: {reason}")]
    NoAnswer {
        /// Who did not answer.
        origin: Origin,
        /// What the system said.
        reason: String,
    },
    /// Something answered, but not as this API does: a proxy, another program, another version.
    #[error("an answer that is not one of a CNOP server (status {status}): {text}")]
    UnexpectedAnswer {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it, or its beginning.
        text: String,
    },
    /// A password or a token would have travelled in clear text: nothing was sent.
    #[error("a password or a session is not sent to {origin} over plain http")]
    InsecureTransport {
        /// Where it would have gone.
        origin: Origin,
    },
    /// The client itself cannot work, such as without any trusted certificates: nothing was sent.
    #[error("the client cannot send requests: {reason}")]
    Setup {
        /// Why.
        reason: String,
    },
}

impl ClientError {
    /// Whether a write that ended so may have been done all the same.
    ///
    /// An `overloaded` is a full queue or a request that took too long, and the latter may still be committed.
    /// What a stranger on the way answers tells nothing, unless it says that it passed nothing on (3xx, 4xx).
    pub fn leaves_outcome_unknown(&self) -> bool {
        match self {
            Self::NoAnswer { .. } => true,
            Self::UnexpectedAnswer { status, .. } => !(300..500).contains(status),
            Self::Refused { problem, .. } => match problem.code {
                Code::InternalError | Code::Overloaded | Code::ShuttingDown => true,
                Code::Unknown => problem.status >= 500,
                _ => false,
            },
            Self::Unreachable { .. } | Self::InsecureTransport { .. } | Self::Setup { .. } => false,
        }
    }

    /// Whether the same question may find an answer in a moment.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::NoAnswer { .. } => true,
            Self::Refused { problem, .. } => problem.status == 503,
            Self::UnexpectedAnswer { status, .. } => *status == 503,
            Self::InsecureTransport { .. } | Self::Setup { .. } => false,
        }
    }

    /// Every field at fault.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Refused { problem, .. } => &problem.errors,
            _ => &[],
        }
    }

    /// Whether the session with which it was asked is over.
    pub fn ends_the_session(&self) -> bool {
        matches!(self, Self::Refused { problem, .. } if matches!(
            problem.code,
            Code::AuthenticationRequired | Code::TokenInvalid | Code::TokenExpired | Code::TokenRevoked
        ))
    }

    /// The server's wish for patience, in seconds.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    pub(super) fn no_answer(origin: &Origin, reason: &str) -> Self {
        Self::NoAnswer { origin: origin.clone(), reason: reason.to_owned() }
    }

    pub(super) fn from_transport(origin: &Origin, error: &reqwest::Error) -> Self {
        let (origin, reason) = (origin.clone(), reason(error));
        if error.is_builder() {
            Self::Setup { reason }
        } else if error.is_connect() {
            Self::Unreachable { origin, reason }
        } else {
            Self::NoAnswer { origin, reason }
        }
    }
}

/// The innermost cause, which is what the system said; the layers around it only repeat that sending failed.
pub(super) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    // The system's number for it helps nobody.
    let text = cause.to_string();
    text.split(" (os error ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn refused(status: u16, code: Code) -> ClientError {
        let problem = Problem {
            kind: String::new(),
            title: String::new(),
            status,
            detail: String::new(),
            instance: String::new(),
            code,
            message: String::new(),
            errors: Vec::new(),
            timestamp: Timestamp::EPOCH,
            trace_id: String::new(),
        };
        ClientError::Refused { problem: Box::new(problem), retry_after: None }
    }

    #[track_caller]
    fn check(error: ClientError, outcome_unknown: bool, transient: bool) {
        assert_eq!((error.leaves_outcome_unknown(), error.is_transient()), (outcome_unknown, transient), "{error:?}");
    }

    #[test]
    fn each_error_tells_what_may_be_done_next() {
        let origin: Origin = "http://127.0.0.1:1".parse().unwrap();
        check(ClientError::Unreachable { origin: origin.clone(), reason: String::new() }, false, true);
        check(ClientError::NoAnswer { origin: origin.clone(), reason: String::new() }, true, true);
        check(ClientError::UnexpectedAnswer { status: 201, text: String::new() }, true, false);
        check(ClientError::UnexpectedAnswer { status: 404, text: String::new() }, false, false);
        check(ClientError::UnexpectedAnswer { status: 502, text: String::new() }, true, false);
        check(ClientError::UnexpectedAnswer { status: 503, text: String::new() }, true, true);
        check(ClientError::InsecureTransport { origin }, false, false);
        check(refused(422, Code::InsufficientFunds), false, false);
        check(refused(422, Code::Unknown), false, false);
        check(refused(500, Code::InternalError), true, false);
        check(refused(503, Code::Overloaded), true, true);
        check(refused(503, Code::ShuttingDown), true, true);
        check(refused(503, Code::PriceUnavailable), false, true);
        check(refused(503, Code::StorageUnavailable), false, true);
    }
}
