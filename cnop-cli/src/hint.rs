//! What to do next about a failure.

use cnop_core::api::Code;
use cnop_core::client::ClientError;
use cnop_core::session::SessionError;

use crate::failure::Failure;

/// Where there is no session, or none that holds.
pub(crate) const LOG_IN: &str = "log in with `cnop login USER`";

impl Failure {
    /// A command to type or a thing to look at; `None` where the sentence says it all.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Client(error) => of_client(error),
            Self::Usage { hint, .. } => Some(hint.clone()),
            Self::NotLoggedIn { .. } => Some(LOG_IN.to_owned()),
            Self::Session(error) => of_session(error),
            Self::OutcomeUnknown { key, .. } => Some(format!(
                "`cnop orders settle` tells what became of it, and so does the next order; its idempotency key is {key}"
            )),
            Self::NotDone { .. } => Some("it is safe to try again".to_owned()),
            Self::AnswerUnreadable { .. } => Some("`cnop orders` and `cnop transactions` show it".to_owned()),
            Self::Move(failure) => failure.hint(),
            Self::Degraded => Some("the part that is not healthy is named above".to_owned()),
            Self::Step { cause, .. } => cause.hint(),
            // Each check has a hint of its own.
            Self::Unwell { .. } => None,
            Self::Declined | Self::Contradiction(_) | Self::Interrupted | Self::ClosedPipe | Self::System(_) => None,
        }
    }
}

fn of_session(error: &SessionError) -> Option<String> {
    match error {
        SessionError::Foreign(foreign) => Some(format!(
            "use `--server {}`, or log in here with `cnop login USER`; `--profile NAME` keeps both",
            foreign.origin
        )),
        SessionError::Damaged { .. } | SessionError::Unreadable { .. } => {
            Some(format!("{LOG_IN}, which writes a new one"))
        }
        SessionError::Io { .. } | SessionError::NoHome(_) => None,
    }
}

fn of_client(error: &ClientError) -> Option<String> {
    match error {
        // The one place where nobody logs in and a password is wrong.
        ClientError::Refused { problem, .. }
            if problem.code == Code::InvalidCredentials && problem.instance.ends_with("/auth/password") =>
        {
            Some("nothing was changed; try again with the current one".to_owned())
        }
        ClientError::Refused { problem, retry_after } => {
            of_code(problem.code).map(str::to_owned).or_else(|| patience(*retry_after)).or_else(|| {
                (problem.status >= 500).then(|| format!("the server's log has more under request {}", problem.trace_id))
            })
        }
        ClientError::Unreachable { .. } => {
            Some("start one with `cnop-server serve`, or name another with `--server URL`".to_owned())
        }
        ClientError::NoAnswer { .. } => Some("see how the server is with `cnop health`".to_owned()),
        ClientError::UnexpectedAnswer { .. } => Some("is `--server` the address of a CNOP server?".to_owned()),
        ClientError::InsecureTransport { .. } => {
            Some("use https://, or `--allow-plain-http` if everyone on the way may read it".to_owned())
        }
        ClientError::Setup { .. } => None,
    }
}

fn patience(retry_after: Option<u64>) -> Option<String> {
    retry_after.map(|seconds| format!("try again in {seconds} s"))
}

/// What to do about a refusal with this code.
pub(crate) fn of_code(code: Code) -> Option<&'static str> {
    let hint = match code {
        Code::AuthenticationRequired | Code::TokenInvalid | Code::TokenExpired | Code::TokenRevoked => LOG_IN,
        Code::InvalidCredentials => "check the name and the password; `cnop register USER …` opens an account",
        Code::UsernameTaken => "choose another name, or log in with `cnop login USER`",
        Code::AssetNotFound => "`cnop assets` lists what can be traded",
        Code::AssetNotTradable => "`cnop assets` lists what can be bought",
        Code::OrderNotCancellable => "`cnop orders show ORDER` shows what became of it",
        Code::TooManyOpenOrders => {
            "`cnop orders --status queued` lists what waits; `cnop orders cancel ORDER` makes room"
        }
        Code::IpBlockNotFound => "`cnop admin ip-blocks list` shows every block",
        Code::OrderNotFound => "`cnop orders` lists your orders",
        Code::InsufficientFunds => "`cnop balance` shows what is free; `cnop deposit AMOUNT` adds to it",
        Code::InsufficientAssets => "`cnop portfolio` shows what you own",
        Code::OrderValueExceeded => {
            "place smaller orders; `cnop portfolio` and `cnop balance` show what you have for them"
        }
        Code::PriceUnavailable => "`cnop health` shows how the market is; try again in a moment",
        Code::InsightsNotConfigured => "whoever runs the server chooses who writes them with CNOP_INSIGHTS_PROVIDER",
        Code::IdempotencyKeyVoid => "nothing was done under this key, and nothing will be: use another one",
        Code::IdempotencyKeyReused => "another request was done under this key: use another one",
        _ => return None,
    };
    Some(hint)
}
