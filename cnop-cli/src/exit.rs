//! The status that `cnop` ends with: scripts decide by it, so it changes with a new major version only.

use cnop_core::api::{Code, Problem};
use cnop_core::client::ClientError;
use cnop_core::session::SessionError;

use crate::failure::Failure;

/// Every way to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked was done.
    Done = 0,
    /// The server failed, answered like no CNOP server, or this machine failed.
    Unexpected = 1,
    /// A wrong command line, or a prompt without a terminal.
    Usage = 2,
    /// No session, an expired one, one that cannot be read, or wrong credentials.
    NotLoggedIn = 3,
    /// A rule says no: funds, limits, fields, permissions.
    Refused = 4,
    /// There is no such thing.
    NotFound = 5,
    /// Nobody there, no answer, or not now (503): asking later may help.
    Unavailable = 6,
    /// Money may or may not have moved.
    OutcomeUnknown = 7,
    /// The answer at the prompt was no.
    Declined = 8,
    /// Too many requests, or a blocked address.
    Blocked = 9,
    /// Ctrl+C, as shells count it: 128 and the number of SIGINT.
    Interrupted = 130,
}

impl Exit {
    /// The status that `failure` deserves.
    pub(crate) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Client(error) | Failure::NotDone { cause: error, .. } => Self::of_client(error),
            Failure::Usage { .. } => Self::Usage,
            Failure::NotLoggedIn { .. } => Self::NotLoggedIn,
            Failure::Session(error) => Self::of_session(error),
            Failure::AnswerUnreadable { .. } | Failure::Contradiction(_) | Failure::System(_) => Self::Unexpected,
            Failure::OutcomeUnknown { .. } => Self::OutcomeUnknown,
            Failure::Move(failure) => failure.exit(),
            Failure::Degraded => Self::Unavailable,
            Failure::Unwell { exit, .. } => *exit,
            Failure::Declined => Self::Declined,
            Failure::Step { cause, .. } => Self::of(cause),
            Failure::Interrupted => Self::Interrupted,
            // Whoever closed the pipe got what they wanted.
            Failure::ClosedPipe => Self::Done,
        }
    }

    /// Its number.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    fn of_session(error: &SessionError) -> Self {
        match error {
            SessionError::Foreign(_) | SessionError::Damaged { .. } | SessionError::Unreadable { .. } => {
                Self::NotLoggedIn
            }
            SessionError::Io { .. } | SessionError::NoHome(_) => Self::Unexpected,
        }
    }

    fn of_client(error: &ClientError) -> Self {
        match error {
            ClientError::Refused { problem, .. } => Self::of_problem(problem),
            ClientError::Unreachable { .. } | ClientError::NoAnswer { .. } => Self::Unavailable,
            // A gateway that does not reach the server behind it.
            ClientError::UnexpectedAnswer { status: 502..=504, .. } => Self::Unavailable,
            // Or one that counts requests itself.
            ClientError::UnexpectedAnswer { status: 429, .. } => Self::Blocked,
            ClientError::UnexpectedAnswer { .. } | ClientError::Setup { .. } => Self::Unexpected,
            ClientError::InsecureTransport { .. } => Self::Usage,
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        match problem.status {
            _ if problem.code == Code::IpBlocked => Self::Blocked,
            401 => Self::NotLoggedIn,
            403 | 409 | 413 | 422 => Self::Refused,
            404 => Self::NotFound,
            429 => Self::Blocked,
            503 => Self::Unavailable,
            _ => Self::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use cnop_core::client::Origin;
    use cnop_core::config::NoHome;
    use cnop_core::ids::IdempotencyKey;
    use cnop_core::session::ForeignSession;
    use cnop_core::time::Timestamp;

    use super::*;

    fn origin() -> Origin {
        "http://127.0.0.1:8080".parse().unwrap()
    }

    fn refused(status: u16, code: Code) -> ClientError {
        let text = String::new;
        let problem = Problem {
            kind: text(),
            title: text(),
            status,
            detail: text(),
            instance: text(),
            code,
            message: text(),
            errors: Vec::new(),
            timestamp: Timestamp::EPOCH,
            trace_id: text(),
        };
        ClientError::Refused { problem: Box::new(problem), retry_after: None }
    }

    #[track_caller]
    fn check(failure: impl Into<Failure>, code: u8) {
        let failure = failure.into();
        assert_eq!(Exit::of(&failure).code(), code, "{failure:?}");
    }

    #[test]
    fn every_refusal_has_its_status() {
        check(refused(400, Code::MalformedRequest), 1);
        check(refused(401, Code::AuthenticationRequired), 3);
        check(refused(401, Code::TokenRevoked), 3);
        check(refused(401, Code::InvalidCredentials), 3);
        check(refused(403, Code::IpBlocked), 9);
        check(refused(403, Code::PermissionDenied), 4);
        check(refused(403, Code::RegistrationClosed), 4);
        check(refused(404, Code::AssetNotFound), 5);
        check(refused(409, Code::UsernameTaken), 4);
        check(refused(422, Code::InsufficientFunds), 4);
        check(refused(422, Code::Unknown), 4);
        check(refused(403, Code::AccountDisabled), 4);
        check(refused(404, Code::RouteNotFound), 5);
        check(refused(405, Code::MethodNotAllowed), 1);
        check(refused(409, Code::IdempotencyKeyVoid), 4);
        check(refused(413, Code::BodyTooLarge), 4);
        check(refused(429, Code::RateLimited), 9);
        check(refused(429, Code::InsightsRateLimited), 9);
        check(refused(500, Code::InternalError), 1);
        check(refused(502, Code::InsightsFailed), 1);
        check(refused(504, Code::InsightsTimeout), 1);
        check(refused(503, Code::Overloaded), 6);
        check(refused(503, Code::InsightsNotConfigured), 6);
    }

    #[test]
    fn every_other_end_has_its_status() {
        let reason = String::new;
        let io = || std::io::Error::other("no");
        let lost = || ClientError::NoAnswer { origin: origin(), reason: reason() };
        check(lost(), 6);
        check(ClientError::Unreachable { origin: origin(), reason: reason() }, 6);
        for (status, exit) in [(200, 1), (302, 1), (404, 1), (500, 1), (429, 9), (502, 6), (503, 6), (504, 6)] {
            check(ClientError::UnexpectedAnswer { status, text: reason() }, exit);
        }
        check(ClientError::Setup { reason: reason() }, 1);
        check(ClientError::InsecureTransport { origin: origin() }, 2);
        check(Failure::Usage { message: reason(), hint: reason() }, 2);
        check(Failure::NotLoggedIn { origin: origin() }, 3);
        check(ForeignSession { origin: origin() }, 3);
        check(SessionError::Damaged { path: PathBuf::new() }, 3);
        check(SessionError::Unreadable { path: PathBuf::new(), source: io() }, 3);
        check(SessionError::Io { path: PathBuf::new(), source: io() }, 1);
        check(SessionError::NoHome(NoHome), 1);
        check(Failure::System(io()), 1);
        check(Failure::OutcomeUnknown { what: "sale", key: IdempotencyKey::generate(), reason: reason() }, 7);
        check(Failure::NotDone { what: "sale", cause: lost() }, 6);
        check(
            Failure::NotDone { what: "sale", cause: ClientError::UnexpectedAnswer { status: 504, text: reason() } },
            6,
        );
        check(Failure::NotDone { what: "sale", cause: refused(500, Code::InternalError) }, 1);
        check(Failure::NotDone { what: "sale", cause: refused(503, Code::Overloaded) }, 6);
        check(Failure::AnswerUnreadable { what: "sale" }, 1);
        check(Failure::Degraded, 6);
        check(Failure::Unwell { checks: reason(), exit: Exit::NotLoggedIn }, 3);
        check(Failure::Declined, 8);
        check(Failure::Contradiction(reason()), 1);
        check(Failure::Step { step: reason(), cause: Box::new(Failure::Declined) }, 8);
        check(Failure::Interrupted, 130);
        check(Failure::ClosedPipe, 0);
    }
}
